"""A task's file, there in full or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there in full or not at all; the draft's name is told from those of other machines."""
    draft = path.with_name(f".{path.name}.{os.uname().nodename}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, path)


def made(make: Callable[[T], bytes], path: Path, task: T) -> Path:
    """Make the file of one task."""
    write_whole(path, make(task))
    return path


@contextmanager
def draft_of(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that takes its name only when it is whole."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    try:
        yield draft
        os.replace(draft, out)
    finally:
        draft.unlink(missing_ok=True)
