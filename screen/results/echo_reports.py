"""Reports of an acoustic dispenser (Beckman Echo): wells that got less than they should."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.results.readers.cells import PlateFile, plate_file
from screen.results.readers.plate_read import Place, well_place

SHORT = 0.9
"""A well that got less than this share of a transfer counts as not dispensed."""


_OTHERS = 3
"""More filled cells than a line about the run has."""


@dataclass(frozen=True)
class Missed:
    """One transfer that failed."""

    plate: str
    well: Place
    reason: str


def is_echo(file: PlateFile) -> bool:
    """``Destination Well`` with ``Actual Volume``."""
    return "destination well" in file.words and "actual volume" in file.words


def read_echo(path: Path) -> list[Missed]:
    """Transfers that failed or fell short; empty where all were made.

    Raises
    ------
    InputError
        A row without a well.
    """
    file = plate_file(path)
    found: list[Missed] = []
    header: list[str] = []
    for line, row in enumerate(file.rows, start=1):
        if "Destination Well" in row:
            header = list(row)
        elif header and sum(map(bool, row)) > _OTHERS:
            _refuse_uneven(path, line, header, row)
            found += _missed(path, line, file, dict(zip(header, row, strict=False)))
        elif not any(row):
            header = []
    return found


def _refuse_uneven(path: Path, line: int, header: Sequence[str], row: Sequence[str]) -> None:
    width = max(place for place, name in enumerate(header, start=1) if name)
    if len(row) < width or any(row[len(header) :]):
        raise InputError(
            f"line {line}: {len(row)} cells where the header has {len(header)}",
            where=str(path),
            remedy="is the report whole?",
        )


def _missed(path: Path, line: int, file: PlateFile, row: dict[str, str]) -> list[Missed]:
    place = well_place(row.get("Destination Well", ""))
    if place is None:
        raise InputError(f"line {line}: no destination well", where=str(path), remedy="is the report whole?")
    wanted, given = (file.number(row.get(name, "")) for name in ("Transfer Volume", "Actual Volume"))
    if not given < SHORT * wanted:
        return []
    plate = row.get("Destination Plate Barcode") or row.get("Destination Plate Name", "")
    return [Missed(plate, place, row.get("Transfer Status", "") or f"{given:g} of {wanted:g} nL")]
