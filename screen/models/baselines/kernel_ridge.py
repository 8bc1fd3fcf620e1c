"""Kernel ridge regression per drug: what ridge gains by bending."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet, columns
from screen.models.baselines.leave_one_out import Doubles, best, gram
from screen.models.baselines.naive import drug_means
from screen.records import Floats

WIDTHS = (1.0, 2.0, 4.0)
"""In median squared distances between training lines."""
PENALTIES = tuple(float(2.0**k) for k in range(-5, 2))
_LINEAGE = 0.15
"""What sharing a lineage adds to a similarity of 0 to 1: as much as in ridge beside the genes."""
_CONSTANT = 25.0
"""Large, so that the intercept is as good as unpenalised."""


@dataclass(frozen=True)
class KernelRidge:
    """response_d(x) = sum over training lines of similarity(x, line) weight_d(line) + b_d."""

    width: float
    """Squared distance at which the similarity has fallen to 1/e."""
    lines: Subjects
    penalty: float
    drug_ids: tuple[str, ...]
    weights: Doubles
    """L x D."""
    offset: Floats
    """Length D: mean of the training responses."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; drugs of training only."""
        requested = columns(self.drug_ids, drugs.drug_ids)
        kernel = _similarity(subjects, self.lines, self.width)
        return np.asarray(kernel @ self.weights[:, requested] + self.offset[requested], np.float32)


def fit_kernel_ridge(training_set: TrainingSet) -> KernelRidge:
    """Fit with the width and penalty of least leave-one-line-out error over all measured pairs."""
    lines, offset = training_set.lines, drug_means(training_set.response)
    distances = _distances(lines.scaled, lines.scaled)
    median = float(np.median(distances[np.triu_indices(len(lines), 1)])) or 1.0
    widths = [median * width for width in WIDTHS]
    found = [
        best(gram(_similarity(lines, lines, width)), training_set.response - offset, PENALTIES) for width in widths
    ]
    width, duals = min(zip(widths, found, strict=True), key=lambda each: each[1].error)
    return KernelRidge(width, lines, duals.penalty, training_set.drugs.drug_ids, duals.weights, offset)


def _similarity(one: Subjects, other: Subjects, width: float) -> Doubles:
    same = np.array([a == b != "" for a, b in product(one.lineages, other.lineages)]).reshape(len(one), len(other))
    return np.exp(-_distances(one.scaled, other.scaled) / width) + _LINEAGE * same + _CONSTANT


def _distances(one: Floats, other: Floats) -> Doubles:
    a, b = one.astype(np.float64), other.astype(np.float64)
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.maximum(squares, 0))
