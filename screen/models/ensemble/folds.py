"""Which cell lines a member of the ensemble never sees. Splits group by line, never by (line, drug) pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Folds = NDArray[np.intp]
"""Fold of each cell line, 0..k-1."""


def line_folds(lineages: Sequence[str], folds: int, seed: int) -> Folds:
    """Deal the lines into folds of equal size, each lineage spread evenly.

    Returns
    -------
    length L
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(lineages))
    order = sorted(shuffled, key=lambda row: lineages[row])
    assigned = np.empty(len(lineages), np.intp)
    assigned[order] = np.arange(len(lineages)) % folds
    return assigned


def validation_rows(lineages: Sequence[str], share: float, seed: int) -> NDArray[np.bool_]:
    """Mark about ``share`` of the training lines for early stopping and calibration, spread over lineages."""
    marked: NDArray[np.bool_] = line_folds(lineages, max(2, round(1 / share)), seed) == 0
    return marked
