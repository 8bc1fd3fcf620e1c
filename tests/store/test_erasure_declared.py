"""Erasure follows what is declared of the tables: rows of every table that can hold a patient's, as in the schema."""

from typing import Any

import pytest

from screen.settings import Settings
from screen.store import Store, erasure, open_store, tables

PATIENT, OTHER = PATIENTS = "SYN-ERASE-ME-0002", "SYN-STAYS"
MAY_HOLD = tuple(table for table in tables.TABLES if table.patient or table.owner or table.quotes)
_OF_A_TYPE = {"INTEGER": 1, "BIGINT": 1, "DOUBLE": 0.5, "FLOAT": 0.5, "BOOLEAN": False, "BLOB": b"", "DATE": None}
_NOW = ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


def _value(kind: str, quote: str, number: int) -> Any:
    if kind.endswith("[]"):
        return [quote] if quote else []
    if kind in _NOW:
        return "2026-01-01"
    return _OF_A_TYPE.get(kind, quote or f"of {number}")


def _row(store: Store, table: tables.Table, patient: str) -> dict[str, Any]:
    """A row of this patient, by its column or its owner's key; what may quote an id quotes the erased one."""
    columns = store.sql("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $name", name=table.name)
    row = {
        column: _value(kind, f"about {PATIENT}, {column}" if column in table.quotes else "", PATIENTS.index(patient))
        for column, kind in columns.iter_rows()
    }
    if table.patient:
        row[table.patient] = patient
    if "domain" in row:
        row["domain"] = "patient"
    if table.owner:
        row[table.owner[1]] = patient.lower()[::-1]
    for owned in tables.with_owner():
        if owned.owner and owned.owner[0] == table.name:
            row[owned.owner[1]] = patient.lower()[::-1]
    return row


def _fill(store: Store) -> None:
    for table in MAY_HOLD:
        for patient in (PATIENT, OTHER):
            row = _row(store, table, patient)
            names, places = ", ".join(row), ", ".join(f"${name}" for name in row)
            store.run(f"INSERT INTO {table.name} ({names}) VALUES ({places})", **row)


@pytest.fixture
def erased(store: Store) -> Store:
    _fill(store)
    store.close()
    erasure.forget(Settings(store=store.path), PATIENT)
    return store


def test_every_table_that_may_hold_a_patient_is_reached(erased: Store) -> None:
    content = erased.path.read_bytes().lower()
    assert PATIENT.lower().encode() not in content
    assert PATIENT.lower()[::-1].encode() not in content, "a row that is a patient's through its owner"
    with open_store(erased.path) as left:
        for table in MAY_HOLD:
            goes = bool(table.patient or table.owner)
            assert left.scalar(f"SELECT count(*) FROM {table.name}") == (1 if goes else 2), table.name
