"""Copies are whole, private, and never in the place of something else."""

import os
from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError
from screen.settings import Settings
from screen.store import Store, open_store, tombstones
from screen.store.copying import backup


@pytest.fixture
def closed(store: Store) -> Settings:
    store.append("gene_aliases", pl.DataFrame({"source_id": "s", "alias": "p53", "kind": "alias", "symbol": "TP53"}))
    store.close()
    return Settings(store=store.path)


def test_a_backup_is_a_store_and_never_overwrites(closed: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "new" / "copy.duckdb"
    backup(closed, copy)
    with pytest.raises(InputError, match="already exists"):
        backup(closed, copy)
    with open_store(copy) as other, open_store(closed.store) as store:
        assert other.sql("FROM gene_aliases").equals(store.sql("FROM gene_aliases"))
    assert [path.name for path in copy.parent.iterdir()] == ["copy.duckdb"]


def test_store_and_backup_are_for_their_owner_alone(closed: Settings, tmp_path: Path) -> None:
    backup(closed, tmp_path / "copy.duckdb")
    for path in (closed.store, tmp_path / "copy.duckdb"):
        assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_a_backup_follows_no_link(closed: Settings, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    os.symlink(victim, tmp_path / "copy.duckdb")
    with pytest.raises(InputError, match="already exists"):
        backup(closed, tmp_path / "copy.duckdb")
    assert not victim.exists()


def test_the_key_of_erasures_goes_with_the_copy(closed: Settings, tmp_path: Path) -> None:
    key = tombstones.key_for_writing(closed.store)
    backup(closed, tmp_path / "copy.duckdb")
    assert tombstones.key_for_writing(tmp_path / "copy.duckdb") == key


def test_what_a_killed_backup_left_does_not_stop_the_next(closed: Settings, tmp_path: Path) -> None:
    tombstones.key_file(closed.store).write_bytes(b"k" * 32)
    copy = tmp_path / "copy.duckdb"
    tombstones.key_file(copy).write_bytes(b"k" * 32)
    left = copy.with_name(f".{copy.name}.0123456789abcdef.draft")
    left.write_bytes(b"half")
    backup(closed, copy)
    assert copy.exists()
    assert not left.exists()
    assert tombstones.key_file(copy).read_bytes() == b"k" * 32


def test_a_key_of_another_store_is_not_written_over(closed: Settings, tmp_path: Path) -> None:
    tombstones.key_file(closed.store).write_bytes(b"k" * 32)
    copy = tmp_path / "copy.duckdb"
    tombstones.key_file(copy).write_bytes(b"other")
    with pytest.raises(InputError, match="already exists"):
        backup(closed, copy)
    assert tombstones.key_file(copy).read_bytes() == b"other"
