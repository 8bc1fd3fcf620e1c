"""The lab report of a plan: the answer follows from what was planted, and every page holds against the store."""

import json
from pathlib import Path

import pytest

from screen import pipeline
from screen.report.content.lab_report import LabReport, lab_context
from screen.report.formats.rendering import render
from screen.report.record_data import as_json, from_data, settled
from screen.report.report_kinds import KINDS
from screen.results.adding import add_results
from screen.results.returned import Returned
from screen.settings import Settings
from screen.store import Store, open_store
from screen.synthetic.returned_plates import write_plates
from tests.results.conftest import SEED, ReturnedPlan


@pytest.fixture(scope="module")
def reported(returned: ReturnedPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with four organoids of one plan, the last with its plates spoiled."""
    folder = tmp_path_factory.mktemp("reported")
    path = folder / "lab.duckdb"
    path.write_bytes(returned.store.read_bytes())
    plates = returned.plan.wells["plate"].unique(maintain_order=True).to_list()
    with open_store(path, write=True) as store:
        for number in range(4):
            organoid = f"ORG-{number}"
            spoiled = plates[0] if number == 3 else ""
            files, _ = write_plates(
                returned.plan.wells, returned.plan.plan_id, folder / organoid, SEED + number, spoiled
            )
            about = Returned(plan=returned.plan.plan_id, lab="north", organoids={organoid: ""})
            with store.transaction():
                add_results(store, files, about)
    return path


@pytest.fixture
def opened(reported: Path) -> Store:
    return open_store(reported)


def test_the_answer_names_what_worked_and_the_plate_that_failed(opened: Store, returned: ReturnedPlan) -> None:
    with opened as store:
        report = lab_context(store, returned.plan.plan_id[:8], Settings(store=store.path))
    assert report.answer.startswith("On ORG-0 ")
    assert "failed quality control" in report.answer
    first = report.organoids[0]
    planted = {
        " + ".join(row["drug_names"]): returned.truth[row["treatment"]]
        for row in returned.plan.treatments.filter("chosen").to_dicts()
    }
    for curve in first.curves:
        left = planted[curve.name].at(200.0)
        assert curve.worked or left > 0.4
        assert not curve.worked or left < 0.6
    assert {one.verdict for one in report.plates} >= {"fail"}
    assert next(one for one in report.comparisons if one.scope == "all").organoids == 3
    assert len(report.organoid_map.names) == 3
    assert report.provenance.synthetic


def test_a_patient_s_prediction_stands_beside_what_was_measured(lab_store: Store, returned: ReturnedPlan) -> None:
    with lab_store.transaction():
        add_results(lab_store, returned.files, Returned(plan=returned.plan.plan_id))
    report = lab_context(lab_store, str(returned.plan.patient_id), Settings(store=lab_store.path))
    agreement = report.organoids[0].agreement
    assert agreement.indication == "STAD"
    assert agreement.following
    assert (agreement.model is None) == (agreement.drugs < 12)
    assert not set(agreement.following) & {curve.name for curve in report.organoids[0].curves}


def test_pages_and_data_are_made_and_hold(reported: Path, returned: ReturnedPlan, tmp_path: Path) -> None:
    settings = Settings(store=reported)
    written = pipeline.report_lab(settings, ["north"], ("json", "html", "pdf"), tmp_path)
    assert [path.suffix for path in written] == [".json", ".html", ".pdf"]
    for path in written:
        assert pipeline.verify(settings, path).holds == "yes"
    again = pipeline.report_lab(settings, ["north"], ("json", "html", "pdf"), tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in written]
    page = written[1].read_text(encoding="utf-8")
    assert "Set A against C" in page
    assert "every other row" in page or "residual plate error" in page


def test_data_lead_back_to_the_record(opened: Store) -> None:
    with opened as store:
        report = lab_context(store, "ORG-1", Settings(store=store.path))
    assert isinstance(report, LabReport)
    kind = KINDS["lab"]
    assert from_data(kind, json.loads(as_json(report))) == settled(report)


def test_an_empty_matrix_of_one_organoid_prints(opened: Store, tmp_path: Path) -> None:
    with opened as store:
        report = lab_context(store, "ORG-3", Settings(store=store.path))
    assert all(curve.verdict == "fail" for curve in report.organoids[0].curves) or report.organoids[0].curves
    assert render(report, "html", tmp_path).stat().st_size > 10_000
