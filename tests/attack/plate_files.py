"""Files of the way back - plates, layouts, top doses, an Echo's report - and what is read of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from screen.records import ReadOptions
from screen.results.echo_reports import read_echo
from screen.results.layouts import of_file
from screen.results.readers.plate_formats import read_plates
from screen.results.readers.plate_read import well_name
from screen.results.top_doses import read_top_doses
from tests.attack.harvest import Right

Cells = set[tuple[object, ...]]
_ROWS, _COLUMNS = 8, 12


def _value(row: int, column: int) -> float:
    return 1000.0 * row + 10 * column + 0.5


def _table() -> str:
    rows = [
        f"P{plate},{well_name(row, column)},{_value(row, column) * plate:g},x"
        for plate in (1, 2)
        for row in range(1, _ROWS + 1)
        for column in range(1, _COLUMNS + 1)
    ]
    return "\n".join(["plate,well,value,flag", *rows, ""])


def _grid() -> str:
    rows = [
        "\t".join([chr(64 + row), *(f"{_value(row, column):g}" for column in range(1, _COLUMNS + 1))])
        for row in range(1, _ROWS + 1)
    ]
    return "\n".join(["Plate\tP1", "Luminescence", "\t".join(["", *map(str, range(1, _COLUMNS + 1))]), *rows, ""])


def _layout() -> str:
    rows = [
        f"{well_name(row, column)},drug {row},{10 / 2**column:g},{column % 3 + 1},0.1"
        for row in range(1, _ROWS + 1)
        for column in range(1, _COLUMNS + 1)
    ]
    return "\n".join(["well,drug,dose_uM,replicate,vehicle_pct", *rows, ""])


def _echo() -> str:
    header = "Source Well,Destination Plate Barcode,Destination Well,Transfer Volume,Actual Volume,Transfer Status"
    rows = [f"A{n},P1,{well_name(2, n)},25,{25 if n % 3 else 5},{'' if n % 3 else 'MM0202'}" for n in range(1, 13)]
    return "\n".join([header, *rows, ""])


def _doses() -> str:
    return "\n".join(["drug,top_uM", *(f"drug {n},{n * 2.5:g}" for n in range(1, 12)), ""])


def _plates(path: Path) -> Cells:
    return {
        (plate.plate, int(row), int(column), float(plate.values[row, column]))
        for plate in read_plates(path).plates
        for row, column in np.argwhere(np.isfinite(plate.values))
    }


def _layouts(path: Path) -> Cells:
    return {
        (layout.plate, place, well.role, well.drug_names, well.doses, well.replicate, well.vehicle_pct)
        for layout in of_file(path, {})
        for place, well in layout.wells.items()
    }


def _missed(path: Path) -> Cells:
    return {(one.plate, one.well, one.reason) for one in read_echo(path)}


def _tops(path: Path) -> Cells:
    return set(read_top_doses(path).uM.items())


_MADE: dict[str, tuple[str, Callable[[], str], Callable[[Path], Cells]]] = {
    "plate-table": ("table.csv", _table, _plates),
    "plate-grid": ("grid.txt", _grid, _plates),
    "plate-layout": ("layout.csv", _layout, _layouts),
    "plate-echo": ("echo.csv", _echo, _missed),
    "plate-doses": ("doses.csv", _doses, _tops),
}
PLATES = {kind: Right(kind, name, make().encode(), ReadOptions()) for kind, (name, make, _) in _MADE.items()}
"""Not read by ``ingest``: by ``results add``."""


def slid_cells(kind: str, path: Path) -> list[str]:
    """What is read of a file of this kind and is not in the right one."""
    right = path.with_name(f"right-{path.name}")
    right.write_bytes(PLATES[kind].content)
    read = _MADE[kind][2]
    try:
        return sorted(map(str, read(path) - read(right)))
    finally:
        right.unlink()
