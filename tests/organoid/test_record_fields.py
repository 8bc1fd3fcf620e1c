"""Each figure of a plan stands in its own field: counts, doses and volumes that all differ, read where they belong."""

from typing import Any

import polars as pl
import pytest

from screen import organoid
from screen.organoid.candidates import Candidate, ranked_candidates
from screen.organoid.request import Request
from screen.ranking.shortlists import tables
from screen.report.content.organoid_report import OrganoidReport, organoid_context
from screen.settings import Settings
from screen.store import Store
from screen.store.plans import Plan
from tests.report.filled import fill

CODE = "BRCA"


@pytest.fixture
def planned(store: Store) -> tuple[Plan, OrganoidReport]:
    fill(store, patients=(6, 3, 3))
    plan = organoid.plan(
        store, CODE, Request(doses=(0.2, 3.4, 20.0, 200.0), seed=3), tables(store, Settings().ranking).edp
    )
    return plan, organoid_context(store, plan, Settings())


def test_a_candidate_counts_each_kind_of_record_apart(store: Store) -> None:
    fill(store, patients=(6, 3, 3))
    drug = store.scalar("SELECT drug_id FROM scores JOIN runs USING (run_id) WHERE indication = 'BRCA' LIMIT 1")
    store.run("DELETE FROM evidence WHERE drug_id = $drug", drug=drug)
    store.run("UPDATE drugs SET pathway = 'a pathway', hub_phase = NULL WHERE drug_id = $drug", drug=drug)
    kinds = [("trial", CODE, "PHASE3"), *[("trial", CODE, "PHASE1")] * 2, *[("trial", "LUAD", "PHASE2")] * 3]
    kinds += [("hub", CODE, "Phase 2"), ("label", "LUAD", None)]
    store.append(
        "evidence",
        pl.DataFrame(
            [
                {"drug_id": drug, "indication": code, "kind": kind, "record_id": str(i), "phase": phase}
                for i, (kind, code, phase) in enumerate(kinds)
            ],
            infer_schema_length=None,
        ).with_columns(origin=pl.lit("x"), counts=True, combination=False, source_id=pl.lit("a" * 16)),
    )
    edp = tables(store, Settings().ranking).edp
    (found,) = [one for one in ranked_candidates(store, CODE, "run1".ljust(16, "0"), edp, None) if one.drug_id == drug]
    facts = store.sql("SELECT name, smiles, mechanism FROM drugs WHERE drug_id = $drug", drug=drug).row(0, named=True)
    ranked = store.sql("SELECT drug_id, avg(score::DOUBLE) s FROM scores WHERE starts_with(run_id, 'run1') GROUP BY 1")
    expected = {
        **facts,
        "of": ranked.height,
        "score": dict(ranked.iter_rows())[drug],
        "share": edp.filter((pl.col("drug_id") == drug) & (pl.col("indication") == CODE)).height / 6,
        "approved_here": False,
        "approved": True,
        "records_here": 4,
        "trials_here": 3,
        "late_here": 1,
        "trials": 6,
        "searched": True,
        "pathway": "a pathway",
        "idle": "",
    }
    assert_fields(found, expected)
    assert isinstance(found, Candidate)
    assert 0 < found.place <= found.of


def test_a_dose_is_its_transfer(planned: tuple[Plan, OrganoidReport]) -> None:
    plan, report = planned
    move = plan.transfers.filter(pl.col("target_uM") == 3.4).row(0, named=True)
    (dose,) = [d for d in report.doses if (d.target_uM, d.vehicle) == (3.4, move["vehicle"])]
    # 17 nL of 10 mM into 50 uL would be 3.4 uM; in whole droplets 17.5 nL.
    expected = {"dose_uM": 3.5, "source_mM": 10.0, "source_plate": "DMSO-x1", "volume_nL": 17.5, "percent": 0.035}
    assert_fields(dose, expected | {"vehicle": "DMSO", "over": False})


def test_a_treatment_and_a_compound_keep_their_columns(planned: tuple[Plan, OrganoidReport]) -> None:
    plan, report = planned
    row = plan.treatments.filter(pl.col("chosen")).row(0, named=True)
    treatment = report.sets[0].drugs[0]
    wanted = {name: row[name] for name in ("mechanism", "place", "score", "reason")}
    assert_fields(treatment, wanted | {"code": row["treatment"], "name": row["drug_names"][0]})
    bought = plan.compounds.row(1, named=True)
    wanted = {name: bought[name] for name in ("name", "drug_id", "salt", "molecular_weight", "vehicle")}
    wanted |= {name: bought[name] for name in ("stock_mM", "stock_uL", "mass_mg")}
    assert_fields(report.compounds[1], wanted | {"tube": 2})
    assert bought["mass_mg"] == pytest.approx(bought["stock_mM"] * bought["stock_uL"] * 300 / 1e6)
    assert bought["stock_mM"] == 10.0


def test_a_map_draws_a_well_in_its_row_and_column(planned: tuple[Plan, OrganoidReport]) -> None:
    plan, report = planned
    well = plan.wells.filter((pl.col("role") == "test") & (pl.col("row_number") != pl.col("col_number"))).row(
        0, named=True
    )
    assert well["well"] == f"{chr(64 + well['row_number'])}{well['col_number']}"
    (drawn,) = [c for c in report.plates[0].cells if (c.row, c.col) == (well["row_number"], well["col_number"])]
    dose = well["target_uM"]
    second = f"{f'{dose:g}' if dose >= 0.1 else f'{dose * 1000:.3g}n'} r{well['replicate']}"
    set_of = dict(plan.treatments.select("treatment", "set_name").iter_rows())
    assert_fields(drawn, {"kind": set_of[well["treatment"]], "first": well["treatment"], "second": second})
    assert (report.plates[0].rows, report.plates[0].cols) == (16, 24)
    assert report.plates[0].says.startswith("plate P1: ")


def test_the_plan_says_whose_it_is(planned: tuple[Plan, OrganoidReport]) -> None:
    plan, report = planned
    assert_fields(
        report,
        {
            "title": "Organoid test set: BRCA",
            "subject": f"BRCA-{plan.plan_id[:8]}",
            "plan_id": plan.plan_id,
            "indication": "BRCA",
            "indication_name": "Breast invasive carcinoma",
            "patient_id": None,
        },
    )


def assert_fields(found: Any, expected: dict[str, Any]) -> None:
    """Each field as expected, figures to nine places."""
    for name, value in expected.items():
        wanted = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
        assert getattr(found, name) == wanted, name
