"""First-line drugs by tumour type: ``db/indications/first_line.csv``, reviewed by hand.

Column ``source`` names the guideline or the label that a row goes back to; ``basis`` says that it was written from
general knowledge of them and not transcribed, so a row is a pointer to look up and no recommendation. ``standing`` is
``current`` or ``earlier``.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache

from screen import resources


@dataclass(frozen=True)
class FirstLine:
    """One drug of one tumour type."""

    code: str
    drug: str
    standing: str
    for_whom: str
    source: str
    basis: str


@lru_cache
def _rows() -> tuple[FirstLine, ...]:
    with (resources.folder("db") / "indications" / "first_line.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(FirstLine(**row) for row in csv.DictReader(stream))


def first_line_codes() -> tuple[str, ...]:
    """Tumour types that the table has."""
    return tuple(dict.fromkeys(row.code for row in _rows()))


def first_line_drugs(code: str) -> tuple[FirstLine, ...]:
    """Drugs of a tumour type, in the table's order; none where it is not in the table."""
    return tuple(row for row in _rows() if row.code == code)
