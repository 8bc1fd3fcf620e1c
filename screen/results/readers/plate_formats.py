"""The table of exports that can be read, and the one function that reads any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.ingest.damage import as_input_errors
from screen.results.readers import (
    bare_grid,
    bmg,
    envision,
    gen5,
    kaleido,
    long_table,
    magellan,
    skanit,
    softmax,
    untested_readers,
)
from screen.results.readers.cells import PlateFile, plate_file
from screen.results.readers.plate_read import FileRead


@dataclass(frozen=True)
class PlateFormat:
    """One kind of export."""

    name: str
    recognised_by: Callable[[PlateFile], bool]
    read_by: Callable[[PlateFile], FileRead]


FORMATS = (
    PlateFormat("softmax", softmax.is_softmax, softmax.read_softmax),
    PlateFormat("envision", envision.is_envision, envision.read_envision),
    PlateFormat("bmg", bmg.is_bmg, bmg.read_bmg),
    PlateFormat("gen5", gen5.is_gen5, gen5.read_gen5),
    PlateFormat("kaleido", kaleido.is_kaleido, kaleido.read_kaleido),
    PlateFormat("skanit", skanit.is_skanit, skanit.read_skanit),
    PlateFormat("magellan", magellan.is_magellan, magellan.read_magellan),
    PlateFormat("untested", untested_readers.is_untested, untested_readers.read_untested),
    PlateFormat("long-table", long_table.is_long, long_table.read_long),
    PlateFormat("bare-grid", bare_grid.is_bare, bare_grid.read_bare),
)
"""Tried in this order, the specific before the general."""


def read_plates(path: Path) -> FileRead:
    """The plates of an export, recognised by its content.

    Raises
    ------
    InputError
        Damaged, of no kind known, or without one value a well; with a remedy.
    """
    with as_input_errors(str(path)):
        file = plate_file(path)
        found = next((one for one in FORMATS if one.recognised_by(file)), None)
        if found is not None:
            return found.read_by(file)
    raise InputError(
        "no export of a plate reader that is known, no table of wells and no grid",
        where=str(path),
        remedy="export it as a grid (1, 2, 3 ... above rows A, B, C ...) or a table with columns plate, well, value",
    )
