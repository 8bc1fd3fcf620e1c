"""Migrations apply once, in order, and whole."""

from itertools import takewhile
from pathlib import Path

import pytest

from screen.errors import StoreError
from screen.settings import Settings
from screen.store import Store, load, open_store
from screen.store.copying import backup
from screen.store.migrations import applied, migrate, scripts


def test_all_migrations_are_applied_once(store: Store) -> None:
    assert max(applied(store)) == int(scripts()[-1].stem.split("_")[0])
    assert migrate(store) == []


def test_numbers_rise() -> None:
    numbers = [int(s.stem.split("_")[0]) for s in scripts()]
    assert numbers == sorted(set(numbers))


def test_a_migration_that_came_later_with_an_earlier_number_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "gap.duckdb"
    with open_store(path, create=True) as gap:
        migrate(gap)
        gap.run("DELETE FROM migrations WHERE name = '0026_heard_alterations'")
        gap.run("DROP TABLE heard_alterations")
    with pytest.raises(StoreError, match="older"):
        open_store(path)
    with open_store(path, create=True) as mended:
        assert migrate(mended) == ["0026_heard_alterations"]
        assert mended.scalar("SELECT count(*) FROM heard_alterations") == 0


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
    copy = tmp_path / "before.duckdb"
    backup(Settings(store=path), copy)  # as the remedy says
    with open_store(copy, create=True) as copied:
        assert copied.scalar("SELECT max(version) FROM migrations") == 1


def test_profiles_of_before_platforms_are_read_with_none_told(tmp_path: Path) -> None:
    with open_store(tmp_path / "old.duckdb", create=True) as old:
        old.run("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
        for script in takewhile(lambda one: "ADD COLUMN platform" not in one.read_text("utf-8"), scripts()):
            old.run(script.read_text("utf-8"))
            old.run("INSERT INTO migrations VALUES ($number, $name)", number=int(script.stem[:4]), name=script.stem)
        old.run(
            """INSERT INTO expression (source_id, domain, subject_id, sample_id, dataset, unit, gene_order_id, levels)
               VALUES ('s', 'cell_line', 'ACH-000001', 'ACH-000001', 'd', 'tpm', 'o', [1.0])"""
        )
        assert migrate(old)[0].endswith("platforms")
        (row,) = load.expression_sources(old, "cell_line").rows(named=True)
        assert (row["dataset"], row["platform"]) == ("d", None)
