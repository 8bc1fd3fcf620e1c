"""What came back of a patient: beside what was predicted, what it changed, what to test next; on both pages."""

import json
from pathlib import Path

import pytest

from screen import pipeline
from screen.report.content.lab_update import LabResults, RankedRun, lab_results_of
from screen.report.content.provenance import current_run
from screen.settings import Settings, Training
from screen.store import open_store
from tests.ranking.test_with_results import WELLS, add, ranked, result


@pytest.fixture
def settings(ranked_store: Path, quick: Training, tmp_path: Path) -> Settings:
    copy = tmp_path / "s.duckdb"
    pipeline.backup(Settings(store=ranked_store), copy)
    return Settings(store=copy, training=quick)


@pytest.fixture
def patient(settings: Settings) -> str:
    with open_store(settings.store) as store:
        return ranked(store)[0]


def results(settings: Settings, patient: str) -> LabResults | None:
    with open_store(settings.store) as store:
        return lab_results_of(RankedRun(store, current_run(store, "STAD").run_id, "STAD"), patient)


def test_a_patient_without_plates_has_none(settings: Settings, patient: str) -> None:
    assert results(settings, patient) is None


def test_before_a_ranking_learns_the_page_says_how_and_shows_the_prediction(settings: Settings, patient: str) -> None:
    add(settings, patient, -2.0)
    found = results(settings, patient)
    assert found is not None
    assert len(found.drugs) == WELLS
    assert found.update is None
    assert found.remedy == f"crescreen rank STAD --patient {patient} --with-results"
    assert [one.measured for one in found.drugs] == sorted(one.measured for one in found.drugs)
    assert not {one.name for one in found.drugs} & {*found.best_next, *found.telling_next}
    assert not set(found.best_next) & set(found.telling_next)


def test_after_it_what_changed_is_what_the_store_holds(settings: Settings, patient: str) -> None:
    add(settings, patient, -2.0)
    made, rows = result(settings, patient)
    found = results(settings, patient)
    assert found is not None
    assert found.update is not None
    update = found.update
    assert (update.run_id, update.learned_from, update.compared) == (made.run_id, WELLS, WELLS)
    first = rows.sort("rank").row(0, named=True)
    assert (update.first[0].drug_id, update.first[0].rank_before) == (first["drug_id"], first["rank_before"])
    assert all(not one.measured and one.score > one.score_before for one in update.risen)
    assert all(one.score < one.score_before for one in update.fallen)
    inside = rows.filter("measured").select(
        (
            (rows.filter("measured")["response_measured"] - rows.filter("measured")["response_before"]).abs()
            <= 1.6448536 * rows.filter("measured")["response_sd_before"]
        ).sum()
    )
    assert update.inside == inside.item()
    assert not found.remedy
    add(settings, patient, 1.0, lab="south")
    later = results(settings, patient)
    assert later is not None
    assert later.update is not None
    assert later.update.outdated
    assert later.remedy


def test_a_failed_plate_is_shown_with_the_reason_and_asks_for_no_ranking(settings: Settings, patient: str) -> None:
    add(settings, patient, -2.0, verdict="fail")
    found = results(settings, patient)
    assert found is not None
    assert found.failed == 1
    assert {one.why_not for one in found.drugs} == {"its plate failed quality control"}
    assert not found.remedy


def test_the_patient_s_page_says_that_results_exist(settings: Settings, patient: str, tmp_path: Path) -> None:
    add(settings, patient, -2.0)
    result(settings, patient)
    page, data = pipeline.report_patients(settings, [patient], ("html", "json"), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "Results came back from the lab." in text
    assert "What changed in the ranking" in text
    held = json.loads(data.read_text(encoding="utf-8"))["lab"]
    assert held["update"]["compared"] == WELLS
    assert pipeline.verify(settings, page).holds == "yes"
