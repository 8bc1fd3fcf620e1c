"""Does error rise with distance? What a domain is worth, measured on subjects held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.metrics.correlation import Doubles, Values, estimate
from screen.metrics.figure import Estimate

QUARTERS = ("nearest quarter", "second", "third", "farthest quarter")
FEWEST = 8
"""A band of fewer subjects has no figure."""
_TAILS = (0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True)
class Band:
    """Subjects of like distance."""

    name: str
    n: int
    error: Estimate
    """Mean over them."""


@dataclass(frozen=True)
class DistanceEffect:
    """What was found."""

    rank_correlation: Estimate
    """Spearman, of distance and error over subjects."""
    bands: tuple[Band, ...]
    """Near to far; those with subjects enough."""
    last_less_first: Estimate
    outside_from: float | None
    """Share of subjects beyond whose distance the error is measurably larger than before it; ``None``: nowhere, or the
    farthest are not measurably worse than the nearest."""

    @property
    def rises(self) -> bool:
        """Whether the farthest are measurably worse than the nearest."""
        return bool(self.last_less_first.low > 0)


def distance_effect(
    distance: Values, error: Values, seed: int, bands: NDArray[np.intp] | None = None, names: Sequence[str] = QUARTERS
) -> DistanceEffect:
    """Measure, with intervals over subjects (lines or drugs, whole).

    Parameters
    ----------
    distance, error : length n; subjects without an error (NaN) are left out
    bands : length n, place of each subject in ``names``; ``None``: quarters by distance
    """
    known = np.isfinite(error) & np.isfinite(distance)
    if bands is None:
        bands = np.digitize(distance, np.quantile(distance[known], (0.25, 0.5, 0.75)))
    bands = bands[known]
    far, wrong = distance[known].astype(np.float64), error[known].astype(np.float64)
    inside = [bands == place for place in range(len(names))]
    filled = [place for place in range(len(names)) if inside[place].sum() >= FEWEST]
    made = tuple(Band(names[place], int(inside[place].sum()), _mean(wrong, inside[place], seed)) for place in filled)
    ends = (inside[filled[-1]], inside[filled[0]]) if filled else (inside[0], inside[0])
    apart = _less(wrong, *ends, seed)
    outside = _outside(far, wrong, seed) if apart.low > 0 else None
    return DistanceEffect(_spearman(far, wrong, seed), made, apart, outside)


def _outside(distance: Doubles, error: Doubles, seed: int) -> float | None:
    for tail in _TAILS:
        far = distance > np.quantile(distance, tail)
        if far.sum() >= FEWEST and _less(error, far, ~far, seed).low > 0:
            return tail
    return None


def _mean(error: Doubles, rows: NDArray[np.bool_], seed: int) -> Estimate:
    selected = error[rows]
    return estimate(lambda weights: weights @ selected / weights.sum(axis=1), len(selected), seed)


def _less(error: Doubles, one: NDArray[np.bool_], other: NDArray[np.bool_], seed: int) -> Estimate:
    """Mean over ``one`` less that over ``other``."""

    def difference(weights: Doubles) -> Doubles:
        with np.errstate(invalid="ignore", divide="ignore"):
            means: list[Doubles] = [
                (weights[:, rows] @ error[rows]) / weights[:, rows].sum(axis=1) for rows in (one, other)
            ]
        return means[0] - means[1]

    return estimate(difference, len(error), seed)


def _spearman(distance: Doubles, error: Doubles, seed: int) -> Estimate:
    from scipy.stats import rankdata

    x, y = rankdata(distance), rankdata(error)

    def correlation(weights: Doubles) -> Doubles:
        mass = weights.sum(axis=1)
        mean_x, mean_y = weights @ x / mass, weights @ y / mass
        covariance = weights @ (x * y) / mass - mean_x * mean_y
        spread = (weights @ x**2 / mass - mean_x**2) * (weights @ y**2 / mass - mean_y**2)
        return np.asarray(covariance / np.sqrt(np.maximum(spread, 1e-12)), np.float64)

    return estimate(correlation, len(x), seed)
