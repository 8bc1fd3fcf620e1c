"""A copy of a store: complete under its name, or not there at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screen.errors import InputError, StoreError
from screen.settings import Settings
from screen.store.opening import open_store
from screen.store.tombstones import key_file

_ENDS = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


def backup(settings: Settings, target: Path) -> None:
    """A consistent copy of the whole store in one new file, complete or not there at all.

    Raises
    ------
    InputError
        There is something under the target's name already.
    StoreError
        The store cannot be read, or the copy cannot be written.
    """
    for file in (target, key_file(target)):
        if os.path.lexists(file) and not (file != target and _same_key(settings.store, target)):
            raise InputError("already exists", where=str(file), remedy="name a new file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(
            f"cannot be made: {fault.strerror}", where=str(target.parent), remedy="name a folder that can be written"
        ) from None
    with draft_beside(target) as draft:
        with open_store(settings.store, copies=[draft]) as store:
            remove_drafts(target)  # of a backup that was killed
            store.copy_to(draft)
            _copy_key(settings.store, target)
        publish(draft, target)


def _same_key(path: Path, target: Path) -> bool:
    """A backup that was killed has left its key, and no copy."""
    left = key_file(target)
    plain = left.is_file() and not left.is_symlink() and key_file(path).is_file()
    return plain and left.read_bytes() == key_file(path).read_bytes()


def _copy_key(path: Path, target: Path) -> None:
    """The key that keeps erased patients out goes with the copy, in a file of its own."""
    if key_file(path).exists() and not _same_key(path, target):
        stream = os.open(key_file(target), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.write(stream, key_file(path).read_bytes())
        finally:
            os.close(stream)


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """The absolute name of a file that is not there, beside ``target``; what lies under it in the end is removed.

    Nobody can foresee the name and so lay a link under it that would lead the copy elsewhere.
    """
    draft = target.absolute().with_name(f".{target.name}.{secrets.token_hex(8)}.draft")
    try:
        yield draft
    finally:
        for end in _ENDS:
            Path(f"{draft}{end}").unlink(missing_ok=True)


def remove_drafts(target: Path) -> None:
    """Remove what killed copies left beside ``target``; nobody else may be copying to it."""
    for left in target.absolute().parent.glob(f".{_escaped(target.name)}.*.draft*"):
        left.unlink(missing_ok=True)


def publish(draft: Path, target: Path) -> None:
    """Give a finished copy, readable by its owner alone, its name, and see it through to the disk."""
    os.chmod(draft, 0o600)
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(draft, target)
    folder = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
