"""Intervals of predicted responses by conformal calibration on out-of-fold residuals (Vovk; Lei et al. 2018).

A half-width is the least one that covers the wanted share of residuals of predictions made without the line (or
without the drug, or without the lineage). It holds for subjects sampled like those it was calibrated on: on cell lines
that is measured here, on patients it is not guaranteed. Arrays of pairs are L x D, NaN where not measured; labels,
folds and spreads need only broadcast to that: L x 1 for something of the line, 1 x D for something of the drug.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.metrics.correlation import DRAWS, estimate
from screen.metrics.figure import Estimate
from screen.records import Floats

LEVEL = 0.9
FEWEST = 20
"""A group with fewer residuals takes the width of all of them."""
EVERYBODY: NDArray[np.str_] = np.array([[""]])
"""Labels of split conformal: one group."""
Labels = NDArray[np.str_]


@dataclass(frozen=True)
class Outcome:
    """Predictions of pairs by models that did not know them, and what was measured."""

    predicted: Floats
    """L x D."""
    response: Floats
    """L x D."""
    spread: Floats | None = None
    """L x D, positive: the model's own idea of its error, for locally weighted intervals; ``None``: one width."""

    def residuals(self) -> Floats:
        """L x D, absolute, in units of the spread where there is one."""
        away = np.abs(self.response - self.predicted)
        return away if self.spread is None else np.asarray(away / self.spread, np.float32)


@dataclass(frozen=True)
class Widths:
    """Calibrated half-widths, in the units of the response or of the spread."""

    level: float
    overall: float
    groups: Mapping[str, float]
    """label -> half-width, for groups with residuals enough."""

    def of(self, labels: Labels) -> Floats:
        """The half-width of each label, in its shape; that of everybody for a label not known."""
        names, place = np.unique(labels, return_inverse=True)
        widths = np.array([self.groups.get(str(name), self.overall) for name in names], np.float32)
        return widths[place.reshape(labels.shape)]

    def tensors(self, drug_ids: Sequence[str]) -> dict[str, Floats]:
        """What a bundle keeps of widths by drug: ``conformal_level``, ``conformal_overall``, ``conformal_drugs``."""
        return {
            "conformal_level": np.array([self.level], np.float32),
            "conformal_overall": np.array([self.overall], np.float32),
            "conformal_drugs": self.of(np.array(drug_ids, np.str_)),
        }


def from_tensors(tensors: Mapping[str, NDArray[Any]], drug_ids: Sequence[str]) -> Widths:
    """The widths a bundle keeps; ``drug_ids`` are those of its training."""
    each = dict(zip(drug_ids, map(float, tensors["conformal_drugs"]), strict=True))
    return Widths(float(tensors["conformal_level"][0]), float(tensors["conformal_overall"][0]), each)


def calibrate(outcome: Outcome, labels: Labels = EVERYBODY, level: float = LEVEL) -> Widths:
    """Half-widths that cover ``level`` of the residuals: of all (split), and of each label (Mondrian)."""
    residuals = outcome.residuals()
    seen = np.isfinite(residuals)
    values, names = residuals[seen], np.broadcast_to(labels, residuals.shape)[seen]
    groups = {}
    for name in np.unique(names):
        of_group = values[names == name]
        if len(of_group) >= FEWEST:
            groups[str(name)] = _quantile(of_group, level)
    return Widths(level, _quantile(values, level), groups)


def half_widths(outcome: Outcome, widths: Widths, labels: Labels = EVERYBODY) -> Floats:
    """L x D, in the units of the response."""
    each = np.broadcast_to(widths.of(labels), outcome.predicted.shape)
    return each if outcome.spread is None else np.asarray(each * outcome.spread, np.float32)


def cross_covered(
    outcome: Outcome, folds: NDArray[np.intp], labels: Labels = EVERYBODY, level: float = LEVEL
) -> tuple[Floats, Floats]:
    """Whether each measured pair lies within its interval, and the half-width; both L x D, NaN where not measured.

    The width of a fold's pairs is calibrated on the other folds alone: nothing of a line, drug or lineage that is
    judged enters its own interval.

    Parameters
    ----------
    folds : L x 1 (lines or lineages held out) or 1 x D (drugs held out); the predictions are out of the same folds
    """
    shape = outcome.predicted.shape
    everywhere = np.broadcast_to(folds, shape)
    widths = np.full(shape, np.nan, np.float32)
    for fold in np.unique(folds):
        judged = everywhere == fold
        others = Outcome(
            np.where(judged, np.nan, outcome.predicted).astype(np.float32), outcome.response, outcome.spread
        )
        made = half_widths(outcome, calibrate(others, labels, level), labels)
        widths[judged] = made[judged]
    away = np.abs(outcome.response - outcome.predicted)
    widths[~np.isfinite(away)] = np.nan
    inside = np.where(np.isfinite(widths), away <= widths, np.nan)
    return np.asarray(inside, np.float32), widths


def share(inside: Floats, axis: int, seed: int, draws: int = DRAWS) -> Estimate:
    """Share of measured pairs that are covered; lines (``axis`` 0) or drugs (1) are resampled whole."""
    table = inside if axis == 0 else inside.T
    seen = np.isfinite(table)
    hits, total = np.where(seen, table, 0).sum(axis=1, dtype=np.float64), seen.sum(axis=1).astype(np.float64)
    return estimate(lambda weights: (weights @ hits) / (weights @ total), len(table), seed, draws)


def _quantile(values: Floats, level: float) -> float:
    """The ceil((n + 1) level)-th smallest of n: covers a further exchangeable value with at least ``level``."""
    place = min(ceil((len(values) + 1) * level), len(values)) - 1
    return float(np.partition(values, place)[place]) if len(values) else float("nan")
