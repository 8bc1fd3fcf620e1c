"""Reports of an acoustic dispenser (Beckman Echo): wells that got less than they should."""

from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.results.readers.cells import PlateFile, plate_file
from screen.results.readers.plate_read import Place, well_place

SHORT = 0.9
"""A well that got less than this share of a transfer counts as not dispensed."""


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
        elif header and len(row) >= len(header) - 1 and any(row):
            found += _missed(path, line, file, dict(zip(header, row, strict=False)))
        elif not any(row):
            header = []
    return found


def _missed(path: Path, line: int, file: PlateFile, row: dict[str, str]) -> list[Missed]:
    place = well_place(row.get("Destination Well", ""))
    if place is None:
        raise InputError(f"line {line}: no destination well", where=str(path), remedy="is the report whole?")
    wanted, given = (file.number(row.get(name, "")) for name in ("Transfer Volume", "Actual Volume"))
    if not given < SHORT * wanted:
        return []
    plate = row.get("Destination Plate Barcode") or row.get("Destination Plate Name", "")
    return [Missed(plate, place, row.get("Transfer Status", "") or f"{given:g} of {wanted:g} nL")]
