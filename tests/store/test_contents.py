"""What a store holds."""

from pathlib import Path

from screen import pipeline
from screen.settings import Settings


def test_status_counts_what_is_there(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "new.duckdb")
    pipeline.init(settings)
    table = tmp_path / "clinical.csv"
    table.write_text("patient_id,indication\nP1,BRCA\nP2,STAD\nP3,BRCA\n")
    pipeline.ingest(settings, [table])
    held = {holding.what: holding for holding in pipeline.status(settings)}
    assert (held["patients"].number, held["patients"].detail) == (3, "BRCA 2, STAD 1")
