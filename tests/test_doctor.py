"""What the store says of itself."""

from pathlib import Path

import pytest

from screen import doctor, pipeline
from screen.errors import StoreError
from screen.ingest.registry import kinds
from screen.settings import Settings


def test_sources_name_every_kind_of_data() -> None:
    listed = [note.kind for note in doctor.sources()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {kind.name for kind in kinds()} - {"drugbank-schema"}


def test_the_trial_query_can_be_copied() -> None:
    trials = next(note for note in doctor.sources() if note.kind == "clinicaltrials-json")
    assert "clinicaltrials.gov/api/v2/studies?query.cond=" in trials.where


def test_doctor_of_a_missing_store_fails_with_the_remedy(tmp_path: Path) -> None:
    store = doctor.doctor(Settings(store=tmp_path / "none.duckdb"))[-1]
    assert (store.state, store.remedy[:20]) == ("fail", "run: crescreen init,")


def test_doctor_of_an_empty_store_warns(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "new.duckdb")
    pipeline.init(settings)
    states = {finding.check: finding.state for finding in pipeline.doctor(settings)}
    assert states["audit trail"] == "ok"
    assert states["gene names"] == states["patients"] == "warn"
    assert all(f.remedy for f in pipeline.doctor(settings) if f.state == "warn")


def test_status_counts_what_is_there(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "new.duckdb")
    pipeline.init(settings)
    table = tmp_path / "clinical.csv"
    table.write_text("patient_id,indication\nP1,BRCA\nP2,STAD\nP3,BRCA\n")
    pipeline.ingest(settings, [table])
    held = {holding.what: holding for holding in pipeline.status(settings)}
    assert (held["patients"].number, held["patients"].detail) == (3, "BRCA 2, STAD 1")


def test_forgetting_a_patient_clears_the_work_folder_and_forgetting_a_stranger_does_not(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "new.duckdb")
    pipeline.init(settings)
    table = tmp_path / "clinical.csv"
    table.write_text("patient_id,indication\nP1,BRCA\nP2,STAD\n")
    pipeline.ingest(settings, [table])
    kept = settings.work / "evaluate" / "codes.npy"
    kept.parent.mkdir(parents=True)
    kept.write_text("of P1")
    with pytest.raises(StoreError):
        pipeline.forget(settings, "P3")
    assert kept.exists()
    pipeline.forget(settings, "P1")
    assert not settings.work.exists()
