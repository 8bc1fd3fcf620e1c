"""Work whose result is stored as a file: named by everything it depends on, believed only while its digest is right.

Beside each file lies a hidden one with its SHA-256 and its name, as ``sha256sum --check`` reads them. A file that was
truncated, altered, renamed or put there by somebody else is computed again; none is read unchecked.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.settings import Cluster
from screen.tasks import LOCAL, SECONDS, complete
from screen.tasks.files import private_folder, write_whole
from screen.tasks.progress import Progress, silent

Tensors = dict[str, NDArray[Any]]


class Task(Protocol):
    """Work with one file as its result; picklable, so that another process or machine can do it."""

    @property
    def file_name(self) -> str:
        """What it is, :func:`content_key` of everything that the result depends on, and the format."""
        ...

    def compute(self) -> bytes:
        """The content of the file."""
        ...


@dataclass(frozen=True, kw_only=True)
class WorkPlace:
    """Where tasks are done and their files lie."""

    folder: Path
    """On a cluster, one that every node sees."""
    workers: int = 1
    """Processes of this machine."""
    cluster: Cluster = LOCAL
    progress: Progress = silent


def load_or_compute(
    tasks: Sequence[Task], place: WorkPlace, label: str, seconds: float = SECONDS, sizes: Sequence[int] | None = None
) -> list[Path]:
    """The files of all tasks, in order: those that are there and whole, the others computed.

    An interrupt leaves the files of finished tasks.

    Parameters
    ----------
    label : what progress says is being done
    seconds : what a task takes, about
    sizes : for each task how much of the progress it is; none: all the same
    """
    private_folder(place.folder)
    files = [place.folder.absolute() / task.file_name for task in tasks]
    size = dict(zip(files, sizes or [1] * len(files), strict=True))
    missing = {file: (file, task) for file, task in zip(files, tasks, strict=True) if not _usable(file)}
    total = sum(size.values())
    done = total - sum(size[file] for file in missing)
    place.progress(label, done, total)
    for file in complete(_compute, missing, place.workers, place.cluster, seconds):
        done += size[file]
        place.progress(label, done, total)
    return files


def store_file(file: Path, content: bytes) -> Path:
    """Write a file with its digest, unless the same is there."""
    if not (_stated(file) == _line(file, hashlib.sha256(content)) and intact(file)):
        _write_digest(file, content)
        write_whole(file, content)
    return file


def intact(file: Path) -> bool:
    """Whether a file is there with the content that was stored under its name."""
    stated = _stated(file)
    if stated is None:
        return False
    try:
        with file.open("rb") as stream:
            return stated == _line(file, hashlib.file_digest(stream, "sha256"))
    except OSError:
        return False


def _usable(file: Path) -> bool:
    """Whether a file is there and intact; one that is damaged is removed, one that appears meanwhile is not."""
    if not file.exists():
        return False
    if not (whole := intact(file)):
        file.unlink(missing_ok=True)
    return whole


def read_tensors(file: Path) -> Tensors:
    """The tensors of a file that :func:`load_or_compute` gave."""
    from safetensors.numpy import load_file

    return load_file(file)


def content_key(words: object, arrays: Iterable[NDArray[Any]] = ()) -> str:
    """16 hex digits of SHA-256 over JSON-able words and arrays with their shapes and types."""
    digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _compute(item: tuple[Path, Task]) -> bytes:
    file, task = item
    content = task.compute()
    # First the digest, then the file: one that takes its name has its digest beside it.
    _write_digest(file, content)
    return content


def _write_digest(file: Path, content: bytes) -> None:
    write_whole(_beside(file), _line(file, hashlib.sha256(content)).encode())


def _stated(file: Path) -> str | None:
    try:
        return _beside(file).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def _line(file: Path, digest: Any) -> str:
    return f"{digest.hexdigest()}  {file.name}\n"


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.sha256")
