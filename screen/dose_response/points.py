"""Dose-response measurements of many curves as arrays: mean and spread of the wells of each dose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """N curves over at most D doses, ascending; what a curve lacks has ``wells`` 0 and stands at its last dose."""

    log_dose: Array
    """N x D, log10 of the dose."""
    mean: Array
    """N x D, mean viability of the wells; 1 is the vehicle."""
    wells: Array
    """N x D, wells behind each mean."""
    noise: tuple[Array, ...]
    """Length N: each well's deviation from the mean of its dose, made as wide as wells deviate (n / (n - 1)); only
    of doses with two wells or more."""

    def __len__(self) -> int:
        return len(self.mean)

    @property
    def doses(self) -> NDArray[np.int64]:
        """Length N: doses of each curve."""
        return np.asarray((self.wells > 0).sum(axis=1), dtype=np.int64)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> "Points":
        """The curves at ``rows``."""
        pick = [int(row) for row in rows]
        noise = tuple(self.noise[row] for row in pick)
        return Points(self.log_dose[pick], self.mean[pick], self.wells[pick], noise)


def points_of(curves: Sequence[tuple[Array, Array]]) -> Points:
    """Gather wells into the points of their curves.

    Parameters
    ----------
    curves : dose (> 0) and viability of every well, a pair of equally long arrays a curve; a well without a finite
        viability is left out
    """
    gathered = [_gathered(*_finite(*curve)) for curve in curves]
    wide = max((len(one[0]) for one in gathered), default=1) or 1
    log_dose, mean, wells = (np.zeros((len(gathered), wide)) for _ in range(3))
    for row, (dose, average, count, _) in enumerate(gathered):
        held = len(dose)
        log_dose[row, :held], mean[row, :held], wells[row, :held] = dose, average, count
        log_dose[row, held:] = dose[-1] if held else 0.0
    return Points(log_dose, mean, wells, tuple(one[3] for one in gathered))


def _finite(dose: Array, viability: Array) -> tuple[Array, Array]:
    held = np.isfinite(viability) & np.isfinite(dose) & (dose > 0)
    return np.asarray(dose[held], np.float64), np.asarray(viability[held], np.float64)


def _gathered(dose: Array, viability: Array) -> tuple[Array, Array, Array, Array]:
    values, place, count = np.unique(dose, return_inverse=True, return_counts=True)
    if not len(values):
        return values, values, values, values
    mean = np.bincount(place, viability) / count
    several = count[place] > 1
    wide = np.sqrt(count[place] / np.maximum(count[place] - 1, 1))
    return np.log10(values), mean, count.astype(np.float64), ((viability - mean[place]) * wide)[several]
