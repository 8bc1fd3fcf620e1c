"""Of two clinical tables the later holds, and what they contradict each other in is told."""

from pathlib import Path

import polars as pl
import pytest

from screen.records import Batch, ReadOptions
from screen.store import Store, save


def _clinical(store: Store, folder: Path, number: int, authority: int = 0, **columns: str) -> save.StoredRows:
    file = folder / f"clinical-{number}.csv"
    file.write_text(f"{number} {columns}")
    rows = pl.DataFrame({"patient_id": "P1", "authority": authority} | columns)
    with store.transaction():
        return save.save_batch(store, save.source_of(file, ReadOptions()), Batch("clinical", {"patient_records": rows}))


def _patient(store: Store) -> tuple[str, str]:
    return store.sql("SELECT indication, sex FROM patients").row(0)


@pytest.mark.parametrize("number", range(8))
def test_a_corrected_table_holds_whatever_its_bytes(store: Store, tmp_path: Path, number: int) -> None:
    assert _clinical(store, tmp_path, number, indication="BRCA", sex="F").notes == ()
    corrected = _clinical(store, tmp_path, number + 100, indication="STAD")
    assert _patient(store) == ("STAD", "F")
    (note,) = corrected.notes
    assert "P1: indication STAD, before BRCA" in note
    assert store.sql("SELECT notes FROM source_files ORDER BY ingested DESC").row(0) == ([note],)
    assert store.query("conflicts").rows() == [("patient", "P1", "indication", "STAD", ["BRCA"])]


def test_the_same_again_is_no_conflict(store: Store, tmp_path: Path) -> None:
    _clinical(store, tmp_path, 1, indication="BRCA")
    assert _clinical(store, tmp_path, 2, indication="BRCA", sex="F").notes == ()
    assert store.query("conflicts").is_empty()


def test_a_declaration_does_not_outrank_a_clinical_table(store: Store, tmp_path: Path) -> None:
    _clinical(store, tmp_path, 1, indication="BRCA", sex="F")
    assert _clinical(store, tmp_path, 2, authority=1, indication="STAD").notes == ()
    assert _patient(store) == ("BRCA", "F")
