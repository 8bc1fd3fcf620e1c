"""The pages: what the reports say, in a frame; tables whose state is their address; names that are text."""

import csv
import io
import json
import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from screen import pipeline
from screen.report.content.glossary import RESEARCH_USE
from screen.report.report_kinds import KINDS
from screen.settings import Settings
from screen.store import open_store
from screen.view.table_kinds import TABLES
from screen.view.tables import ROWS
from tests.report.filled import HOSTILE as HOSTILE_DRUGS
from tests.view.conftest import HOSTILE
from tests.view.visitor import View, links

LARGEST = 300_000
"""Bytes of a page."""


def cells(page: str, column: int) -> list[str]:
    """Text of one column of the first table."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", re.findall(r"<td.*?</td>", row, re.DOTALL)[column])) for row in rows]


def every_page(view: View) -> dict[str, str]:
    """Pages reached by links from the first, one of each sort and subject kind, and their text."""
    found: dict[str, str] = {}
    waiting = ["/", f"/patient?id={'SYN-BRCA-003'}"]
    seen: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if address in found or seen.get(path, 0) > 3 or "." in path:
            continue
        seen[path] = seen.get(path, 0) + 1
        got = view.get(address)
        assert got.status == 200, (address, got.text)
        found[address] = got.text
        waiting += links(got.text)
    return found


@pytest.fixture(scope="module")
def pages(view: View) -> dict[str, str]:
    plan = view.get("/plans.json").text
    wanted = {
        "/patient": {"id": HOSTILE},
        "/patients": {"indication": "STAD"},
        "/organoid": {"id": json.loads(plan)["rows"][0]["plan_id"]},
        "/search": {"q": "SYN-STAD"},
    }
    made = {path: view.get(path, **fields).text for path, fields in wanted.items()}
    return {**every_page(view), **{f"{path}?given": text for path, text in made.items()}}


def test_links_lead_to_a_page_of_every_sort(pages: dict[str, str]) -> None:
    reached = {urlsplit(address).path for address in pages}
    assert {
        "/",
        "/patient",
        "/patients",
        "/indication",
        "/drug",
        "/drugs",
        "/evidence",
        "/unscored",
        "/plans",
    } <= reached
    assert {"/figures", "/organoid", "/search", "/scores"} <= reached


def test_every_page_says_what_it_is_not_for_and_is_small(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        assert escape(RESEARCH_USE, quote=False) in unescape(page), address
        assert len(page.encode()) < LARGEST, address


def test_no_page_asks_for_anything_of_another_origin(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*?src="([^"]*)"', page)
        loaded += re.findall(r'<link[^>]*?href="([^"]*)"', page)
        assert {one for one in loaded if not one.startswith(("/", "data:,"))} == set(), address
        assert all(one.startswith("/") and not one.startswith("//") for one in loaded if one != "data:,"), address


def test_no_page_has_a_script_or_a_style_sheet_inline(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        assert re.findall(r"<script[^>]*>", page) == [
            '<script src="/tables.js" defer>',
            '<script src="/view.js" defer>',
        ], address
        assert "<style" not in page, address
        assert not re.search(r"\son[a-z]+=", re.sub(r">[^<]*<", "><", page)), address


def test_hostile_names_are_text(pages: dict[str, str], view: View) -> None:
    drugs = view.get("/drugs", q="quote").text
    texts = [*pages.values(), drugs, view.get("/search", q="<script>").text, view.get("/drug", id=HOSTILE).text]
    for page in texts:
        assert "<script>alert" not in page
        assert "49" not in re.findall(r"quote' (\S+)", unescape(page))
    assert escape(HOSTILE_DRUGS[0]) in unescape(escape("".join(texts))).replace("&#39;", "&#x27;")
    assert HOSTILE[:30] in unescape(pages["/patient?given"])


def test_a_patient_of_a_hostile_id_is_found_linked_and_shown(view: View) -> None:
    listed = view.get("/patients", indication="STAD", q="o'neil").text
    (link,) = {one for one in links(listed) if one.startswith("/patient?")}
    assert parse_qs(urlsplit(link).query)["id"] == [HOSTILE]
    assert "Drug ranking of one patient" in view.get(link).text
    assert HOSTILE not in view.get("/patient.json", id=HOSTILE).headers["content-disposition"]


@pytest.mark.parametrize(("kind", "subject"), [("patient", "SYN-BRCA-003"), ("indication", "BRCA")])
def test_a_page_has_the_sections_of_the_report_that_the_command_writes(
    view: View, filled_path: Path, tmp_path: Path, kind: str, subject: str
) -> None:
    settings = Settings(store=filled_path)
    write = pipeline.report_patients if kind == "patient" else pipeline.report_indications
    written = write(settings, [subject], ["html", "json"], tmp_path)
    report, page = written[0].read_text(), view.get(f"/{kind}", id=subject).text
    assert re.findall(r"<h[123].*?</h[123]>", page) == re.findall(r"<h[123].*?</h[123]>", report)
    assert page.count("<svg") == report.count("<svg")
    assert view.get(f"/{kind}.html", id=subject).text == report
    assert view.get(f"/{kind}.json", id=subject).text == written[1].read_text()


def test_drugs_of_a_report_lead_to_their_pages(view: View) -> None:
    page = view.get("/patient", id="SYN-BRCA-003").text
    leads = {one for one in links(page) if one.startswith("/drug?")}
    assert len(leads) > 50
    assert "Its scores over the patients" in view.get(min(leads)).text


def test_each_kind_shown_is_a_kind_of_report() -> None:
    from screen.view.pages import FRAMED

    assert set(FRAMED) <= set(KINDS)


def test_numbers_sort_as_numbers_both_ways_and_empty_ones_come_last(view: View) -> None:
    for sort in ("standing", "-standing"):
        counts = [int(one) for one in cells(view.get("/patients", indication="BRCA", sort=sort).text, 1)]
        assert counts == sorted(counts, reverse=sort.startswith("-"))
    rows = json.loads(view.get("/patients.json", indication="BRCA", sort="score").text)["rows"]
    scores = [row["score"] for row in rows]
    assert scores == sorted(s for s in scores if s is not None) + [None] * scores.count(None)


def test_a_filter_leaves_rows_with_every_word_and_the_address_has_it(view: View) -> None:
    got = view.get("/drugs", q="parp BRCA", sort="drug_name").text
    names = cells(got, 0)
    assert names == sorted(names)
    assert set(cells(got, 3)) == {"BRCA"}
    assert 'value="parp BRCA"' in got
    assert any("q=parp+BRCA" in one and "sort=" in one for one in links(got))
    assert "No row holds these words" in view.get("/drugs", q="nothing of the kind").text


def test_pages_of_a_table_hold_every_row_once(view: View) -> None:
    whole = json.loads(view.get("/drugs.json", sort="drug_name").text)["rows"]
    seen, address = [], "/drugs?sort=drug_name"
    while address:
        page = view.get(address).text
        seen += list(zip(cells(page, 0), cells(page, 3), strict=True))
        assert len(cells(page, 0)) <= ROWS
        after = re.findall(r'<a rel="next" href="([^"]+)"', page)
        address = unescape(after[0]) if after else ""
    assert len(seen) == len(whole)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_taken_away_in_each_format_with_the_line_of_use(view: View, name: str) -> None:
    needed = {
        "patients": {"indication": "STAD"},
        "scores": {"drug": first_drug(view)},
        "compare_patients": {"one": "SYN-BRCA-003", "other": HOSTILE},
        "compare_drugs": {"one": "Olaparib", "other": "Erlotinib"},
        "cohort": {"indication": "BRCA"},
        "wells": {"plan": str(json.loads(view.get("/plans.json").text)["rows"][0]["plan_id"])},
    }
    fields = needed.get(name, {})
    as_csv, as_json, as_parquet = (view.get(f"/{name}.{form}", **fields) for form in ("csv", "json", "parquet"))
    first, _, rest = as_csv.text.partition("\n")
    assert first == f"# {RESEARCH_USE}"
    data = json.loads(as_json.text)
    assert data["purpose"] == RESEARCH_USE
    frame = pl.read_parquet(io.BytesIO(as_parquet.body))
    assert pl.read_parquet_metadata(io.BytesIO(as_parquet.body))["purpose"] == RESEARCH_USE
    assert len(list(csv.DictReader(io.StringIO(rest)))) == frame.height == len(data["rows"])
    for got in (as_csv, as_json, as_parquet):
        assert "attachment" in got.headers["content-disposition"]


def first_drug(view: View) -> str:
    return str(json.loads(view.get("/drugs.json").text)["rows"][0]["drug_id"])


def test_a_download_is_the_table_as_filtered_and_sorted(view: View) -> None:
    wanted = {"q": "mtor", "sort": "-score", "indication": "BRCA"}
    rows = json.loads(view.get("/drugs.json", **wanted).text)["rows"]
    assert [row["drug_name"] for row in rows] == cells(view.get("/drugs", **wanted).text, 0)
    assert {row["indication"] for row in rows} == {"BRCA"}


def test_no_cell_of_a_csv_file_is_a_formula(filled_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "formula.duckdb"
    pipeline.backup(Settings(store=filled_path), path)
    with open_store(path, write=True) as store:
        for table in ("patient_records", "run_patients", "scores"):
            store.run(f"UPDATE {table} SET patient_id = '=cmd()' WHERE patient_id = 'SYN-STAD-003'")
    with View(path) as running:
        assert "\n'=cmd()," in running.get("/patients.csv", indication="STAD", q="cmd").text


def test_search_finds_patients_drugs_targets_and_trials(view: View) -> None:
    assert "SYN-STAD-003" in view.get("/search", q="stad-003").text
    assert "/drug?id=" in view.get("/search", q="olapar").text
    assert "Olaparib" in view.get("/search", q="parp1").text
    trial = re.findall(r"NCT\d{8}", view.get("/evidence", q="NCT").text)[0]
    assert trial in view.get("/search", q=trial.lower()).text
    assert "Nothing in the store is called so" in view.get("/search", q="zzzz").text


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nothing", 404, "no such page"),
        ("/patient", 400, "lacks ?id="),
        ("/patient?id=nobody", 404, "no patient"),
        ("/indication?id=OV", 404, "no ranking of OV"),
        ("/indication?id=%00", 404, "no ranking of \\x00"),
        ("/drug?id=none", 400, "no drug"),
        ("/organoid?id=none", 404, "no plan"),
        ("/patients?indication=STAD&sort=none", 400, "no column"),
        ("/patients?indication=STAD&page=0", 400, "no page"),
        ("/patients?indication=STAD&page=x", 400, "no page"),
        ("/patients?indication=';DROP TABLE scores", 400, ""),
    ],
)
def test_a_fault_says_what_is_wrong_and_no_more(view: View, address: str, status: int, says: str) -> None:
    got = view.get(address.replace(" ", "%20"))
    assert got.status == status, got.text
    assert says in unescape(got.text)
    assert "Traceback" not in got.text
    assert "File &#34;" not in got.text


def test_past_the_last_page_is_the_last(view: View) -> None:
    assert "page 3 of" not in view.get("/patients", indication="STAD", page=999).text
