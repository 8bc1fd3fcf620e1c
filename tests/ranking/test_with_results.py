"""A ranking with results: measured drugs stand for themselves, the others learn, and the ranking without stays."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.models.bundle import Bundle
from screen.models.conditioning.stored_covariance import covariance_of
from screen.ranking.with_results import RankedWithResults
from screen.settings import Settings, Training
from screen.store import Store, open_store, stored_models
from tests.store.test_lab_results import curve, plates

WELLS = 12


@pytest.fixture
def settings(ranked_store: Path, quick: Training, tmp_path: Path) -> Settings:
    copy = tmp_path / "s.duckdb"
    pipeline.backup(Settings(store=ranked_store), copy)
    return Settings(store=copy, training=quick)


def ranked(store: Store) -> list[str]:
    return store.sql("SELECT patient_id FROM run_patients JOIN current_runs USING (run_id) ORDER BY 1")[
        "patient_id"
    ].to_list()


def add(
    settings: Settings, patient: str, shift: float, verdict: str = "pass", lab: str = "north", skip: int = 0
) -> None:
    """A plate of twelve drugs, each so many standard deviations above the drug's mean."""
    with open_store(settings.store, write=True) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, "STAD"))
        known, drugs = covariance_of(bundle), bundle.manifest["drugs"]
        names = dict(store.sql("SELECT drug_id, name FROM drugs").iter_rows())
        plate = f"{patient}-{lab}-{verdict}"
        rows = [
            curve(
                patient,
                curve_id=f"{plate}-{row}",
                lab=lab,
                batch=plate,
                plates=plate,
                treatment=f"T{row}",
                drug_ids=[drugs[row]],
                drug_names=[names[drugs[row]]],
                auc_gdsc=float(known.means[row] + shift * known.sds[row]),
                auc_gdsc_sd=0.01,
                verdict=verdict,
            )
            for row in range(skip, skip + WELLS)
        ]
        with store.transaction():
            store.append("lab_plates", plates(plate, patient=patient, lab=lab, verdict=verdict).with_columns(added=1))
            store.append("lab_curves", pl.concat(rows))


def result(settings: Settings, patient: str) -> tuple[RankedWithResults, pl.DataFrame]:
    (made,) = pipeline.rank_with_results(settings, ["STAD"], patient)
    with open_store(settings.store) as store:
        rows = store.sql(
            """SELECT * FROM score_updates JOIN scores USING (run_id, patient_id, drug_id)
               WHERE run_id = $run ORDER BY drug_id""",
            run=made.run_id,
        )
    return made, rows


def test_measured_drugs_stand_for_themselves_and_the_others_move(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -2.0)
    made, rows = result(settings, patient)
    assert made.measured == WELLS
    assert made.predicted == rows.height - WELLS
    measured = rows.filter("measured")
    assert (measured["response_measured"] == measured["response_after"]).all()
    assert measured["response_sd_after"].max() == pytest.approx(0.01)
    others = rows.filter(~pl.col("measured"))
    assert (others["response_after"] < others["response_before"]).mean() > 0.9
    assert (others["response_sd_after"] < others["response_sd_before"]).all()
    assert made.level < -0.5
    assert ((rows["score_low"] <= rows["score"]) & (rows["score"] <= rows["score_high"])).all()
    assert sorted(rows["rank"]) == list(range(1, rows.height + 1))


def test_the_ranking_without_results_stays_as_it_was(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
        before = store.sql("FROM scores ORDER BY ALL"), store.sql("FROM current_runs")
    add(settings, patient, -2.0)
    made, rows = result(settings, patient)
    with open_store(settings.store) as store:
        base = store.sql("SELECT * FROM scores WHERE run_id <> $run ORDER BY ALL", run=made.run_id)
        assert base.equals(before[0])
        assert store.sql("FROM current_runs").equals(before[1])
        plain = base.filter(patient_id=patient).sort("drug_id")
    assert made.without_results == before[1].filter(indication="STAD")["run_id"][0]
    assert (plain["score"] == rows["score_before"]).all()
    assert (plain["rank"] == rows["rank_before"]).all()


def test_the_same_results_give_the_same_run_and_others_another(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -1.0)
    one, rows = result(settings, patient)
    again, same = result(settings, patient)
    assert again == one
    assert same.equals(rows)
    add(settings, patient, 0.5, skip=WELLS, lab="south")
    more, _ = result(settings, patient)
    assert more.run_id != one.run_id
    with open_store(settings.store) as store:
        newest = store.sql("SELECT run_id FROM current_updates WHERE of_patient = $p", p=patient)["run_id"].to_list()
    assert newest == [more.run_id]


def test_it_says_what_it_was_conditioned_on(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -1.0)
    made, _ = result(settings, patient)
    with open_store(settings.store) as store:
        on = json.loads(
            store.scalar("SELECT conditioned_on FROM conditioned_runs WHERE run_id = $run", run=made.run_id)
        )
    assert on["lab"] == "north"
    assert len(on["values"]) == WELLS
    assert {row["plate"] for row in on["values"]} == {f"{patient}-north-pass"}
    assert on["history_tumours"] == 0
    assert set(on["process"]) == {"carry", "scale", "noise", "level"}


def test_a_plate_that_failed_is_left_out_visibly(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -1.0)
    alone, rows = result(settings, patient)
    add(settings, patient, 3.0, verdict="fail", skip=WELLS)
    made, same = result(settings, patient)
    assert same["score"].equals(rows["score"])
    assert len(made.left_out) == 1
    assert f"and {WELLS - 5} more on" in made.left_out[0]
    assert all("failed quality control" in one for one in made.left_out)
    assert alone.left_out == ()


def test_nothing_but_a_failed_plate_is_refused(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -1.0, verdict="fail")
    with pytest.raises(InputError, match="none to learn from: its plate failed"):
        pipeline.rank_with_results(settings, ["STAD"], patient)


def test_without_results_it_says_how_to_add_them(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    with pytest.raises(InputError, match="no results of patient"):
        pipeline.rank_with_results(settings, ["STAD"], patient)
    with pytest.raises(InputError, match="no results of any patient"):
        pipeline.rank_with_results(settings, ["STAD"])
    with pytest.raises(StoreError, match="no patient"):
        pipeline.rank_with_results(settings, ["STAD"], "nobody")


def test_what_the_laboratory_measured_before_takes_part(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patients = ranked(store)
    add(settings, patients[0], -1.0)
    alone, plain = result(settings, patients[0])
    for number, other in enumerate(patients[1:8]):
        add(settings, other, 0.3 * number - 1.0)
    made, rows = result(settings, patients[0])
    assert alone.history == 0
    assert made.history == 7
    assert not np.allclose(rows["response_after"].to_numpy(), plain["response_after"].to_numpy())
    assert len(pipeline.rank_with_results(settings, ["STAD"])) == 8


def test_an_erased_patient_leaves_no_run_with_results(settings: Settings) -> None:
    with open_store(settings.store) as store:
        patient = ranked(store)[0]
    add(settings, patient, -1.0)
    made, _ = result(settings, patient)
    pipeline.forget(settings, patient)
    with open_store(settings.store) as store:
        for table in ("runs", "conditioned_runs", "scores", "score_updates", "run_patients"):
            assert store.scalar(f"SELECT count(*) FROM {table} WHERE run_id = $run", run=made.run_id) == 0
