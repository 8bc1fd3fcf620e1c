"""Readers known from published descriptions only: Tecan i-control and Spark, Promega GloMax, PerkinElmer Victor Nivo.

No file of theirs was at hand: the grid is found by its shape, and every reading says so.
"""

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import find_grids
from screen.results.readers.plate_read import FileRead, assay_of, plate_of

_SIGNS = {
    "Tecan i-control or Spark": ("i-control", "sparkcontrol", "tecan spark", "tecan infinite"),
    "Promega GloMax": ("glomax",),
    "PerkinElmer Victor Nivo": ("victor nivo", "nivo"),
}
WARNING = "read by the published description, untested on a file of this reader: compare three wells with the reader's"


def is_untested(file: PlateFile) -> bool:
    """One of these readers names itself."""
    return _reader(file) != ""


def _reader(file: PlateFile) -> str:
    return next((name for name, signs in _SIGNS.items() if any(sign in file.words for sign in signs)), "")


def read_untested(file: PlateFile) -> FileRead:
    """The only grid of numbers.

    Raises
    ------
    InputError
        None, or several.
    """
    found = [
        (page, grid)
        for page in file.pages
        for grid in find_grids(file, page.rows)
        if not grid.texts and any(value == value for one in grid.values.values() for value in one.values())
    ]
    if len(found) != 1:
        raise InputError(
            f"{_reader(file)}: {len(found)} grids of numbers, one is needed",
            where=str(file.path),
            remedy="export one end point as a plate, or as a table of plate, well and value",
        )
    page, grid = found[0]
    barcode = next(
        (row[1] for row in page.rows if len(row) > 1 and row[0].lower().startswith(("barcode", "plate id"))), ""
    )
    plate = plate_of(
        next(iter(grid.values.values())),
        file.path,
        plate=barcode,
        assay=assay_of(" ".join(" ".join(row) for row in page.rows[:40])),
        measurement=grid.title,
    )
    return FileRead(path=file.path, format="untested", says=_reader(file), plates=(plate,), notes=(WARNING,))
