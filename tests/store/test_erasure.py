"""Copies are whole, erased patients are gone from the file itself."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError, StoreError
from screen.records import Batch, ReadOptions
from screen.store import Store, audit, erasure, open_store, save

PATIENT = "SYN-ERASE-ME-0001"


def _with_patients(store: Store, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(name)
    rows = pl.DataFrame({"patient_id": [PATIENT, "SYN-STAYS"], "indication": ["BRCA", "BRCA"], "authority": [1, 1]})
    with store.transaction():
        save.save_batch(store, save.source_of(file, ReadOptions()), Batch("clinical", {"patient_records": rows}))


@pytest.fixture
def closed(store: Store, tmp_path: Path) -> Path:
    _with_patients(store, tmp_path, f"{PATIENT}.csv")
    store.__exit__(None, None, None)
    return store.path


def test_forget_erases_the_bytes_and_leaves_a_tombstone(closed: Path) -> None:
    assert erasure.forget(closed, PATIENT)["patient_records"] == 1
    assert PATIENT.encode() not in closed.read_bytes()
    with open_store(closed) as store:
        assert store.sql("FROM patients")["patient_id"].to_list() == ["SYN-STAYS"]
        assert erasure.tombstone(PATIENT) in store.scalar("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1")
        assert audit.first_broken(store) is None


def test_a_later_file_does_not_bring_a_forgotten_patient_back(closed: Path, tmp_path: Path) -> None:
    erasure.forget(closed, PATIENT)
    with open_store(closed, write=True) as store:
        _with_patients(store, tmp_path, "clinical-2.csv")
        assert store.sql("FROM patients")["patient_id"].to_list() == ["SYN-STAYS"]


def test_forgetting_a_stranger_is_an_error(closed: Path) -> None:
    with pytest.raises(StoreError, match="no patient 'X'"):
        erasure.forget(closed, "X")


def test_a_backup_is_a_store_and_never_overwrites(closed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    with open_store(closed) as store:
        erasure.backup(store, copy)
        with pytest.raises(InputError, match="already exists"):
            erasure.backup(store, copy)
        with open_store(copy) as other:
            assert other.sql("FROM patients ORDER BY 1").equals(store.sql("FROM patients ORDER BY 1"))
