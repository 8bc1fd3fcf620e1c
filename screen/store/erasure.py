"""Keep a store: copy it, erase a patient, say what is in it."""

import hashlib
import os
from pathlib import Path

import polars as pl

from screen.errors import InputError, StoreError
from screen.store import audit
from screen.store.database import Store, open_store

PATIENT_COLUMNS = {
    "patient_records": "patient_id",
    "expression": "subject_id",
    "outcomes": "patient_id",
    "given_drugs": "patient_id",
    "run_patients": "patient_id",
    "scores": "patient_id",
    "plans": "patient_id",
}
"""Every table that holds rows of patients, with the column that names them."""

# A file that held this patient alone may carry the id in its name.
_UNNAME = """
UPDATE source_files SET name = '(erased)', notes = NULL
WHERE source_id IN (SELECT source_id FROM expression GROUP BY source_id HAVING bool_and(subject_id = $id))
   OR contains(name, $id)
"""


def tombstone(patient_id: str) -> str:
    """What the audit trail keeps of an erased patient: a digest, not the id."""
    return hashlib.sha256(patient_id.encode()).hexdigest()


def backup(store: Store, target: Path) -> None:
    """A consistent copy of the whole store in one new file, complete or not there at all."""
    if target.exists():
        raise InputError("already exists", where=str(target), remedy="name a new file")
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(_copied(store, target), target)


def forget(path: Path, patient_id: str) -> dict[str, int]:
    """Erase a patient from every table and from the file's free blocks; return the rows erased by table.

    The audit trail keeps a tombstone, and rows of this patient in files ingested later are left out.
    """
    with open_store(path, write=True) as store:
        there = {
            table: int(store.scalar(f"SELECT count(*) FROM {table} WHERE {column} = $id", id=patient_id))
            for table, column in PATIENT_COLUMNS.items()
        }
        if not any(there.values()):
            raise StoreError(
                f"no patient {patient_id!r}", where=str(path), remedy="crescreen export patients lists them"
            )
        with store.transaction():
            store.run(_UNNAME, id=patient_id)
            for table, column in PATIENT_COLUMNS.items():
                store.run(f"DELETE FROM {table} WHERE {column} = $id", id=patient_id)
            store.run(
                "INSERT INTO forgotten SELECT $digest WHERE $digest NOT IN (SELECT digest FROM forgotten)",
                digest=tombstone(patient_id),
            )
            audit.record(store, "forget", tombstone=tombstone(patient_id), rows=sum(there.values()))
        # A deleted row stays in the file's free blocks until they are reused: copy what is left, drop the rest.
        draft = _copied(store, path)
    os.replace(draft, path)
    return there


def leave_out_forgotten(store: Store, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a patient table without those of patients erased earlier."""
    column = PATIENT_COLUMNS.get(table)
    digests = set(store.sql("SELECT digest FROM forgotten")["digest"]) if column else set()
    if not digests or column is None:
        return rows
    gone = [p for p in rows[column].unique() if tombstone(p) in digests]
    return rows.filter(~pl.col(column).is_in(gone))


def _copied(store: Store, target: Path) -> Path:
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    store.copy_to(draft)
    return draft
