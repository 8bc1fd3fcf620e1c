"""From files to pages with what nobody would type: every report is written, and says what is missing."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest
from pypdf import PdfReader

from screen import pipeline
from screen.errors import InputError
from screen.records import ReadOptions
from screen.settings import Settings, Training
from screen.store import open_store
from screen.synthetic import write_cohort
from tests.command import crescreen

PATIENT = """O'Neil "Bob" <b>&amp;; DROP TABLE scores"""
Row = dict[str, str]


def hostile(name: str) -> str:
    """A name for each drug with a script, a template and quotes; every other one of three hundred letters and more."""
    return f"<script>{{{{7*7}}}}\"&'{name}</script>" + "abcdefghi " * 30 * (crc32(name.encode()) % 2)


def rewrite(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    """A csv file with changed rows."""
    packed = path.suffix == ".gz"
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text()
    rows = change(list(csv.DictReader(io.StringIO(text))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content) if packed else content)


def renamed(rows: list[Row]) -> list[Row]:
    """Drugs by their new names."""
    return [{**row, "DRUG_NAME": hostile(name)} if (name := row["DRUG_NAME"]) else row for row in rows]


def a_dozen(rows: list[Row]) -> list[Row]:
    """As few patients as a model needs, the first under another id."""
    return [{**rows[0], "sample": PATIENT}, *rows[1:12]]


@pytest.fixture(scope="module")
def road(quick: Training, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """STAD trained, three of its patients ranked: hostile names, and no evidence at all."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(store=folder / "hostile.duckdb", training=quick, workers=1)
    wanted = ("Model", "OmicsExpression", "fitted_dose", "drugs.csv", "expression_STAD")
    files = [file.path for file in write_cohort(folder / "input").files if any(w in file.path.name for w in wanted)]
    for path in files:
        if "fitted_dose" in path.name or path.name.endswith("synthetic_drugs.csv"):
            rewrite(path, renamed)
        if "STAD" in path.name:
            rewrite(path, a_dozen)
    pipeline.init(settings)
    pipeline.ingest(settings, [f for f in files if "STAD" not in f.name])
    pipeline.ingest(settings, [f for f in files if "STAD" in f.name], ReadOptions(None, "log2tpm1", "STAD"))
    pipeline.train(settings, ["STAD"])
    for patient in (PATIENT, "SYN-STAD-002", "SYN-STAD-003"):
        pipeline.rank(settings, ["STAD"], patient)
    return settings


@pytest.fixture(scope="module")
def reports(road: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """kind and form -> text of the file, as the commands wrote it."""
    out = tmp_path_factory.mktemp("out")
    texts = {}
    for words in (("patient", PATIENT), ("indication", "STAD")):
        done = crescreen("report", *words, "--store", str(road.store), "--out", str(out))
        assert done.code == 0, done.err
    for file in sorted(out.iterdir()):
        kind, form = file.name.split("-")[0], file.suffix[1:]
        texts[f"{kind} {form}"] = (
            file.read_text() if form != "pdf" else "\n".join(page.extract_text() for page in PdfReader(file).pages)
        )
    return texts


@pytest.mark.slow
def test_each_report_is_written_in_each_format(reports: dict[str, str]) -> None:
    assert sorted(reports) == [
        f"{kind} {form}" for kind in ("indication", "patient") for form in ("html", "json", "pdf")
    ]


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_names_are_text_and_nothing_else(reports: dict[str, str], kind: str) -> None:
    html = reports[f"{kind} html"]
    assert html.count("<script") == 2
    assert "&lt;script&gt;{{7*7}}&#34;&amp;&#39;" in html
    assert "<b>&amp;;" not in html
    assert "<script>{{7*7}}" in reports[f"{kind} json"]


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_a_name_of_three_hundred_letters_is_cut_on_the_page_and_whole_in_the_data(
    reports: dict[str, str], kind: str
) -> None:
    page = re.sub(r'<script type="application/json".*?</script>', "", reports[f"{kind} html"], flags=re.DOTALL)
    assert len(page) < len(reports[f"{kind} html"])
    assert "abcdefghi " * 8 not in page
    assert "abcdefghi " * 29 in reports[f"{kind} json"]


def test_the_patient_is_the_one_asked_for(reports: dict[str, str]) -> None:
    assert json.loads(reports["patient json"])["subject"] == PATIENT
    assert """O'Neil "Bob" <b>&amp;""" in re.sub(r"\s+", " ", reports["patient pdf"])


def test_a_drug_without_a_name_is_refused_by_file_and_line(road: Settings, tmp_path: Path) -> None:
    table = tmp_path / "drugs.csv"
    table.write_text("drug_name,smiles\naspirin,CC(=O)Oc1ccccc1C(=O)O\n,C\n")
    with pytest.raises(InputError, match="line 3: no name"):
        pipeline.ingest(road, [table])


@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_drugs_the_store_no_longer_names_go_by_their_ids(road: Settings, tmp_path: Path, kind: str) -> None:
    other = road.changed(store=tmp_path / "nameless.duckdb")
    pipeline.backup(road, other.store)
    with open_store(other.store, write=True) as store:
        store.run("DELETE FROM drugs")
    write = pipeline.report_patients if kind == "patient" else pipeline.report_indications
    html, _, _ = write(other, [PATIENT if kind == "patient" else "STAD"], ["html", "json", "pdf"], tmp_path)
    assert re.search(r">\s*[A-Z]{14}-[A-Z]{10}-[A-Z]", html.read_text())


@pytest.mark.parametrize("form", ["html", "pdf"])
@pytest.mark.parametrize("kind", ["patient", "indication"])
def test_it_says_that_the_cohort_is_small_and_nothing_was_searched(
    reports: dict[str, str], kind: str, form: str
) -> None:
    text = re.sub(r"\s+", " ", reports[f"{kind} {form}"])
    assert "Small cohort" in text
    assert "Not searched" in text


def test_the_reports_of_the_cohort_hold(road: Settings, tmp_path: Path) -> None:
    assert pipeline.report_cohort(road, "STAD", ["json"], tmp_path).written == 3
    for file in tmp_path.glob("*.json"):
        assert pipeline.verify(road, file).holds == "yes"
