"""BMG Labtech: MARS tables (csv) and SMART Control workbooks. ``Raw Data (...)`` stands above the grid."""

from pathlib import Path

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import find_grids
from screen.results.readers.plate_read import FileRead, assay_of, plate_of


def is_bmg(file: PlateFile) -> bool:
    """``User:``, ``Path:`` and ``Raw Data`` of MARS and SMART Control."""
    return all(sign in file.words for sign in ("user", "path", "raw data", "test name")) and "test " in file.words


def read_bmg(file: PlateFile) -> FileRead:
    """The grid under ``Raw Data``; its plate is called by ID1 and ID2."""
    first = next((row for row in file.rows if any(row)), [])
    if not any(cell.lower().startswith("user:") for cell in first):
        raise InputError(
            "looks like an export of BMG MARS, but its first line has no 'User: ...'",
            where=str(file.path),
            remedy="export it from MARS again, as csv with the header lines",
        )
    found = [
        (grid, page)
        for page in file.pages
        for grid in find_grids(file, page.rows)
        if "raw data" in grid.title.lower() and not grid.texts
    ]
    if not found:
        raise InputError(
            "no grid under 'Raw Data'", where=str(file.path), remedy="export the raw data as a plate, not as a list"
        )
    grid, page = found[0]
    ids = [cell.partition(":")[2].strip() for row in page.rows for cell in row if cell[:4] in ("ID1:", "ID2:", "ID3:")]
    values = next(iter(grid.values.values()))
    plate = plate_of(
        values,
        file.path,
        plate=" ".join(one for one in ids if one),
        assay=assay_of(*(" ".join(row) for row in page.rows[:14])),
        measurement=grid.title,
        others=tuple(one.title for one, _ in found[1:]),
        overflow=tuple(next(iter(grid.overflow.values()), ())),
    )
    kind = "SMART Control" if not file.delimiter else "MARS"
    return FileRead(path=Path(file.path), format="bmg", says=f"BMG Labtech {kind}", plates=(plate,))
