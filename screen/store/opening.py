"""Open a store: the right file, alone or beside others, with a schema this version knows."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

import duckdb

from screen.errors import StoreError
from screen.store import database_faults
from screen.store.database import Store
from screen.store.migrations import applied, pending, schema_known

WAIT_SECONDS = 60.0
"""How long a command waits for another process that has the store open."""
_STEP_SECONDS = 0.1
_INIT = "run: crescreen init"
_MAGIC = b"DUCK"
_CONFINING = Lock()
"""Connections of one process to one file share its options: two threads that open it set them one after the other."""
_PRIVATE = 0o077
"""Bits of a file's mode that a store never gives: it is for its owner alone."""


class _WritingStore(Store):
    """A store whose files, the log and the spill folder too, are made for the user alone."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, newer: int | None, umask: int) -> None:
        super().__init__(connection, path, newer)
        self._umask: int | None = umask

    def close(self) -> None:
        super().close()
        if self._umask is not None:
            os.umask(self._umask)
            self._umask = None


def open_store(
    path: Path, *, write: bool = False, create: bool = False, wait: float | None = None, copies: Sequence[Path] = ()
) -> Store:
    """Open the store at ``path``.

    The statements run in it can reach no other file, load no extension, and change no option of DuckDB: a store from
    somebody else can do nothing to this machine.

    Parameters
    ----------
    wait : seconds to wait for another process that has the store open; ``None``: ``WAIT_SECONDS``
    copies : files that :meth:`Store.copy_to` may write; a store of an older version may be copied, and nothing else

    Raises
    ------
    StoreError
        No such file (unless ``create``), in use by another process, damaged, or not a store of crescreen; of a newer
        version, and to be written.
    """
    _require_file(path, write=write or create, create=create)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    umask = os.umask(_PRIVATE) if write or create else None
    try:
        connection = _patiently(path, write or create, WAIT_SECONDS if wait is None else wait)
        try:
            _confine(connection, copies)
            newer = _newer_schema(connection, path, write=write, create=create, copied=bool(copies) and not write)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        if umask is not None:
            os.umask(umask)
        raise
    return Store(connection, path, newer) if umask is None else _WritingStore(connection, path, newer, umask)


def _require_file(path: Path, *, write: bool, create: bool) -> None:
    """Say what a file is that is no store, before DuckDB guesses."""
    try:
        there = path.exists()
    except OSError as fault:
        raise StoreError(f"cannot be looked at: {fault.strerror}", where=str(path), remedy="check --store") from None
    if not there:
        if create:
            return
        raise StoreError("there is no store", where=str(path), remedy=f"{_INIT}, or name one with --store")
    if path.is_dir():
        raise StoreError("is a folder, not a store", where=str(path), remedy="name the file of a store with --store")
    if not os.access(path, os.R_OK) or (write and not os.access(path, os.W_OK)):
        need = "write" if os.access(path, os.R_OK) else "read"
        raise StoreError(f"no permission to {need} it", where=str(path), remedy="ask its owner for the right to")
    if write and not os.access(path.parent, os.W_OK):
        raise StoreError("its folder cannot be written", where=str(path), remedy="copy the store to one that can")
    if create and path.stat().st_size == 0:
        path.unlink()  # DuckDB makes its own; there is nothing to lose
    else:
        _require_duckdb(path)


def _require_duckdb(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head[8:12] == _MAGIC:
        return
    found = "a database of SQLite" if head.startswith(b"SQLite format 3") else "another kind of file"
    found = found if head.strip(b"\0") else "zeros only" if head else "an empty file"
    raise StoreError(
        f"is no store, but {found}",
        where=str(path),
        remedy="name the file of a store with --store; if it was one, restore it from a backup",
    )


def _patiently(path: Path, write: bool, wait: float) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + wait
    while True:
        try:
            return _connect(path, write=write)
        except duckdb.Error as fault:
            if not database_faults.in_use(fault, path):
                raise database_faults.of_file(fault, path) from None
            if time.monotonic() >= until:
                raise database_faults.busy(path, wait) from None
        time.sleep(_STEP_SECONDS)


def _connect(path: Path, *, write: bool) -> duckdb.DuckDBPyConnection:
    # The absolute path: "md:x" or "s3://x" is then the name of a file, as any other.
    return duckdb.connect(
        str(path.absolute()),
        read_only=not write,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )


def _confine(connection: duckdb.DuckDBPyConnection, copies: Sequence[Path]) -> None:
    """No file but the store's own, no extension, and no way back."""
    with _CONFINING:
        _confined(connection, copies)


def _confined(connection: duckdb.DuckDBPyConnection, copies: Sequence[Path]) -> None:
    if connection.sql("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
        return  # another connection of this process did it
    with suppress(duckdb.InvalidInputException):  # a notebook without ipywidgets has no bar, and refuses the word
        connection.execute("SET enable_progress_bar = false")
    if copies:
        names = [f"{copy}{end}" for copy in copies for end in ("", ".wal", ".wal.checkpoint", ".wal.recovery")]
        quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
        connection.execute(f"SET allowed_paths = [{quoted}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _newer_schema(
    connection: duckdb.DuckDBPyConnection, path: Path, *, write: bool, create: bool, copied: bool
) -> int | None:
    """Refuse what is no store, too old (but to be copied), or too new to be written; the number of a newer schema."""
    store = Store(connection, path)
    there = applied(store)
    now = max(there, default=0)
    ours = "SELECT table_oid FROM duckdb_columns() WHERE table_name = 'migrations' AND column_name = 'version'"
    if now == 0 and store.scalar(f"SELECT count(*) FROM duckdb_tables() WHERE table_oid NOT IN ({ours})"):
        raise StoreError(
            "is no store, but a DuckDB file of something else",
            where=str(path),
            remedy=f"name {'a new file' if create else 'the file of a store'} with --store",
        )
    if create:
        return None
    if now == 0:
        raise StoreError("not a store of crescreen", where=str(path), remedy=_INIT)
    if pending(there) and not copied:
        raise StoreError(
            f"made by an older version (schema {now})",
            where=str(path),
            remedy="run: crescreen backup before.duckdb; then run: crescreen init",
        )
    if now <= schema_known():
        return None
    if write:
        raise database_faults.newer(path, now)
    return now
