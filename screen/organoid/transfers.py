"""Source plates and every transfer out of them.

A compound has the same well on each source plate of its vehicle: the stock, 1:10 and 1:100 are copies of one another,
so a dilution is one stamp. A source well is never drawn below the acoustic dispenser's dead volume.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from screen.errors import InputError
from screen.organoid.doses import LEVELS
from screen.organoid.plate import SHAPES, Well, row_letter
from screen.organoid.well_contents import Addition, Compound

DEAD_UL, FULL_UL = 15, 60
"""Of a 384-well polypropylene source plate: what stays in a well, what it is filled to at most."""
USABLE_NL = 35_000
"""Drawn from one well at most; the rest of FULL_UL - DEAD_UL feeds the next dilution."""
STEP_UL = 10
"""Fills are multiples of it, so that a tenth is a round volume."""
SOURCE_WELLS = SHAPES[384][0] * SHAPES[384][1]


@dataclass(kw_only=True)
class SourceWell:
    """One well of a source plate, filled as transfers are drawn from it."""

    plate: str
    well: str
    compound: Compound | None
    """None: vehicle alone."""
    vehicle: str
    level: int
    mM: Fraction
    parent: "SourceWell | None" = None
    """The well it is a 1:10 dilution of."""
    drawn_nL: Fraction = field(default_factory=Fraction)
    child: "SourceWell | None" = None

    @property
    def fill_uL(self) -> int:
        """What the well must hold: drawn, passed on to the next dilution, left behind."""
        passed_on = self.child.fill_uL / 10 if self.child else 0
        return math.ceil((float(self.drawn_nL) / 1000 + passed_on + DEAD_UL) / STEP_UL) * STEP_UL


@dataclass(frozen=True)
class Transfer:
    """One transfer from a source well into an assay well."""

    source: SourceWell
    well: Well
    part: Addition


def draw_transfers(wells: Sequence[Well]) -> tuple[list[SourceWell], list[Transfer]]:
    """The source plates for these wells, and the transfers in the order of sources, then of plates and wells.

    Raises
    ------
    InputError
        A source plate has not wells enough.
    """
    shelf = _Shelf()
    requested = sorted(((w, p) for w in wells for p in w.filling.parts), key=lambda pair: _order(pair[1]))
    made = [Transfer(shelf.source(part), well, part) for well, part in requested]
    sources = shelf.all()
    place = {id(source): i for i, source in enumerate(sources)}
    made.sort(key=lambda t: place[id(t.source)])
    return sources, made


def plate_name(vehicle: str, level: int) -> str:
    """``DMSO-x10``: 1:10 dilutions in DMSO. Water and saline share the AQ plates, vehicle alone lies by the stocks."""
    return f"{'DMSO' if vehicle == 'DMSO' else 'AQ'}-x{level or 1}"


def _order(part: Addition) -> tuple[str, bool, str, str, int]:
    name = part.compound.name if part.compound else ""
    return (plate_name(part.vehicle, 1), part.compound is None, part.vehicle, name, part.level)


class _Shelf:
    """Source wells handed out as they are asked for; a used-up well is followed by another."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], list[dict[int, SourceWell]]] = {}
        self._used: dict[str, int] = {}

    def source(self, part: Addition) -> SourceWell:
        """The well that this transfer is drawn from."""
        key = (part.vehicle, part.compound.drug_id if part.compound else "")
        family = next((f for f in self._columns.get(key, []) if _holds(f, part)), None) or self._new(key, part)
        found = family[part.level]
        found.drawn_nL += part.volume_nL
        return found

    def all(self) -> list[SourceWell]:
        """Every well, stocks first."""
        wells = [s for families in self._columns.values() for family in families for s in _needed(family)]
        return sorted(wells, key=lambda s: (s.vehicle != "DMSO", s.level or 1, s.well[0], int(s.well[1:])))

    def _new(self, key: tuple[str, str], part: Addition) -> dict[int, SourceWell]:
        kind = plate_name(part.vehicle, 1)
        number = self._used.get(kind, 0)
        if number >= SOURCE_WELLS:
            raise InputError(
                f"source plate {kind} has no well left of its {SOURCE_WELLS}",
                where="organoid plan",
                remedy="ask for fewer drugs or replicates, or a smaller --well-uL",
            )
        self._used[kind] = number + 1
        family = _family(part, _well(number))
        self._columns.setdefault(key, []).append(family)
        return family


def _well(number: int) -> str:
    return f"{row_letter(number // 24 + 1)}{number % 24 + 1}"


def _family(part: Addition, well: str) -> dict[int, SourceWell]:
    """A compound's well at each strength, or the one well of a vehicle."""
    if part.compound is None:
        return {
            0: SourceWell(
                plate=plate_name(part.vehicle, 0),
                well=well,
                compound=None,
                vehicle=part.vehicle,
                level=0,
                mM=Fraction(0),
            )
        }
    family: dict[int, SourceWell] = {}
    before: SourceWell | None = None
    for level in LEVELS:
        plate, strength = plate_name(part.vehicle, level), part.source_mM * part.level / level
        before = family[level] = SourceWell(
            plate=plate,
            well=well,
            compound=part.compound,
            vehicle=part.vehicle,
            level=level,
            mM=strength,
            parent=before,
        )
    return family


def _holds(family: dict[int, SourceWell], part: Addition) -> bool:
    return family[part.level].drawn_nL + part.volume_nL <= USABLE_NL


def _needed(family: dict[int, SourceWell]) -> list[SourceWell]:
    """The family down to its weakest strength in use, each linked to the next."""
    used = [level for level, source in family.items() if source.drawn_nL]
    used_sources = [source for level, source in family.items() if level <= max(used)]
    for parent, child in pairwise(used_sources):
        parent.child = child
    return used_sources
