"""Grids and nothing else: with letters and column numbers, or numbers alone in the shape of a plate."""

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import find_grids
from screen.results.readers.plate_read import SHAPES, FileRead, Place, PlateRead, assay_of, plate_of, unique_plates


def is_bare(file: PlateFile) -> bool:
    """One grid or several, or a block of numbers of a plate's shape."""
    return bool(_grids(file)) or _block(file) is not None


def read_bare(file: PlateFile) -> FileRead:
    """Every grid is a plate, called by the line above it.

    Raises
    ------
    InputError
        Cells that are no numbers.
    """
    found = _grids(file)
    plates: list[PlateRead] = []
    for title, values, texts in found:
        if texts:
            raise InputError(
                f"{texts} cells of the grid below {title!r} hold text",
                where=str(file.path),
                remedy="export the measured values, not the layout",
            )
        plates.append(plate_of(values, file.path, plate=title if len(found) > 1 else "", assay=assay_of(title)))
    block = _block(file)
    if not plates and block is not None:
        plates.append(plate_of(block, file.path))
    return FileRead(
        path=file.path,
        format="bare-grid",
        says="a grid of wells",
        plates=unique_plates(plates, file.path),
        notes=file.notes,
    )


def _grids(file: PlateFile) -> list[tuple[str, dict[Place, float], int]]:
    return [
        (grid.title, next(iter(grid.values.values())), grid.texts)
        for page in file.pages
        for grid in find_grids(file, page.rows)
        if any(value == value for one in grid.values.values() for value in one.values())
    ]


def _block(file: PlateFile) -> dict[Place, float] | None:
    rows = [row for row in file.rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if (len(rows), width) not in SHAPES:
        return None
    values = {
        (number, col): file.number(cell)
        for number, row in enumerate(rows, start=1)
        for col, cell in enumerate(row, start=1)
    }
    return values if all(value == value for value in values.values()) else None
