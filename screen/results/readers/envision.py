"""PerkinElmer EnVision: blocks that ``Plate information`` belongs to, a grid of results in each."""

import re
from collections.abc import Iterator, Sequence

from screen.errors import InputError
from screen.results.readers.cells import PlateFile, Rows
from screen.results.readers.grids import Grid, find_grids
from screen.results.readers.plate_read import FileRead, Place, PlateRead, assay_of, plate_of, unique_plates

_INFO = "plate information"
_NEEDED = ("Plate", "Repeat", "Barcode")


def is_envision(file: PlateFile) -> bool:
    """``Plate information`` with ``Repeat`` and ``Measured height`` below."""
    return _INFO in file.words and "measured height" in file.words


def read_envision(file: PlateFile) -> FileRead:
    """Each plate's results; crosstalk-corrected ones where the file holds them.

    Raises
    ------
    InputError
        A plate without a grid, or the header of its information missing.
    """
    gathered: dict[tuple[str, str], list[tuple[dict[str, str], Rows]]] = {}
    for about, rows in _parts(file):
        gathered.setdefault((about["Plate"], about.get("Barcode", "")), []).append((about, rows))
    plates = [_plate(file, parts) for parts in gathered.values()]
    return FileRead(
        path=file.path,
        format="envision",
        says="PerkinElmer EnVision",
        plates=unique_plates(plates, file.path),
        notes=file.notes,
    )


def _parts(file: PlateFile) -> Iterator[tuple[dict[str, str], Rows]]:
    """Information and rows of each plate. The grid of calculated results may stand above the information."""
    rows = file.rows
    starts = [at for at, row in enumerate(rows) if row and row[0].strip().lower() == _INFO]
    first = [at if number else 0 for number, at in enumerate(starts)]
    for begin, at, end in zip(first, starts, [*starts[1:], len(rows)], strict=True):
        yield _information(file, rows, at), rows[begin:end]


def _information(file: PlateFile, rows: Rows, at: int) -> dict[str, str]:
    header, values = (rows[at + step] if at + step < len(rows) else [] for step in (1, 2))
    if tuple(header[:3]) != _NEEDED or not any(values):
        raise InputError(
            f"line {at + 2}: no header 'Plate, Repeat, Barcode' with its values below 'Plate information'",
            where=str(file.path),
            remedy="export it from the EnVision again, with the plate information",
        )
    return dict(zip(header, values, strict=False))


def _plate(file: PlateFile, parts: Sequence[tuple[dict[str, str], Rows]]) -> PlateRead:
    """The best grid of a plate's parts: a file holds calculated and raw results in a part each."""
    grids = [grid for _, rows in parts for grid in find_grids(file, rows) if _holds_numbers(grid)]
    taken, about = _best(grids), parts[0][0]
    if taken is not None:
        values, title, least = next(iter(taken.values.values())), taken.title, (1, 1)
    else:
        blocks = (_unlabelled(file, rows) for _, rows in parts)
        values, least = next((block for block in blocks if block[0]), ({}, (1, 1)))
        title = about.get("Label", "")
    if not values:
        raise InputError(
            f"plate {about['Plate']} has no grid of results",
            where=str(file.path),
            remedy="export the results as plates (grids) with the EnVision's export options",
        )
    words = " ".join(cell for _, rows in parts for row in rows[:20] for cell in row)
    shown = about.get("Barcode", "")
    return plate_of(
        values,
        file.path,
        least=least,
        plate=shown if re.search(r"\w", shown) else "",
        assay=_assay(words),
        measurement=title,
        others=tuple(grid.title for grid in grids if grid is not taken),
    )


def _holds_numbers(grid: Grid) -> bool:
    return not grid.texts and any(value == value for one in grid.values.values() for value in one.values())


def _assay(words: str) -> str:
    if "USLum" in words or "LUM" in words:
        return "luminescence"
    return "absorbance" if "(A)" in words or "Absorbance" in words else assay_of(words)


def _best(grids: Sequence[Grid]) -> Grid | None:
    crosstalk = [grid for grid in grids if "crosstalk" in grid.title.lower()]
    raw = [grid for grid in grids if grid.title.lower().startswith("results for")]
    return next(iter([*crosstalk, *raw, *grids]), None)


def _unlabelled(file: PlateFile, rows: Rows) -> tuple[dict[Place, float], Place]:
    """The block of numbers without letters and column numbers that some exports have, and its rows and columns."""
    values: dict[Place, float] = {}
    row, width = 0, 0
    for cells in rows[3:]:
        numbers = [file.number(cell) for cell in cells]
        held = {col: number for col, number in enumerate(numbers, start=1) if number == number}
        words = any(cell and number != number for cell, number in zip(cells, numbers, strict=True))
        if values and (words or not cells):
            break
        if words or not (values or held):
            continue
        row += 1
        width = max(width, len(cells) - (not cells[-1]))
        values |= {(row, col): number for col, number in held.items()}
    return values, (max(row, 1), max(width, 1))
