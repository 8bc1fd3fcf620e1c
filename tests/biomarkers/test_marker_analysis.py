"""Planted markers of a drug, from files to verdicts and an export; what cannot be tested is said."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from screen.store.biomarker_tables import marker_analysis
from tests.biomarkers import marked
from tests.command import crescreen


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = marked.marked(tmp_path_factory.mktemp("marked"))
    pipeline.biomarkers(made, "LUAD", [marked.DRUG])
    return made


def rows_of(settings: Settings, drug: str = marked.DRUG) -> pl.DataFrame:
    with open_store(settings.store) as store:
        return marker_analysis(store, "LUAD", drug)[2]


def verdicts(rows: pl.DataFrame, name: str) -> set[tuple[str, str]]:
    return set(rows.filter(pl.col(f"{name}_verdict") == "supported").select("feature", "kind").rows())


def test_the_three_planted_markers_are_found_each_in_its_own_column(settings: Settings) -> None:
    rows = rows_of(settings)
    assert verdicts(rows, "association") >= {(marked.RESISTANCE, "expression"), (marked.MUTATED, "mutation")}
    assert len(verdicts(rows, "association")) <= 4
    assert (marked.PROGNOSTIC, "expression") in verdicts(rows, "prognostic")
    assert verdicts(rows, "predictive") == {(marked.PREDICTIVE, "expression")}
    found = rows.row(
        by_predicate=(pl.col("feature") == marked.RESISTANCE) & (pl.col("kind") == "expression"), named=True
    )
    assert found["association_low"] > 0.4
    assert found["association_rank"] == 1
    assert found["stability"] == 1
    assert found["difference_low"] < 1.5 < found["difference_high"]
    ratio = rows.row(by_predicate=pl.col("feature") == marked.PREDICTIVE, named=True)
    assert ratio["predictive_high"] < 1


def test_every_test_is_counted_and_what_it_was_adjusted_for_is_said(settings: Settings) -> None:
    with open_store(settings.store) as store:
        _, manifest, rows = marker_analysis(store, "LUAD", marked.DRUG)
    assert manifest["tests"]["association"] == rows["association_p"].count()
    assert manifest["tests"]["prognostic"] == rows["prognostic_p"].count() == len(marked.GENES)
    assert manifest["lines"]["adjusted_for"] == ["general sensitivity", "lineage (4, the rarer together)"]
    assert manifest["patients"]["adjusted_for"] == ["age", "stage"]
    assert manifest["patients"]["proliferation"] == ["AURKA", "BUB1", "CDK1", "PLK1"]
    assert manifest["treated"]["n"] + manifest["treated"]["others"] == 320
    assert sum(manifest["lines"]["by_chance"]) <= 2 * manifest["lines"]["permutations"]


def test_q_is_over_all_drugs_of_the_call_and_a_repeat_leaves_the_same(settings: Settings, tmp_path: Path) -> None:
    alone = rows_of(settings)
    (tmp_path / "drugs.txt").write_text(f"# two\n{marked.DRUG}\n\ngefitinib\n")
    listed = ("--drugs-file", str(tmp_path / "drugs.txt"))
    words = ("biomarkers", "LUAD", *listed, "--json", "--store", str(settings.store))
    found = json.loads(crescreen(*words).out)
    assert [one["drug"] for one in found] == ["cisplatin", "gefitinib"]
    both = rows_of(settings)
    assert found[0]["tests"] == 2 * alone["association_p"].count()
    assert both["association_q"].min() == pytest.approx(2 * alone["association_q"].min())
    assert "predictive: 0 treated, 20 are needed" in found[1]["not_testable"]
    crescreen(*words)
    assert rows_of(settings).equals(both)
    pipeline.biomarkers(settings, "LUAD", [marked.DRUG])
    assert rows_of(settings).equals(alone)


def test_the_export_has_the_columns_promised(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "biomarkers.csv"
    assert crescreen("export", "biomarkers", "--out", str(out), "--store", str(settings.store)).code == 0
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    first = ["indication", "drug_id", "drug_name", "feature", "kind", "association", "association_q", "prognostic_hr"]
    first += ["prognostic_q", "predictive_p", "predictive_q", "verdicts", "n_treated"]
    assert list(rows[0])[: len(first)] == first
    assert rows[0]["verdicts"].startswith("association supported")
    assert int(rows[0]["n_treated"]) > 100


def test_the_page_says_first_what_stands_up_and_holds_against_the_store(settings: Settings, tmp_path: Path) -> None:
    where = ("--out", str(tmp_path), "--store", str(settings.store))
    assert crescreen("report", "biomarkers", "LUAD", "--drug", marked.DRUG, *where).code == 0
    data = json.loads((tmp_path / "biomarkers-LUAD-cisplatin.json").read_text())
    assert data["answer"].startswith("Supported as predictive of cisplatin in patients of LUAD: SLFN11 expression.")
    assert [one["feature"] for one in data["resistance"][:2]] == [marked.RESISTANCE, marked.MUTATED]
    assert [one["supported"] for one in data["questions"]][2] == 1
    assert any("37 tests of association" in one["text"] for one in data["reporting"])
    html = (tmp_path / "biomarkers-LUAD-cisplatin.html").read_text()
    assert "Three questions, three answers" in html
    for ending in ("pdf", "html", "json"):
        done = crescreen(
            "verify", str(tmp_path / f"biomarkers-LUAD-cisplatin.{ending}"), "--store", str(settings.store)
        )
        assert (done.code, ending) == (0, ending)
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(data | {"answer": "It works."}))
    assert crescreen("verify", str(changed), "--store", str(settings.store)).code == 1


def test_a_page_of_what_was_not_analysed_names_the_command(settings: Settings, tmp_path: Path) -> None:
    words = ("report", "biomarkers", "LUAD", "--drug", "olaparib", "--out", str(tmp_path))
    done = crescreen(*words, "--store", str(settings.store))
    assert "crescreen biomarkers LUAD --drug 'olaparib'" in done.err


def test_without_outcomes_or_treatments_lines_alone_speak(tmp_path: Path) -> None:
    settings = marked.marked(tmp_path, patients=60, treated=False)
    (found,) = pipeline.biomarkers(settings, "BRCA", [marked.DRUG])
    assert found.associated >= 2
    assert found.not_testable == "prognostic: no patient of BRCA; predictive: no patient of BRCA"
    with open_store(settings.store) as store:
        rows = marker_analysis(store, "BRCA", marked.DRUG)[2]
    assert set(rows["prognostic_verdict"]) == set(rows["predictive_verdict"]) == {"not testable"}
    (page, *_) = pipeline.report_biomarkers(settings, "BRCA", [marked.DRUG], ["json"], tmp_path)
    answer = json.loads(page.read_text())["answer"]
    assert answer.startswith(
        "Nothing is shown to predict who benefits from cisplatin in BRCA: that could not be tested"
    )
    assert "In patients nothing could be tested: no patient of BRCA." in answer


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("LUAD",), "no drug"),
        (("LUAD", "--drug", "water"), "'water' was neither measured"),
        (("LUAD", "--drugs-file", "nowhere.txt"), "no such file"),
        (("LUAD", "--drug", "cisplatin", "--endpoint", "XYZ"), "no endpoint is called"),
        (("NOCODE", "--drug", "cisplatin"), "NOCODE"),
    ],
)
def test_what_cannot_be_analysed(settings: Settings, words: tuple[str, ...], what: str) -> None:
    done = crescreen("biomarkers", *words, "--store", str(settings.store))
    assert done.code == 2
    assert what in done.err
