"""What the store says of itself."""

from pathlib import Path

from screen import doctor, pipeline
from screen.settings import Settings


def test_doctor_of_a_missing_store_fails_with_the_remedy(tmp_path: Path) -> None:
    store = doctor.examine(Settings(store=tmp_path / "none.duckdb"))[-1]
    assert (store.state, store.remedy[:20]) == ("fail", "run: crescreen init,")


def test_doctor_of_an_empty_store_warns(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "new.duckdb")
    pipeline.init(settings)
    states = {finding.check: finding.state for finding in pipeline.doctor(settings)}
    assert states["audit trail"] == "ok"
    assert states["gene names"] == states["patients"] == "warn"
    assert all(f.remedy for f in pipeline.doctor(settings) if f.state == "warn")
