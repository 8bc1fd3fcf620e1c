"""The heat map, the plates, the results, the shortlist: figures as in the tables, state in the address."""

import json
import re
import shlex
from html import unescape
from pathlib import Path

from screen import pipeline
from screen.settings import Settings
from tests.command import crescreen
from tests.view.conftest import HOSTILE
from tests.view.visitor import View, links


def test_the_map_has_the_places_of_the_scores_and_the_patients_of_the_table_below(view: View) -> None:
    page = view.get("/cohort", indication="STAD", sort="-standing").text
    table = page.partition('id="heat"')[2].partition("</table>")[0]
    drugs = [unescape(one) for one in re.findall(r'<th scope="col"><span><a[^>]*>(.*?)</a>', table)]
    rows = [
        (unescape(one), cells) for one, cells in re.findall(r'<th scope="row"><a[^>]*>(.*?)</a></th>(.*?)</tr>', table)
    ]
    listed = json.loads(view.get("/patients.json", indication="STAD", sort="-standing").text)["rows"]
    assert len(drugs) == 40
    assert [one[:20] for one, _ in rows] == [row["patient_id"][:20] for row in listed][: len(rows)]
    found = json.loads(view.get("/compare_patients.json", one="SYN-STAD-004", other="SYN-STAD-004").text)["rows"]
    places = {row["drug_name"]: round(100 * row["place"]) for row in found}
    cells = re.findall(r"<td[^>]*>(.*?)</td>", dict(rows)["SYN-STAD-004"])
    assert {drug: int(cell) for drug, cell in zip(drugs, cells, strict=True) if drug in places} == {
        drug: places[drug] for drug in drugs if drug in places
    }


def test_drugs_across_are_turned_over_and_each_is_there_once(view: View) -> None:
    found = [view.get("/cohort", indication="STAD", drugs=number).text for number in ("1", "2")]
    across = [re.findall(r'<th scope="col"><span><a href="([^"]*)"', page) for page in found]
    scored = {row["drug_id"] for row in json.loads(view.get("/drugs.json", indication="STAD").text)["rows"]}
    assert sorted(map(len, across)) == [len(scored) - 40, 40]
    assert len({*across[0], *across[1]}) == len(scored)
    assert re.findall(r"drugs 41 to \d+ of", view.get("/cohort", indication="STAD", drugs="9").text)
    assert view.get("/cohort", indication="STAD", drugs="x").status == 400
    assert view.get("/cohort").status == 400


def test_a_treatment_lights_up_its_wells_and_leaves_them_in_the_table(view: View) -> None:
    plan = json.loads(view.get("/plans.json").text)["rows"][0]["plan_id"]
    assert f"/wells?plan={plan}" in view.get("/organoid", id=plan).text
    page = view.get("/wells", plan=plan).text
    chosen = next(one for one in links(page) if "&treatment=" in one)
    code = chosen.partition("treatment=")[2]
    lit = view.get(chosen).text
    rows = json.loads(view.get("/wells.json", plan=plan, treatment=code).text)["rows"]
    assert {row["treatment"] for row in rows} == {code}
    assert len(re.findall(r'<td title="[^"]*" class="test lit"', lit)) == len(rows) > 2
    assert 'class="test lit"' not in page
    assert view.get("/wells", plan="none").status == 404


def test_a_shortlist_ends_in_a_command_line_that_plans_these_drugs(
    view: View, filled_path: Path, tmp_path: Path
) -> None:
    page = view.get("/shortlist", indication="BRCA", add="niraparib").text
    field = re.findall(r'name="chosen" value="([^"]+)"', page)[0]
    page = view.get("/shortlist", indication="BRCA", chosen=field, add="Olaparib").text
    command = unescape(re.findall(r'<pre class="command">(.*?)</pre>', page, re.DOTALL)[0])
    words = shlex.split(command)
    assert {"--include=Niraparib", "--include=Olaparib"} <= set(words)
    copy = tmp_path / "copy.duckdb"
    pipeline.backup(Settings(store=filled_path), copy)
    words[words.index("--store") + 1] = str(copy)
    done = crescreen(*words[1:], "--out", str(tmp_path), "--json")
    assert done.code == 0, done.err
    assert "Niraparib" in "".join(path.read_text() for path in tmp_path.rglob("*.json"))


def test_a_shortlist_of_what_stands_out_for_a_patient_of_a_hostile_id(view: View) -> None:
    page = view.get("/patient", id=HOSTILE).text
    (leads,) = {one for one in links(page) if one.startswith("/shortlist?patient=")}
    shown = view.get(leads)
    assert shown.status == 200
    assert "<script>alert" not in shown.text
    for command in re.findall(r'<pre class="command">(crescreen.*?)</pre>', shown.text):
        assert f"--patient={HOSTILE}" in shlex.split(unescape(command))
    assert view.get("/shortlist", chosen="nothing").status == 400
    assert view.get("/shortlist", add="nothing").status == 400


def test_an_xlsx_file_has_the_rows_and_what_they_are_not_for(view: View, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from screen.report.content.glossary import RESEARCH_USE

    file = tmp_path / "drugs.xlsx"
    file.write_bytes(view.get("/drugs.xlsx", q="mtor").body)
    book = load_workbook(file)
    rows = json.loads(view.get("/drugs.json", q="mtor").text)["rows"]
    assert book["table"].max_row == len(rows) + 1
    assert book["purpose"]["A1"].value == RESEARCH_USE
