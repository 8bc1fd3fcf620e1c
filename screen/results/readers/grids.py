"""Grids of wells in a page of cells: a row of column numbers above rows that begin with a letter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from screen.errors import InputError
from screen.results.readers.cells import OVERFLOW, PlateFile, Rows
from screen.results.readers.plate_read import Place, row_number

_FEWEST = 3


@dataclass
class Grid:
    """One grid with the line above it that names it."""

    title: str
    """The nearest filled row above the header, its cells joined."""
    line: int
    """Index of the header's row."""
    values: dict[str, dict[Place, float]] = field(default_factory=dict)
    """Measurement (the cell behind the row; '' where there is none) -> well -> number, NaN where it holds none."""
    texts: int = 0
    """Cells that are neither empty nor a number nor an overflow."""
    overflow: dict[str, list[Place]] = field(default_factory=dict)


def find_grids(file: PlateFile, rows: Rows) -> list[Grid]:
    """Every grid of a page, in order."""
    return list(_found(file, rows))


def _found(file: PlateFile, rows: Rows) -> Iterator[Grid]:
    at = 0
    while at < len(rows):
        header = column_header(rows[at])
        if header is None or at + 1 >= len(rows) or not _begins(rows[at + 1], header[0]):
            at += 1
            continue
        grid = Grid(_title(rows, at), at)
        at = _fill(file, rows, at + 1, header, grid)
        yield grid


def column_header(row: Sequence[str]) -> tuple[int, int] | None:
    """Place of the cell ``1`` and how many columns follow it in order; None where the row is no header."""
    numbers = [_whole(cell) for cell in row]
    for start, number in enumerate(numbers):
        if number == 1:
            count = 1
            while start + count < len(numbers) and numbers[start + count] == count + 1:
                count += 1
            return (start, count) if count >= _FEWEST else None
        if number is not None:
            return None
    return None


def _whole(cell: str) -> int | None:
    text = cell.strip().removesuffix(".0")
    return int(text) if text.isdigit() and len(text) <= 2 else None


def _begins(row: Sequence[str], start: int) -> bool:
    return start >= 1 and len(row) >= start and row_number(row[start - 1]) == 1


def _title(rows: Rows, at: int) -> str:
    for row in reversed(rows[max(0, at - 4) : at]):
        words = " ".join(cell for cell in row if cell)
        if words:
            return words
    return ""


def _fill(file: PlateFile, rows: Rows, at: int, header: tuple[int, int], grid: Grid) -> int:
    """Read the rows of a grid; index of the first row behind it."""
    start, count = header
    letter, first = 0, at
    while at < len(rows):
        row = [*rows[at], *[""] * (start + count + 1 - len(rows[at]))]
        found = _row(row[start - 1], letter)
        behind = " ".join(cell for cell in row[start + count :] if cell)
        if found is not None and found > letter:
            letter = found
        elif row[start - 1] or not letter or not behind or not any(row[start : start + count]):
            break
        _cells(file, row[start : start + count], letter, behind, grid)
        at += 1
    if file.delimiter:
        _refuse_uneven(file, rows[first:at], start + count, first + 1)
    return at


def _refuse_uneven(file: PlateFile, rows: Rows, width: int, line: int) -> None:
    """A row that is shorter or longer than its neighbours has lost or gained a cell: others stand in wrong wells."""
    ends = [min(len(row), width) + any(row[width:]) for row in rows]
    right = max(set(ends), key=ends.count) if len(rows) > 1 else max(width, *ends)
    for number, end in enumerate(ends, start=line):
        if end != right:
            raise InputError(
                f"line {number}: {end} cells where a row of the grid has {right}",
                where=str(file.path),
                remedy="is the file whole? export it again",
            )


def _row(cell: str, before: int) -> int | None:
    """Number of a row; behind Z some readers go on with AA, some with a."""
    found = row_number(cell) if cell else None
    return found + 26 if found is not None and found <= before and cell.strip() in "abcdef" else found


def _cells(file: PlateFile, cells: Sequence[str], letter: int, label: str, grid: Grid) -> None:
    held = grid.values.setdefault(label, {})
    for col, cell in enumerate(cells, start=1):
        number = file.number(cell)
        held[(letter, col)] = number
        if number == number:
            continue
        if OVERFLOW.match(cell):
            grid.overflow.setdefault(label, []).append((letter, col))
        elif cell and cell not in ("-", "NaN", "MISSED", "?????", "N/A", "NA", "Masked"):
            grid.texts += 1
