"""Migrations apply once, in order, and whole."""

from pathlib import Path

import pytest

from screen.errors import StoreError
from screen.store import Store, open_store
from screen.store.migrations import migrate, scripts, version


def test_all_migrations_are_applied_once(store: Store) -> None:
    assert version(store) == int(scripts()[-1].stem.split("_")[0])
    assert migrate(store) == []


def test_numbers_rise() -> None:
    numbers = [int(s.stem.split("_")[0]) for s in scripts()]
    assert numbers == sorted(set(numbers))


def test_a_store_of_a_newer_version_is_refused(store: Store) -> None:
    store.run("INSERT INTO migrations VALUES (9999, 'future')")
    with pytest.raises(StoreError, match="newer"):
        migrate(store)


def test_an_older_store_asks_to_be_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    with open_store(path, create=True) as old:
        old.run("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
        old.run("INSERT INTO migrations VALUES (1, '0001_core')")
    with pytest.raises(StoreError, match="older"):
        open_store(path)
