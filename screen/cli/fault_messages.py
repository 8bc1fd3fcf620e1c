"""Faults of the machine, of files and of libraries, each as one sentence with a remedy that fits."""

import errno
import os
import re

from screen.errors import InputError, ScreenError, StoreError

_SPACE = "free some space, then run the same command again"
_PERMISSION = "give yourself permission to it, or name another place with --out or --store"
_BY_NUMBER: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("no space is left on the disk", _SPACE),
    errno.EDQUOT: ("your share of the disk is used up", _SPACE),
    errno.EFBIG: ("the file is larger than the file system takes", "name a place on another disk"),
    errno.EACCES: ("permission denied", _PERMISSION),
    errno.EPERM: ("the operation is not permitted", _PERMISSION),
    errno.EROFS: ("the place can only be read", "name a place that can be written, with --out or --store"),
    errno.ENOENT: ("no such file or folder", "check the name; if it was removed meanwhile, run the command again"),
    errno.EISDIR: ("is a folder, not a file", "name a file"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "name another place"),
    errno.EEXIST: ("exists already, and is not a folder", "name another place"),
    errno.ENAMETOOLONG: ("the name is too long for the file system", "shorten the name"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n), or set workers to a small number"),
    errno.ENFILE: ("too many files are open", "close other programs"),
    errno.EIO: ("the disk cannot be read or written", "look at the disk; restore the file from a backup"),
    errno.ETXTBSY: ("the file is in use", "wait until it is free"),
}
_MEMORY = "close other programs, set workers to a small number, or take a machine with more memory"
_BY_WORDS = (
    (r"no space left|disk quota|out of disk", _BY_NUMBER[errno.ENOSPC]),
    (r"permission denied", _BY_NUMBER[errno.EACCES]),
    (r"read-only", _BY_NUMBER[errno.EROFS]),
    (r"out of memory|could not allocate|failed to allocate|memory allocation", ("not enough memory", _MEMORY)),
    (r"corrupt|checksum|serializ|fatal|internal", ("the store is damaged", "restore it from a backup")),
)
"""What a message of the database says, and what it comes to."""
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")


def as_screen_error(fault: BaseException) -> ScreenError | None:
    """The fault as one clear error; None where it is a defect of crescreen, whose traceback is wanted."""
    library = type(fault).__module__.split(".")[0].lstrip("_")
    if isinstance(fault, ScreenError):
        return fault
    if isinstance(fault, MemoryError):
        return ScreenError("not enough memory", remedy=_MEMORY)
    if isinstance(fault, RecursionError):
        return InputError("a file is nested too deeply to be read", remedy="is it the file you meant? Fetch it again")
    if isinstance(fault, UnicodeError):
        return _of_letters(fault)
    if isinstance(fault, OSError):
        return _of_the_system(fault)
    if library == "duckdb":
        return _of_the_database(fault)
    if library == "polars" or type(fault).__name__ == "PanicException":
        return InputError(
            f"a table cannot be read: {_first_line(fault)}", remedy="a file may be damaged or cut: fetch it again"
        )
    return None


def _of_the_system(fault: OSError) -> ScreenError:
    where = None if fault.filename is None else os.fsdecode(fault.filename)
    if fault.errno == errno.ENOMEM:
        return ScreenError("not enough memory", remedy=_MEMORY)
    what, remedy = _BY_NUMBER.get(
        fault.errno or 0, (fault.strerror or str(fault) or type(fault).__name__, "look at the file and at the disk")
    )
    return InputError(what, where=where, remedy=remedy)


def _of_letters(fault: UnicodeError) -> ScreenError:
    if isinstance(fault, UnicodeEncodeError):
        return InputError(
            f"{fault.object[fault.start : fault.end]!r} cannot be written as {fault.encoding}",
            remedy="set LC_ALL=C.UTF-8 or PYTHONUTF8=1; or rename what holds this letter",
        )
    return InputError(f"a text is not UTF-8: {fault}", remedy="save the file as UTF-8")


def _of_the_database(fault: BaseException) -> ScreenError:
    text, path = str(fault), _QUOTED.search(_first_line(fault))
    where = (path[1] or path[2]) if path else None
    for words, (what, remedy) in _BY_WORDS:
        if re.search(words, text, re.IGNORECASE):
            return StoreError(what, where=where, remedy=remedy)
    return StoreError(
        f"the database stopped: {_first_line(fault)}",
        remedy="if the store is damaged, restore it from a backup; to check it, run: crescreen doctor",
    )


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0][:300]
