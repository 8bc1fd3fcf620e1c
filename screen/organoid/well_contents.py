"""What a well is given: treatments at their doses, and the controls that belong beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from screen.organoid.doses import DROPLET_NL, Stock, shot
from screen.organoid.request import Request
from screen.organoid.treatment import Treatment


@dataclass(frozen=True)
class Compound:
    """A substance to buy and dissolve."""

    drug_id: str
    name: str
    stock: Stock


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One transfer into a well."""

    compound: Compound | None
    """None: vehicle alone."""
    vehicle: str
    level: int
    """1 from the stock, 10 to 10,000 from a dilution of it, 0 vehicle alone."""
    source_mM: Fraction
    volume_nL: Fraction
    dose_uM: Fraction
    target_uM: float = 0.0
    """Dose asked for, before rounding to droplets."""


@dataclass(frozen=True)
class Filling:
    """All that is added to one well."""

    role: str
    """test, vehicle, positive, untreated, blank, time_zero, edge or unused."""
    treatment: str | None = None
    target_uM: float | None = None
    parts: tuple[Addition, ...] = ()

    @property
    def volume_nL(self) -> Fraction:
        """All that is added."""
        return sum((p.volume_nL for p in self.parts), Fraction(0))

    @property
    def dmso_nL(self) -> Fraction:
        """DMSO among it."""
        return sum((p.volume_nL for p in self.parts if p.vehicle == "DMSO"), Fraction(0))


def of_treatment(
    treatment: Treatment, compounds: Mapping[str, Compound], doses: Mapping[str, Sequence[float]], request: Request
) -> tuple[Filling, ...]:
    """A treatment's wells, one a step: each of its drugs at that step of its own doses.

    Parameters
    ----------
    doses : drug_id -> uM, ascending; as many for each drug
    """
    steps = zip(*(doses[drug] for drug in treatment.drug_ids), strict=True)
    return tuple(
        Filling(
            "test",
            treatment.code,
            step[0],
            tuple(_part(compounds[drug], dose, request) for drug, dose in zip(treatment.drug_ids, step, strict=True)),
        )
        for step in steps
    )


def same_vehicle(tests: Sequence[tuple[Filling, ...]], request: Request) -> list[tuple[Filling, ...]]:
    """The wells filled up with DMSO to the greatest amount below the limit, so that one control serves them all.

    Wells without DMSO, and wells above the limit, stay as they are.
    """
    limit = Fraction(str(request.dmso_limit_pct)) * Fraction(str(request.well_uL)) * 10
    level = max((f.dmso_nL for one in tests for f in one if f.dmso_nL <= limit), default=Fraction(0))
    return [tuple(_filled_up(filling, level) for filling in one) for one in tests]


def _filled_up(filling: Filling, level: Fraction) -> Filling:
    if not 0 < filling.dmso_nL < level:
        return filling
    return replace(filling, parts=(*filling.parts, _vehicle("DMSO", level - filling.dmso_nL)))


def positive(compound: Compound, dose_uM: float, request: Request) -> Filling:
    """The well in which every cell dies."""
    return Filling("positive", None, dose_uM, (_part(compound, dose_uM, request),))


def controls(tests: Sequence[Filling], killing: Filling, counts: Mapping[str, int]) -> list[Filling]:
    """The controls of a plate with these test wells.

    DMSO alone as often as ``counts["vehicle"]`` for each amount of it on the plate; the aqueous vehicle at its greatest
    amount; the positive control, filled up to the next amount of DMSO that has its own control; untreated cells;
    medium without cells.
    """
    amounts = sorted({t.dmso_nL for t in tests if t.dmso_nL})
    wells = [
        Filling("vehicle", parts=(_vehicle("DMSO", amount),)) for amount in amounts for _ in range(counts["vehicle"])
    ]
    wells += [Filling("vehicle", parts=(water,)) for water in _aqueous(tests) for _ in range(counts["aqueous"])]
    matched = next((a for a in amounts if a >= killing.dmso_nL), killing.dmso_nL)
    more = (_vehicle("DMSO", matched - killing.dmso_nL),) if matched > killing.dmso_nL else ()
    wells += [replace(killing, parts=killing.parts + more)] * counts["positive"]
    return wells + [Filling("untreated")] * counts["untreated"] + [Filling("blank")] * counts["blank"]


def _part(compound: Compound, dose_uM: float, request: Request) -> Addition:
    one = shot(dose_uM, compound.stock.mM, request.well_uL)
    return Addition(
        compound=compound,
        vehicle=compound.stock.vehicle,
        level=one.level,
        source_mM=one.source_mM,
        volume_nL=one.volume_nL,
        dose_uM=one.dose_uM,
        target_uM=dose_uM,
    )


def _vehicle(name: str, volume_nL: Fraction) -> Addition:
    whole = round(volume_nL / DROPLET_NL) * DROPLET_NL
    return Addition(compound=None, vehicle=name, level=0, source_mM=Fraction(0), volume_nL=whole, dose_uM=Fraction(0))


def _aqueous(tests: Sequence[Filling]) -> list[Addition]:
    most: dict[str, Fraction] = {}
    for part in (p for t in tests for p in t.parts if p.vehicle != "DMSO"):
        most[part.vehicle] = max(most.get(part.vehicle, Fraction(0)), part.volume_nL)
    return [_vehicle(name, volume) for name, volume in sorted(most.items())]
