"""The doses of each drug: about its measured potency, inside what was tested and what the vehicle allows.

A ladder of n doses falls by one factor a step. Its middle is the drug's median IC50 over cell lines, so that the curve
of a typical line bends inside it; its top stays under the vehicle's limit. A drug that was never measured gets the
plain ladder.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.store import Store

FACTOR = 10.0
"""Between two doses."""
PLAIN_TOP_UM = 10.0
"""Highest dose of a drug without a measured potency."""
_POTENCY = """
SELECT drug_id, arg_max(middle, lines) AS ic50_uM, max(lines) AS lines FROM (
    SELECT drug_id, dataset, exp(median(value)) AS middle, count(DISTINCT cell_line_id) AS lines
    FROM pair_responses WHERE metric = 'LN_IC50' AND list_contains($drugs, drug_id) GROUP BY ALL)
GROUP BY drug_id
"""
_RANGES = """
SELECT k.drug_id, max(r.high_uM) AS high_uM FROM response_ranges r JOIN drug_keys k USING (drug_key)
WHERE list_contains($drugs, k.drug_id) GROUP BY k.drug_id
"""


@dataclass(frozen=True, kw_only=True)
class Potency:
    """What cell lines say of a drug's dose."""

    ic50_uM: float | None
    """Median over lines, of the data set with most lines; ``None``: not measured."""
    lines: int
    tested_uM: float | None
    """Highest dose tested."""


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """A drug's doses."""

    doses_uM: tuple[float, ...]
    """Ascending."""
    says: str
    """What they stand on, in words."""
    warns: str
    """What a lab must know; else empty."""


def potencies(store: Store, drug_ids: Sequence[str]) -> dict[str, Potency]:
    """drug_id -> what was measured; a drug without any has no entry."""
    ranges = dict(store.sql(_RANGES, drugs=list(drug_ids)).iter_rows())
    found = {
        drug: Potency(ic50_uM=ic50, lines=lines, tested_uM=ranges.get(drug))
        for drug, ic50, lines in store.sql(_POTENCY, drugs=list(drug_ids)).iter_rows()
    }
    return {
        drug: found.get(drug) or Potency(ic50_uM=None, lines=0, tested_uM=ranges.get(drug))
        for drug in {*found, *ranges}
    }


def ladder(name: str, known: Potency | None, points: int, most_uM: float) -> Ladder:
    """The doses of one drug.

    Parameters
    ----------
    points : number of doses
    most_uM : highest dose that the stock and the vehicle's limit allow

    Examples
    --------
    >>> ladder("a", Potency(ic50_uM=0.02, lines=480, tested_uM=1.0), 4, 50.0).doses_uM
    (0.00063, 0.0063, 0.063, 0.63)
    >>> ladder("a", None, 4, 50.0).doses_uM
    (0.01, 0.1, 1.0, 10.0)
    """
    ic50 = None if known is None else known.ic50_uM
    if known is None or ic50 is None:
        top = min(PLAIN_TOP_UM, most_uM)
        return Ladder(doses_uM=_down(top, points), says="no potency measured: the plain ladder", warns="")
    wanted = ic50 * FACTOR ** ((points - 1) / 2)
    top = min(wanted, most_uM)
    says = f"median IC50 {ic50:.3g} µM in {known.lines} cell lines"
    if known.tested_uM is not None:
        says += f", tested to {known.tested_uM:.3g} µM"
    return Ladder(doses_uM=_down(top, points), says=says, warns=_warned(name, ic50, top, known))


def _warned(name: str, ic50: float, top: float, known: Potency) -> str:
    if ic50 > top:
        return (
            f"{name}: its median IC50 ({ic50:.3g} µM) lies above the highest dose that the vehicle's limit allows "
            f"({top:.3g} µM): expect no IC50 in half of the organoids; a stronger stock would raise it"
        )
    if known.tested_uM is not None and ic50 > known.tested_uM:
        return f"{name}: its median IC50 ({ic50:.3g} µM) was extrapolated beyond the {known.tested_uM:.3g} µM tested"
    return ""


def _down(top: float, points: int) -> tuple[float, ...]:
    """Doses to two figures, the top rounded down so that no limit is passed."""
    return tuple(_two_figures(top / FACTOR**step) for step in reversed(range(points)))


def _two_figures(value: float) -> float:
    scale = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / scale * (1 + 1e-9)) * scale:.2g}")


def ladders(
    names: Mapping[str, str], known: Mapping[str, Potency], most_uM: Mapping[str, float], points: int
) -> dict[str, Ladder]:
    """drug_id -> ladder.

    Parameters
    ----------
    names, most_uM : by drug_id
    """
    return {drug: ladder(name, known.get(drug), points, most_uM[drug]) for drug, name in names.items()}
