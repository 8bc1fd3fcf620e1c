"""Molecular Devices SoftMax Pro: blocks from ``Plate:`` to ``~End``, in UTF-16 or UTF-8, as plates or as lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screen.errors import InputError
from screen.results.readers.cells import PlateFile, Rows
from screen.results.readers.plate_read import FileRead, Place, PlateRead, assay_of, plate_of, unique_plates, well_place

_WHOLE = "export the experiment from SoftMax Pro again, as text with all its lines"


def is_softmax(file: PlateFile) -> bool:
    """``##BLOCKS=`` in the first line."""
    return "##blocks" in file.words[:200]


@dataclass(frozen=True)
class _Block:
    """The line of a plate, by the places that differ between its modes."""

    name: str
    layout: str
    mode: str
    assay: str
    waves: tuple[str, ...]
    wells: int


def read_softmax(file: PlateFile) -> FileRead:
    """Raw values of every plate, of its first wavelength.

    Raises
    ------
    InputError
        A kinetic, a spectrum, a plate without values or with fewer rows than it announces, two plates of one name.
    """
    blocks = list(_blocks(file))
    plates = [plate for head, rows in blocks if (plate := _plate(file, head, rows)) is not None]
    if not plates:
        raise InputError("no plate with values in it", where=str(file.path), remedy=_WHOLE)
    empty = len(blocks) - len(plates)
    return FileRead(
        path=file.path,
        format="softmax",
        says="Molecular Devices SoftMax Pro",
        plates=unique_plates(plates, file.path),
        notes=(*file.notes, *([f"{empty} plates without a value left out"] if empty else [])),
    )


def _blocks(file: PlateFile) -> Iterator[tuple[_Block, Rows]]:
    rows = file.rows
    starts = [at for at, row in enumerate(rows) if row and row[0] == "Plate:"]
    for at in starts:
        end = next((to for to in range(at, len(rows)) if rows[to] and rows[to][0] == "~End"), None)
        if end is None:
            raise InputError(f"line {at + 1}: a plate without its ~End", where=str(file.path), remedy=_WHOLE)
        yield _block(file, rows[at]), rows[at + 1 : end]


def _block(file: PlateFile, head: Sequence[str]) -> _Block:
    cells = [cell.strip() for cell in head]
    layout = next((cell for cell in cells if cell in ("TimeFormat", "PlateFormat")), "")
    wells = next((int(cell) for cell in reversed(cells[6:]) if cell in ("6", "12", "24", "48", "96", "384", "1536")), 0)
    if not layout or not wells:
        raise InputError(f"plate {cells[1]!r}: its line cannot be read", where=str(file.path), remedy=_WHOLE)
    at = cells.index(layout)
    mode, assay = cells[at + 1], cells[at + 2]
    waves = next(
        (
            tuple(cell.split())
            for cell in cells[at + 6 :]
            if cell.replace(" ", "").isdigit() and int(cell.split()[0]) > 150
        ),
        (),
    )
    wells = _wells_announced(cells, waves) or wells
    return _Block(cells[1], layout, mode, assay, waves, wells)


def _wells_announced(cells: Sequence[str], waves: Sequence[str]) -> int:
    """The number of wells stands behind wavelengths, first column and columns."""
    if not waves:
        return 0
    at = next(place for place, cell in enumerate(cells) if tuple(cell.split()) == tuple(waves))
    announced = cells[at + 3] if at + 3 < len(cells) else ""
    return int(announced) if announced in ("6", "12", "24", "48", "96", "384", "1536") else 0


def _plate(file: PlateFile, block: _Block, rows: Rows) -> PlateRead | None:
    if block.mode != "Endpoint":
        raise InputError(
            f"plate {block.name!r} is read as {block.mode.lower()}, not one value a well",
            where=str(file.path),
            remedy="export one end point: in SoftMax Pro reduce it to one number a well, then export",
        )
    values = _as_list(file, block, rows) if block.layout == "TimeFormat" else _as_plate(file, block, rows)
    if not any(value == value for value in values.values()):
        return None
    return plate_of(
        values,
        file.path,
        plate=block.name,
        least=_shape(block.wells),
        assay=assay_of(block.assay),
        measurement=block.waves[0] if block.waves else "",
        others=tuple(block.waves[1:]),
    )


def _shape(wells: int) -> Place:
    return {6: (2, 3), 12: (3, 4), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24), 1536: (32, 48)}[wells]


def _as_list(file: PlateFile, block: _Block, rows: Rows) -> dict[Place, float]:
    header = rows[0] if rows else []
    places = [well_place(cell) for cell in header]
    line = next((row for row in rows[1:] if any(row[1:])), None)
    if not any(places) or line is None:
        raise InputError(f"plate {block.name!r} has no values", where=str(file.path), remedy=_WHOLE)
    if any(len(row) > len(header) and any(row[len(header) :]) for row in rows[1:2]):
        raise InputError(
            f"plate {block.name!r}: a line of values is longer than its header", where=str(file.path), remedy=_WHOLE
        )
    last = max(at for at, place in enumerate(places) if place)
    if len(line) <= last and len([cell for cell in line[2:] if cell]) < sum(place is not None for place in places):
        raise InputError(
            f"plate {block.name!r}: {len(line) - 2} values under {sum(place is not None for place in places)} wells",
            where=str(file.path),
            remedy=_WHOLE,
        )
    return {place: file.number(cell) for place, cell in zip(places, line, strict=False) if place and cell.strip()}


def _as_plate(file: PlateFile, block: _Block, rows: Rows) -> dict[Place, float]:
    cols = _shape(block.wells)[1]
    values: dict[Place, float] = {}
    wanted = _shape(block.wells)[0]
    # A row of a partial plate holds its tabs; a line without a cell ends the plate.
    end = next((at for at, row in enumerate(rows[1:]) if len(row) < 2), len(rows) - 1)
    body = rows[1 : 1 + min(end, wanted)]
    if len(body) < wanted:
        raise InputError(
            f"plate {block.name!r}: {len(body)} rows of values where it has {wanted}",
            where=str(file.path),
            remedy=_WHOLE,
        )
    for number, row in enumerate(body, start=1):
        for col, cell in enumerate(row[2 : 2 + cols], start=1):
            if cell.strip():
                values[(number, col)] = file.number(cell)
    return values
