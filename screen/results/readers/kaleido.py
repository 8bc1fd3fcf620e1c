"""Revvity Kaleido and EnSight: ``Results for ...`` above a grid, with the barcode between."""

import re

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import find_grids
from screen.results.readers.plate_read import FileRead, PlateRead, assay_of, plate_of, unique_plates

_BARCODE = re.compile(r"Barcode:\s*([^,]+)")


def is_kaleido(file: PlateFile) -> bool:
    """``Results for`` with ``PlateRepeat``, or EnSight's head."""
    return "ensight results from" in file.words or ("results for" in file.words and "platerepeat" in file.words)


def read_kaleido(file: PlateFile) -> FileRead:
    """The first result of each barcode.

    Raises
    ------
    InputError
        No grid of results.
    """
    plates: dict[str, PlateRead] = {}
    for grid in find_grids(file, file.rows):
        above = [row for row in file.rows[max(0, grid.line - 6) : grid.line] if any(row)]
        words = next((" ".join(row) for row in above if " ".join(row).lower().startswith("result")), "")
        if words and any(value == value for one in grid.values.values() for value in one.values()):
            barcode = _barcode(above)
            plate = plate_of(
                next(iter(grid.values.values())),
                file.path,
                plate=barcode,
                assay=assay_of(words),
                measurement=words.strip(" ,"),
            )
            plates.setdefault(barcode, plate)
    if not plates:
        raise InputError("no grid below 'Results for ...'", where=str(file.path), remedy="export the results as plates")
    return FileRead(
        path=file.path,
        format="kaleido",
        says="Revvity Kaleido",
        plates=unique_plates(list(plates.values()), file.path),
        notes=file.notes,
    )


def _barcode(above: list[list[str]] | list) -> str:  # type: ignore[type-arg]
    for number, row in enumerate(above):
        hit = _BARCODE.search(", ".join(row))
        if hit:
            return hit[1].strip()
        if row[0] == "Barcode" and number + 1 < len(above):
            return str(above[number + 1][0])
    return ""
