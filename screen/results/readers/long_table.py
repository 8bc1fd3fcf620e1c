"""Tables with a row a well: plate, well and value, with a header or without."""

from collections.abc import Sequence

from screen.errors import InputError
from screen.results.readers.cells import PlateFile, Rows, whole_row
from screen.results.readers.plate_read import (
    FileRead,
    Place,
    PlateRead,
    assay_of,
    plate_of,
    unique_plates,
    well_name,
    well_place,
)

_WELLS = ("well", "wellid", "wellname", "wellposition", "position", "destinationwell", "well_id", "wellid384")
_VALUES = (
    *("value", "signal", "raw", "intensity", "luminescence", "rlu", "lum", "count", "cellcount", "reading"),
    *("fluorescence", "rfu", "absorbance", "od", "result"),
)
_PLATES = ("barcode", "plate", "plateid", "platename", "platenumber", "platebarcode", "assayplate", "filename")


def _plain(cell: str) -> str:
    return "".join(letter for letter in cell.lower() if letter.isalnum())


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    plain = [_plain(cell) for cell in header]
    return next((plain.index(name) for name in (_plain(one) for one in names) if name in plain), None)


def is_long(file: PlateFile) -> bool:
    """A column of wells by its name, or by its cells in a file without a header."""
    rows = _filled(file.rows)
    return bool(rows) and (_named(rows[0]) is not None or _unnamed(file, rows) is not None)


def _filled(rows: Rows) -> Rows:
    return [row for row in rows if any(row)]


def _named(header: Sequence[str]) -> tuple[int, int, int | None] | None:
    well, value = _column(header, _WELLS), _column(header, _VALUES)
    return None if well is None or value is None else (well, value, _column(header, _PLATES))


def _unnamed(file: PlateFile, rows: Rows) -> tuple[int, int, int | None] | None:
    """(plate,) well, number in every one of the first rows."""
    for well in (0, 1):
        some = [row for row in rows[:20] if len(row) > well + 1]
        if len(some) >= min(len(rows), 20) and all(
            well_place(row[well]) and file.number(row[well + 1]) == file.number(row[well + 1]) for row in some
        ):
            return well, well + 1, 0 if well else None
    return None


def read_long(file: PlateFile) -> FileRead:
    """Every plate of the table.

    Raises
    ------
    InputError
        A cell that is no well or no number, a well with two different values.
    """
    rows = [row for row in file.rows if any(row)]
    named = _named(rows[0])
    columns = named or _unnamed(file, rows)
    assert columns is not None
    plates = _gathered(file, columns, 1 if named else 0)
    words = " ".join(rows[0]) if named else ""
    made: list[PlateRead] = [
        plate_of(values, file.path, plate=name, assay=assay_of(words, name), measurement=words and rows[0][columns[1]])
        for name, values in plates.items()
    ]
    return FileRead(
        path=file.path,
        format="long-table",
        says="a table of wells",
        plates=unique_plates(made, file.path),
        notes=file.notes,
    )


def _gathered(file: PlateFile, columns: tuple[int, int, int | None], header: int) -> dict[str, dict[Place, float]]:
    well, value, plate = columns
    plates: dict[str, dict[Place, float]] = {}
    headings: Sequence[str] = next(row for row in file.rows if any(row)) if header else ()
    for line, row in enumerate(file.rows, start=1):
        if not any(row) or header:
            header = 0 if any(row) else header
            continue
        row = whole_row(file, headings, row, line) if headings else row
        place = well_place(row[well]) if len(row) > max(well, value) else None
        if place is None:
            raise _bad(file, line, f"{row[well] if len(row) > well else ''!r} is no well (B2, B02)")
        cell = row[value]
        number = file.number(cell)
        if number != number and cell and cell.upper() not in ("NA", "N/A", "NAN", "NULL", "-"):
            raise _bad(file, line, f"{cell!r} is no number")
        name = row[plate] if plate is not None else ""
        held = plates.setdefault(name, {})
        before = held.get(place, float("nan"))
        if number == number and before == before and before != number:
            raise _bad(
                file, line, f"well {well_name(*place)} of plate {name!r} has two values, {before:g} and {number:g}"
            )
        held[place] = number if number == number else before
    return plates


def _bad(file: PlateFile, line: int, what: str) -> InputError:
    return InputError(
        f"line {line}: {what}", where=str(file.path), remedy="one row a well, its value a number or empty"
    )
