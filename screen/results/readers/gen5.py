"""Agilent (BioTek) Gen5: a grid under ``Results`` or under the read's name; several measurements a row, by label."""

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.grids import Grid, find_grids
from screen.results.readers.plate_read import FileRead, Place, assay_of, plate_of

_DERIVED = ("blank ", "[", "corrected", "ratio", "normalized", "well id", "conc", "pathlength", "mean")


def is_gen5(file: PlateFile) -> bool:
    """``Software Version`` above ``Procedure Details``."""
    return "software version" in file.words and "procedure details" in file.words


def read_gen5(file: PlateFile) -> FileRead:
    """The first measurement that is no calculation; all its labels are collected over the rows, in whatever order.

    Raises
    ------
    InputError
        A kinetic or a spectrum, or no results.
    """
    words = " ".join(" ".join(row) for row in file.rows).lower()
    if any(row and row[0] == "Time" and sum(map(bool, row)) > 3 for row in file.rows):
        words += " start kinetic"
    for sign, what in (("start kinetic", "a time course"), ("spectrum", "a spectrum"), ("area scan", "an area scan")):
        if sign in words:
            raise InputError(
                f"holds {what}, not one value a well",
                where=str(file.path),
                remedy="export one end point (Gen5: add a data reduction step, export that as a matrix)",
            )
    grid = _results(file)
    labels = list(grid.values)
    raw = [label for label in labels if not _is_derived(label)] or labels
    taken = raw[0]
    values: dict[Place, float] = grid.values[taken]
    about = {row[0].strip().rstrip(":"): row[1] for row in file.rows if len(row) > 1 and row[0]}
    plate = plate_of(
        values,
        file.path,
        plate=about.get("Barcode", "") or about.get("Plate ID", ""),
        assay=assay_of(words[:3000]),
        measurement=taken,
        others=tuple(label for label in labels if label != taken),
        overflow=tuple(grid.overflow.get(taken, ())),
    )
    return FileRead(path=file.path, format="gen5", says="Agilent Gen5", plates=(plate,), notes=file.notes)


def _is_derived(label: str) -> bool:
    plain = label.lower()
    return plain.startswith(_DERIVED) or plain.endswith(("[test]", "[ref]", ":pathlength"))


def _results(file: PlateFile) -> Grid:
    grids = [grid for grid in find_grids(file, file.rows) if grid.title.lower() != "layout"]
    named = [grid for grid in grids if grid.title.lower().startswith("results")]
    numeric = [grid for grid in grids if any(value == value for one in grid.values.values() for value in one.values())]
    found = next(iter([*named, *numeric]), None)
    if found is None:
        raise InputError(
            "no grid of results", where=str(file.path), remedy="export the results as a matrix (Gen5: matrix format)"
        )
    return found
