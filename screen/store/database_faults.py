"""What can be wrong with the store's file, each cause in its own words with the remedy that fits it."""

from pathlib import Path

import duckdb

from screen.errors import StoreBusy, StoreError

_OF_THE_FILE = (duckdb.OperationalError, duckdb.InternalError, duckdb.DataError, duckdb.FatalException)

_RESTORE = "restore it from a backup"
_CAUSES = (
    ("no space left", "the disk is full", "make room, then run the command again: what was there before is there"),
    ("quota exceeded", "the disk's quota is used up", "make room, then run the command again"),
    ("permission denied", "no permission for this file", "ask its owner for the right to read and write it"),
    ("read-only file system", "the file system is read-only", "copy the store to a place that can be written"),
    ("file too large", "no room: a file may not grow as large here", "make room, then run the command again"),
    ("corrupt database file", "the file is damaged: a block does not fit its checksum", _RESTORE),
    ("could not read enough bytes", "the file is cut short: its end is missing", _RESTORE),
    ("is a directory", "is a folder, not a store", "name the file of a store with --store"),
    ("not a valid duckdb database", "is no store: not a file of DuckDB", "name the file of a store with --store"),
    ("different configuration", "this process has it open already, in another way", "close it first"),
    ("file is encrypted", "is no store: the file is encrypted", "name the file of a store with --store"),
)
_NO_LOCKS = ("not supported", "no locks available", "function not implemented", "invalid argument")


def is_of_file(fault: duckdb.Error) -> bool:
    """Whether DuckDB blames the file, the disk or the memory; a faulty statement is none of these."""
    return isinstance(fault, _OF_THE_FILE) or type(fault) is duckdb.Error  # a checksum that does not hold has no class


def in_use(fault: Exception, path: Path) -> bool:
    """Whether another process has the file open in a way that bars this one; a path may hold the word "lock"."""
    return "conflicting lock is held" in _words(fault, path)


def of_file(fault: Exception, path: Path) -> StoreError:
    """The error of ours for what DuckDB says of the file."""
    words = _words(fault, path)
    if "could not set lock" in words and any(sign in words for sign in _NO_LOCKS):
        return StoreError(
            "its file system has no file locks, which keep two writers apart",
            where=str(path),
            remedy="keep the store on a local disk, or mount the share with locks",
        )
    for sign, what, remedy in _CAUSES:
        if sign in words:
            return StoreError(what, where=str(path), remedy=remedy)
    if isinstance(fault, duckdb.OutOfMemoryException):
        return StoreError("not enough memory", where=str(path), remedy="close other programs, or use a larger machine")
    return StoreError(f"the file cannot be read or is damaged: {_first(fault, path)}", where=str(path), remedy=_RESTORE)


def busy(path: Path, seconds: float) -> StoreBusy:
    """Another process had the store until the end of the wait."""
    return StoreBusy(
        f"another process is using the store, still after {seconds:.0f} s",
        where=str(path),
        remedy="wait for it to end, then run the command again",
    )


def newer(path: Path, schema: int) -> StoreError:
    """The store's schema is one that this version does not know."""
    return StoreError(
        f"made by a newer version (schema {schema}): this one reads it at most",
        where=str(path),
        remedy="install the newer crescreen",
    )


def _words(fault: Exception, path: Path) -> str:
    return str(fault).replace(str(path.absolute()), "").replace(str(path), "").lower()


def _first(fault: Exception, path: Path) -> str:
    line = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    return line.replace(str(path.absolute()), path.name)
