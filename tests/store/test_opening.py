"""What is no store is named as what it is; a store reaches nothing but itself; others' locks are waited for."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from screen.errors import StoreError
from screen.store import Store, open_store, opening
from screen.store.migrations import migrate


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE t (a)")


def _foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE t AS SELECT 1 AS a")


def _migrations_of_another(path: Path) -> None:
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE migrations AS SELECT 1 AS id, 'users' AS app")


def _cut(path: Path) -> None:
    with open_store(path, create=True) as store:
        migrate(store)
        store.run("INSERT INTO gene_aliases SELECT 's', range::VARCHAR || random(), 'k', 'g' FROM range(200000)")
    path.write_bytes(path.read_bytes()[:300_000])


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (lambda path: path.mkdir(), "is a folder"),
    "empty": (lambda path: path.write_bytes(b""), "an empty file"),
    "zeros": (lambda path: path.write_bytes(b"\0" * 100_000), "zeros only"),
    "text": (lambda path: path.write_bytes(b"patient_id,indication\n" * 99), "another kind of file"),
    "sqlite": (_sqlite, "SQLite"),
    "another duckdb": (_foreign, "something else"),
    "another's migrations": (_migrations_of_another, "something else"),
    "cut": (_cut, "cut short"),
}


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_store_is_named(tmp_path: Path, name: str, write: bool) -> None:
    make, words = FILES[name]
    path = tmp_path / "sherlock" / "lock.duckdb"
    path.parent.mkdir()
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(StoreError, match=words) as fault:
        open_store(path, write=write)
    assert fault.value.remedy
    assert "process" not in fault.value.what
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("make", [_foreign, _migrations_of_another])
def test_init_adds_nothing_to_another_database(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "other.duckdb")
    with pytest.raises(StoreError, match="something else"):
        open_store(tmp_path / "other.duckdb", create=True)


@pytest.mark.parametrize("name", ["md:x", "s3:x", "postgres:dbname=x"])
def test_a_name_like_an_address_is_a_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_store(Path(name), create=True) as store:
        migrate(store)
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_text('{secret}')",
        "FROM read_csv('{secret}')",
        "FROM '{secret}'",
        "COPY (SELECT 1) TO '{secret}.csv'",
        "ATTACH '{secret}.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET autoload_known_extensions = true",
        "SET lock_configuration = false",
    ],
)
def test_a_store_reaches_nothing_but_itself(store: Store, tmp_path: Path, statement: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with pytest.raises((duckdb.Error, StoreError)):
        store.run(statement.format(secret=secret))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("secret")] == ["secret.txt"]


def test_a_foreign_view_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with open_store(tmp_path / "s.duckdb", create=True) as store:
        migrate(store)
    with duckdb.connect(str(tmp_path / "s.duckdb")) as hostile:
        hostile.execute(f"CREATE OR REPLACE VIEW patients AS SELECT content FROM read_text('{tmp_path}/secret')")
    with open_store(tmp_path / "s.duckdb") as store, pytest.raises((duckdb.Error, StoreError)):
        store.sql("FROM patients")


def test_store_and_log_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with open_store(tmp_path / "s.duckdb", create=True) as store:
            migrate(store)
            store.append("gene_aliases", pl.DataFrame({"source_id": "s", "alias": "a", "kind": "k", "symbol": "A"}))
            modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
        assert modes == {"s.duckdb": "0o600", "s.duckdb.wal": "0o600"}
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


_HOLD = """
import sys, time
from pathlib import Path
from screen.store import open_store
with open_store(Path(sys.argv[1]), write=True):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def _holder(path: Path, seconds: float) -> subprocess.Popen[str]:
    held = subprocess.Popen([sys.executable, "-c", _HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    return held


@pytest.mark.parametrize("write", [False, True])
def test_another_writer_is_waited_for(store: Store, write: bool) -> None:
    store.close()
    held = _holder(store.path, 2.0)
    with open_store(store.path, write=write) as opened:
        assert opened.scalar("SELECT 1") == 1
    held.communicate()
    assert held.returncode == 0


def test_the_wait_has_an_end(store: Store) -> None:
    store.close()
    held = _holder(store.path, 30.0)
    begun = time.monotonic()
    with pytest.raises(StoreError, match="another process is using the store, still after 1 s"):
        open_store(store.path, wait=1.0)
    assert time.monotonic() - begun < 10
    held.kill()
    held.communicate()


@pytest.mark.parametrize("words", ["Operation not supported", "No locks available", "Function not implemented"])
def test_a_share_without_locks_says_so(store: Store, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    store.close()

    def refuse(*_: object, **__: object) -> None:
        raise duckdb.IOException(f'IO Error: Could not set lock on file "{store.path}": {words}')

    monkeypatch.setattr(opening.duckdb, "connect", refuse)
    with pytest.raises(StoreError, match="no file locks"):
        open_store(store.path)


def test_a_store_of_a_newer_version_is_read_but_not_written(store: Store) -> None:
    store.run("INSERT INTO migrations VALUES (9999, 'future')")
    store.run("ALTER TABLE trials RENAME COLUMN title TO headline")
    store.close()
    with open_store(store.path) as newer:
        assert newer.newer == 9999
        assert newer.scalar("SELECT count(*) FROM patients") == 0
        with pytest.raises(StoreError, match="newer"):
            newer.sql("SELECT title FROM trials")
    for create in (False, True):
        with pytest.raises(StoreError, match="newer"), open_store(store.path, write=True, create=create) as newer:
            migrate(newer)


_AS_NOBODY = """
import os, sys
from pathlib import Path
from screen.errors import StoreError
from screen.store import open_store
open_store(Path(sys.argv[2])).close()  # what is imported late is not readable for everybody
os.setgid(65534); os.setuid(65534)
for write in (False, True):
    try:
        open_store(Path(sys.argv[1]), write=write).close()
        print("opened")
    except StoreError as fault:
        print(fault.what)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("file", "folder", "words"),
    [
        (0o600, 0o755, ["no permission to read it", "no permission to read it"]),
        (0o644, 0o755, ["opened", "no permission to write it"]),
        (0o666, 0o755, ["opened", "its folder cannot be written"]),
    ],
)
def test_permission_is_not_damage(store: Store, file: int, folder: int, words: list[str]) -> None:
    store.close()
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(folder)
        path = Path(shutil.copy(store.path, shared))
        path.chmod(file)
        command = [sys.executable, "-c", _AS_NOBODY, str(path), str(store.path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == words, done.stderr


def test_a_database_of_something_else_is_not_sent_to_init(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("CREATE TABLE flights (id INTEGER)")
    with pytest.raises(StoreError, match="a DuckDB file of something else") as fault:
        open_store(tmp_path / "other.duckdb")
    assert fault.value.remedy == "name the file of a store with --store"
