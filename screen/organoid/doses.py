"""Doses to volumes: which stock, how many droplets, how much vehicle.

A transfer of V nL from a stock of c mM into a well of w uL makes a dose of V x c / w uM: nmol over uL, so the units
need no factor. All of it is done in fractions: 31.25 nL is exactly half way between two numbers of droplets.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from screen.errors import InputError
from screen.organoid.curated import aqueous
from screen.organoid.request import Request
from screen.records import drug_key

DROPLET_NL = Fraction(5, 2)
LEVELS = (1, 10, 100, 1000, 10_000)
"""A stock and its dilutions."""
TOLERANCE = Fraction(5, 100)
"""A dose off by less is taken from the strongest source that gives it, for the least vehicle."""
PLATINUM_MM = 3.0
"""Stock of a platinum drug that the table of vehicles does not name."""


@dataclass(frozen=True)
class Stock:
    """How a compound is dissolved."""

    vehicle: str
    """DMSO, water or saline."""
    mM: float
    caution: str = ""


@dataclass(frozen=True)
class Shot:
    """One transfer of one compound."""

    level: int
    """1 from the stock, 10 to 10,000 from a dilution of it."""
    source_mM: Fraction
    volume_nL: Fraction
    """A multiple of 2.5."""
    dose_uM: Fraction
    """After rounding to droplets."""


def stock(name: str, smiles: str | None, aliases: list[str], request: Request) -> Stock:
    """DMSO at the strength asked for, or that the lab has; water or saline for platinum drugs, which DMSO inactivates
    (Hall et al. 2014)."""
    mine = {drug_key(one): mM for one, mM in request.stocks}
    given = next((mine[key] for key in map(drug_key, (name, *aliases)) if key in mine), None)
    made = _stock(name, smiles, aliases, request)
    return made if given is None else replace(made, mM=given)


def _stock(name: str, smiles: str | None, aliases: list[str], request: Request) -> Stock:
    table = aqueous()
    known = next((table[key] for key in map(drug_key, (name, *aliases)) if key in table), None)
    if known is not None:
        mM = min(known.most_mM, request.stock_mM)
        return Stock(
            known.vehicle,
            mM,
            f"{name} loses its activity in DMSO: {mM:g} mM in {known.vehicle}"
            + (f"; {known.note}" if known.note else ""),
        )
    if "[Pt" in (smiles or ""):
        mM = min(PLATINUM_MM, request.stock_mM)
        return Stock(
            "water",
            mM,
            f"{name} holds platinum and loses its activity in DMSO: {mM:g} mM in water; look up whether it dissolves",
        )
    return Stock("DMSO", request.stock_mM)


def shot(dose_uM: float, stock_mM: float, well_uL: float) -> Shot:
    """The transfer that comes to ``dose_uM``, within 5% from the strongest source that can, else the closest.

    Raises
    ------
    InputError
        Even the weakest source gives too much with one droplet, or the dose takes more than the well.
    """
    target = Fraction(str(dose_uM))
    shots = [s for s in (_from(level, target, stock_mM, well_uL) for level in LEVELS) if s.volume_nL > 0]
    if not shots:
        least = float(DROPLET_NL * Fraction(str(stock_mM)) / LEVELS[-1] / Fraction(str(well_uL)))
        raise InputError(
            f"{dose_uM:g} uM is less than one droplet of 2.5 nL gives ({least:.3g} uM)",
            where="--doses",
            remedy="raise the dose or --well-uL, or lower --stock-mM",
        )
    best = next((s for s in shots if abs(s.dose_uM / target - 1) <= TOLERANCE), None)
    best = best or min(shots, key=lambda s: abs(s.dose_uM - target))
    if best.volume_nL >= Fraction(str(well_uL)) * 1000:
        raise InputError(
            f"{dose_uM:g} uM of a {stock_mM:g} mM stock takes more than a well of {well_uL:g} uL",
            where="--doses",
            remedy="lower the dose or raise --stock-mM",
        )
    return best


def _from(level: int, target: Fraction, stock_mM: float, well_uL: float) -> Shot:
    source, well = Fraction(str(stock_mM)) / level, Fraction(str(well_uL))
    volume = round(target * well / source / DROPLET_NL) * DROPLET_NL
    return Shot(level, source, volume, volume * source / well)


def percent(volume_nL: Fraction, well_uL: float) -> float:
    """Share of a well, in percent of its volume."""
    return float(volume_nL / (Fraction(str(well_uL)) * 10))
