"""Right files of every reader, taken from the readers' tests while these run: a new reader's files come by themselves.

As a plugin of pytest: ``CRESCREEN_HARVEST=FOLDER python -m pytest -p tests.attack.harvest tests/ingest/readers``.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path

from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.records import Batch, CellOptions, ReadOptions

_LARGEST = 200_000
"""Bytes of a file that is taken."""
_EACH = 12
"""Files of a kind."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Right:
    """A file that its reader takes."""

    kind: str
    name: str
    content: bytes
    options: ReadOptions


def pytest_configure() -> None:
    """Copy each file that is read without a fault."""
    folder = os.environ.get("CRESCREEN_HARVEST")
    if folder is None:
        return
    read = Kind.read

    @wraps(read)
    def recorded(self: Kind, head: Head, options: ReadOptions) -> Batch:
        batch = read(self, head, options)
        _record(Path(folder), self.name, head.path, options)
        return batch

    Kind.read = recorded  # type: ignore[method-assign]


def _record(folder: Path, kind: str, path: Path, options: ReadOptions) -> None:
    if not path.is_file() or options.cells.table is not None:  # several files make one
        return
    content = path.read_bytes()
    if len(content) > _LARGEST or len(list(folder.glob(f"{kind}.*.json"))) >= _EACH:
        return
    key = hashlib.sha256(content + repr(options).encode()).hexdigest()[:8]
    if options.coverage and "/" in options.coverage:  # names another file
        return
    note = {"kind": kind, "name": path.name, "options": asdict(options)}
    (folder / f"{kind}.{key}.bin").write_bytes(content)
    (folder / f"{kind}.{key}.json").write_text(json.dumps(note, default=str))


def harvest(folder: Path, tests: tuple[str, ...] = ("tests/ingest/readers", "tests/ingest/profiles")) -> list[Right]:
    """Run the readers' tests; the files they read, in the order of their kinds."""
    folder.mkdir(parents=True, exist_ok=True)
    if not list(folder.glob("*.json")):
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "tests.attack.harvest", "-m", "not real", *tests],
            cwd=ROOT,
            env=os.environ | {"CRESCREEN_HARVEST": str(folder)},
            check=False,
            capture_output=True,
        )
    return list(_files(folder))


def _files(folder: Path) -> Iterator[Right]:
    for note in sorted(folder.glob("*.json")):
        held = json.loads(note.read_text())
        given = {name: value for name, value in held["options"].items() if value is not None}
        cells = given.pop("cells")
        columns = tuple((role, column) for role, column in cells.pop("columns"))
        options = ReadOptions(**given, cells=CellOptions(columns=columns, **cells))
        yield Right(held["kind"], held["name"], note.with_suffix(".bin").read_bytes(), options)
