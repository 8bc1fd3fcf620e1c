"""Stocks strong enough that a drug's doses reach beyond its median IC50 within the vehicle's limit."""

from collections.abc import Sequence
from dataclasses import replace

from screen.organoid.ladder import potencies
from screen.organoid.request import Request
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound
from screen.records import drug_key
from screen.store import Store

BEYOND = 1.5
"""How far above the median IC50 the highest dose shall reach."""
STRENGTHS_MM = (20.0, 50.0)
"""Tried in this order; whether a drug dissolves so far is the lab's to look up."""


def stronger_stocks(
    store: Store, compounds: Sequence[Compound], treatments: Sequence[Treatment], request: Request
) -> tuple[list[Compound], list[str]]:
    """The compounds, some with a stronger stock, and what the lab must know of these.

    A stock that the lab has, one that is not in DMSO, and plans with doses of their own stay as they are.
    """
    if request.doses:
        return list(compounds), []
    known, mine = potencies(store, [c.drug_id for c in compounds]), {drug_key(name) for name, _ in request.stocks}
    in_dmso = {c.drug_id for c in compounds if c.stock.vehicle == "DMSO"}
    made, notes = [], []
    for one in compounds:
        potency = known.get(one.drug_id)
        wanted = 0.0 if potency is None or potency.ic50_uM is None else BEYOND * potency.ic50_uM
        sharing = max((len(in_dmso & set(t.drug_ids)) for t in treatments if one.drug_id in t.drug_ids), default=1)
        per_mM = request.dmso_limit_pct / max(1, sharing) * 10
        stronger = [mM for mM in STRENGTHS_MM if mM > one.stock.mM]
        if one.drug_id not in in_dmso or drug_key(one.name) in mine or wanted <= per_mM * one.stock.mM or not stronger:
            made.append(one)
            continue
        strength = next((mM for mM in stronger if per_mM * mM >= wanted), stronger[-1])
        made.append(replace(one, stock=replace(one.stock, mM=strength)))
        notes.append(
            f"Stock: {one.name} at {strength:g} mM, where the others are at {request.stock_mM:g}: its median IC50 "
            f"({wanted / BEYOND:.3g} µM) lies too high for less; look up whether it dissolves, or name the stock you "
            "have with --drugs-file"
        )
    return made, notes
