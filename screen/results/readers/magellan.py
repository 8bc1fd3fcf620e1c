"""Tecan Magellan workbooks: a column of well positions beside columns of values."""

from screen.errors import InputError
from screen.results.readers.cells import PlateFile
from screen.results.readers.plate_read import FileRead, assay_of, plate_of, well_place


def is_magellan(file: PlateFile) -> bool:
    """Magellan's name on the sheet."""
    return "magellan" in file.words and not file.delimiter


def read_magellan(file: PlateFile) -> FileRead:
    """The first label; the others are named.

    Raises
    ------
    InputError
        No column of wells.
    """
    rows = file.rows
    wells: dict[int, int] = {}
    for row in rows:
        for col, cell in enumerate(row):
            if well_place(cell):
                wells[col] = wells.get(col, 0) + 1
    if not wells:
        raise InputError(
            "no column of well positions: the wells of the values are not known",
            where=str(file.path),
            remedy="add 'Well positions' to the export of Magellan",
        )
    column = max(wells, key=lambda col: wells[col])
    first = next(at for at, row in enumerate(rows) if len(row) > column and well_place(row[column]))
    labels = [
        col
        for col in range(len(rows[first]))
        if col != column and file.number(rows[first][col]) == file.number(rows[first][col])
    ]
    if not labels:
        raise InputError("no values beside the wells", where=str(file.path), remedy="export the raw data with them")
    names = [rows[0][col] or f"column {col + 1}" for col in labels]
    values = {
        place: file.number(row[labels[0]])
        for row in rows[first:]
        if len(row) > max(column, labels[0]) and (place := well_place(row[column]))
    }
    plate = plate_of(values, file.path, assay=assay_of(file.words[:500]), measurement=names[0], others=tuple(names[1:]))
    return FileRead(path=file.path, format="magellan", says="Tecan Magellan", plates=(plate,))
