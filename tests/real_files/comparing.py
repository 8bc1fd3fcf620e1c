"""What a check of a published file is, and what it needs of the store."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from screen.store import Store

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
Check = Callable[[Store, Path], tuple[int, int]]


@dataclass(frozen=True)
class Published:
    """A file and how what is stored of it is checked."""

    path: str
    """Below the folder of data."""
    check: Check


def compared(theirs: Iterable[object], ours: Iterable[object]) -> tuple[int, int]:
    """How many elements either set holds, and how many only one of them does."""
    left, right = set(theirs), set(ours)
    return len(left | right), len(left ^ right)


def rows(store: Store, file: Path, table: str, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    """Rows of a table that came from a file."""
    return store.sql(
        f"SELECT {columns} FROM {table} WHERE {where} AND source_id IN"
        " (SELECT source_id FROM source_files WHERE name = $name AND size_bytes = $size)",
        name=file.name,
        size=file.stat().st_size,
    ).rows()
