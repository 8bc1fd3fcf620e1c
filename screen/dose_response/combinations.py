"""Two drugs together against each alone: excess over Bliss independence and over the better single drug (HSA)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_PAIRS = 3
_DRAWS = 400


@dataclass(frozen=True)
class Excess:
    """Mean excess inhibition over the dose pairs; above 0 the two do more than expected."""

    pairs: int
    bliss: float
    bliss_low: float
    bliss_high: float
    """95%, by bootstrap over the wells of the pair and of each drug alone."""
    hsa: float
    hsa_low: float
    hsa_high: float
    reading: str


def excess(
    together: Mapping[tuple[float, float], Sequence[float]],
    first: Mapping[float, Sequence[float]],
    second: Mapping[float, Sequence[float]],
    seed: int = 0,
) -> Excess:
    """Compare a combination with its drugs.

    Parameters
    ----------
    together : doses of both drugs -> viabilities of the wells
    first, second : dose of the drug alone -> viabilities

    Returns
    -------
    NaN with the reason where fewer than three pairs of doses have both drugs alone beside them.
    """
    pairs = [pair for pair in together if pair[0] in first and pair[1] in second]
    if len(pairs) < FEWEST_PAIRS:
        why = f"not evaluable: {len(pairs)} dose pairs with each drug alone at the same dose, {FEWEST_PAIRS} are needed"
        return Excess(len(pairs), *(float("nan"),) * 6, why)
    rng = np.random.default_rng(seed)
    held = [(np.array(together[p]), np.array(first[p[0]]), np.array(second[p[1]])) for p in pairs]
    point = _means(held)
    sets = np.array([_means([tuple(rng.choice(v, len(v)) for v in one) for one in held]) for _ in range(_DRAWS)])  # type: ignore[misc]
    low, high = np.quantile(sets, (0.025, 0.975), axis=0)
    sign = "synergy" if low[0] > 0 else "antagonism" if high[0] < 0 else "additive within its error"
    if min(len(wells) for one in held for wells in one) < 2:
        sign = "no interval: single wells"
    return Excess(len(pairs), point[0], low[0], high[0], point[1], low[1], high[1], sign)


def _means(held: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> tuple[float, float]:
    both, one, two = (np.clip([float(part[at].mean()) for part in held], 0.0, 1.0) for at in range(3))
    return float(np.mean(one * two - both)), float(np.mean(np.minimum(one, two) - both))
