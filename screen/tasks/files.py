"""Files that are there in full or not at all, for their owner alone, under names that no link can catch."""

import hashlib
import os
import platform
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def private_folder(folder: Path) -> Path:
    """Make a folder and those above it that are missing, each readable by its owner alone."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):  # made by another process meanwhile
            one.mkdir(mode=0o700)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there in full or not at all; nobody can foresee the name of its draft."""
    draft = _draft(path)
    try:
        with os.fdopen(os.open(draft, _NEW, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    except OSError as fault:
        raise _of_file(fault, path) from None
    finally:
        draft.unlink(missing_ok=True)


def made(make: Callable[[T], bytes], path: Path, task: T) -> Path:
    """Make the file of one task."""
    write_whole(path, make(task))
    return path


@contextmanager
def draft_of(out: Path) -> Iterator[Path]:
    """An empty file beside ``out`` that takes its name only when it is whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(out)
    try:
        os.close(os.open(draft, _NEW, 0o600))
        yield draft
        os.replace(draft, out)
    except OSError as fault:
        raise _of_file(fault, out) from None
    finally:
        draft.unlink(missing_ok=True)


def _of_file(fault: OSError, path: Path) -> OSError:
    """The fault, told of the file and not of its draft, whose name says nothing to anybody."""
    if fault.filename is not None and os.fsdecode(fault.filename).endswith(".draft"):
        fault.filename, fault.filename2 = str(path), None
    return fault


def _draft(path: Path) -> Path:
    _remove_left(path.parent.absolute(), os.getpid())
    return path.with_name(f".{path.name}.{_here()}-{os.getpid()}-{secrets.token_hex(8)}.draft")


@lru_cache(maxsize=64)
def _remove_left(folder: Path, _process: int) -> None:
    """Remove the drafts of processes that were killed, once a folder and process: those of this machine alone."""
    name = re.compile(rf"\..*\.{_here()}-(\d+)-[0-9a-f]{{16}}\.draft")
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = name.fullmatch(entry.name)
            if found and not Path("/proc", found[1]).exists():
                with suppress(OSError):
                    os.unlink(entry.path)


@lru_cache(maxsize=1)
def _here() -> str:
    """Tells the machine, and the container, in which a process has its number."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:  # no such system: nothing is removed
        numbers = secrets.token_hex(8)
    return hashlib.sha256(f"{platform.node()} {numbers}".encode()).hexdigest()[:8]
