"""The doses of each drug: about its measured potency, inside what was tested and what the vehicle allows.

A ladder of n doses falls by one factor a step. Its middle is the drug's median IC50 over cell lines, so that the curve
of a typical line bends inside it; its top stays under the vehicle's limit. Where that leaves out over half of the doses
that the training screen tested, from which no ranking would learn, the ladder is moved towards them as far as the
median IC50 stays inside it. A drug that was never measured gets the plain ladder.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.store import Store, lab_results

FACTOR = 10.0
"""Between two doses."""
PLAIN_TOP_UM = 10.0
"""Highest dose of a drug without a measured potency."""
INSIDE = 2.0
"""A ladder that is moved leaves the median IC50 so many times above its lowest dose and below its highest."""
_AIM = 0.55
"""Share of the training screen's doses that a moved ladder is to cover: a little over what is needed, for rounding."""
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
    trained_uM: tuple[float, float] | None = None
    """Lowest and highest dose of the training screen; ``None``: not known."""


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
    trained = {drug: (low, high) for drug, low, high in lab_results.training_ranges(store).iter_rows()}
    found = {
        drug: Potency(ic50_uM=ic50, lines=lines, tested_uM=ranges.get(drug), trained_uM=trained.get(drug))
        for drug, ic50, lines in store.sql(_POTENCY, drugs=list(drug_ids)).iter_rows()
    }
    return {
        drug: found.get(drug)
        or Potency(ic50_uM=None, lines=0, tested_uM=ranges.get(drug), trained_uM=trained.get(drug))
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
    centred = min(wanted, most_uM)
    top = _towards_training(centred, ic50, FACTOR ** (points - 1), most_uM, known.trained_uM)
    doses = _down(top, points)
    says = f"median IC50 {ic50:.3g} µM in {known.lines} cell lines"
    if known.tested_uM is not None:
        says += f", tested to {known.tested_uM:.3g} µM"
    if top != centred:
        says += "; moved towards the doses of the training screen"
    return Ladder(doses_uM=doses, says=says, warns=_warned(name, ic50, doses, known))


def covered(doses: Sequence[float], trained: tuple[float, float] | None) -> float | None:
    """Share of the training screen's range of doses (in logarithms) that a ladder covers; ``None``: not known."""
    if trained is None or not 0 < trained[0] < trained[1]:
        return None
    shared = math.log(min(doses[-1], trained[1])) - math.log(max(doses[0], trained[0]))
    return max(shared, 0.0) / math.log(trained[1] / trained[0])


def _towards_training(
    top: float, ic50: float, span: float, most_uM: float, trained: tuple[float, float] | None
) -> float:
    """The top of a ladder that covers half of the training screen's doses, as far as the IC50 stays inside."""
    share = covered((top / span, top), trained)
    if trained is None or share is None or share >= _AIM:
        return top
    low, high = trained
    part = math.exp(_AIM * math.log(high / low))
    if top < high:
        return max(top, min(low * part, ic50 * span / INSIDE, most_uM))
    return min(top, max(high / part * span, ic50 * INSIDE))


def _warned(name: str, ic50: float, doses: Sequence[float], known: Potency) -> str:
    top, share = doses[-1], covered(doses, known.trained_uM)
    if share is not None and share < lab_results.LEAST_SHARE and known.trained_uM is not None:
        low, high = known.trained_uM
        return (
            f"{name}: its doses cover {share:.0%} of those of the training screen ({low:.3g} to {high:.3g} µM), under "
            f"{lab_results.LEAST_SHARE:.0%}: its curve will be shown, and no ranking learns from it"
        )
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
