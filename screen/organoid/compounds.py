"""The compound sheet: what to buy, what to weigh, in what to dissolve it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.organoid.transfers import SourceWell
from screen.organoid.well_contents import Compound
from screen.store import Store

SPARE = 1.2
"""Prepared over needed."""
LEAST_MG = 1.0
"""Less cannot be weighed well: more stock is made instead."""
STEP_UL = 50

_VENDORS = """
SELECT k.drug_id, list(DISTINCT f.value ORDER BY f.value) AS samples
FROM drug_facts f JOIN drug_keys k USING (drug_key)
WHERE f.field = 'vendor' AND list_contains($drugs, k.drug_id)
GROUP BY k.drug_id
"""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One line of the sheet."""

    drug_id: str
    name: str
    salt: str | None
    """As the vendor names the sample; None: not recorded."""
    molecular_weight: float | None
    """g/mol, of the parent."""
    vendor: str | None
    catalogue: str | None
    others: tuple[str, ...]
    """Further samples, ``vendor catalogue``."""
    vehicle: str
    stock_mM: float
    stock_uL: int
    mass_mg: float | None
    """To weigh, as parent."""


def purchases(
    store: Store, compounds: Sequence[Compound], sources: Sequence[SourceWell], weights: Mapping[str, float | None]
) -> list[Purchase]:
    """One line a compound, in their order.

    Parameters
    ----------
    weights : drug_id -> g/mol
    """
    samples = dict(store.sql(_VENDORS, drugs=[c.drug_id for c in compounds]).iter_rows())
    return [_purchase(c, samples.get(c.drug_id) or [], weights.get(c.drug_id), sources) for c in compounds]


def _purchase(
    compound: Compound, samples: Sequence[str], weight: float | None, sources: Sequence[SourceWell]
) -> Purchase:
    split = [(*sample.split("|"), "", "")[:3] for sample in samples]
    vendor, catalogue, salt = split[0] if split else (None, None, None)
    volume, mass = _amount(compound, weight, sources)
    return Purchase(
        drug_id=compound.drug_id,
        name=compound.name,
        salt=salt or None,
        molecular_weight=weight,
        vendor=vendor,
        catalogue=catalogue,
        others=tuple(f"{v} {c}" for v, c, _ in split[1:]),
        vehicle=compound.stock.vehicle,
        stock_mM=compound.stock.mM,
        stock_uL=volume,
        mass_mg=mass,
    )


def _amount(compound: Compound, weight: float | None, sources: Sequence[SourceWell]) -> tuple[int, float | None]:
    """Volume of stock (uL) and the mass in it (mg): mM x uL is nmol, times g/mol ng."""
    needed = sum(tube_uL(s) for s in sources if s.compound and s.compound.drug_id == compound.drug_id)
    volume = _stepped(SPARE * needed)
    if weight is None:
        return volume, None
    volume = max(volume, _stepped(LEAST_MG * 1e6 / (compound.stock.mM * weight)))
    return volume, compound.stock.mM * volume * weight / 1e6


def tube_uL(source: SourceWell) -> float:
    """What a source well takes from the stock tube: all of it for a stock, nothing for a dilution of another well."""
    return 0.0 if source.parent else float(source.fill_uL)


def _stepped(volume: float) -> int:
    return max(2, math.ceil(volume / STEP_UL)) * STEP_UL
