"""Write a small file and ingest it."""

from pathlib import Path

from screen.ingest import registry
from screen.records import Batch, ReadOptions


def read(
    path: Path, content: str | bytes | None = None, *, kind: str | None = None, dataset: str | None = None
) -> Batch:
    """The batch of a file, written first when ``content`` is given."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return registry.read(path, ReadOptions(kind=kind, dataset=dataset))[1]
