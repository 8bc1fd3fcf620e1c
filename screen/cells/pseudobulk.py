"""The profile of a group of cells: their molecules added up, per million; and of resampled cells, for its interval."""

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix, Doubles
from screen.records import Floats

_MILLION = 1e6


def pseudobulk(matrix: CellMatrix, groups: list[NDArray[np.intp]]) -> Floats:
    """One profile a group, k x g, per million.

    Counts are summed over cells and divided by the sum of the cells' totals, so a deep cell weighs more, as it would
    in the tube; normalised values are averaged.
    """
    weights = np.zeros((len(groups), len(matrix)))
    for row, cells in enumerate(groups):
        weights[row, cells] = 1.0
    return _profiles(matrix, weights)


def resampled(matrix: CellMatrix, cells: NDArray[np.intp], times: int, rng: np.random.Generator) -> Floats:
    """Profiles of a group whose cells are drawn again with replacement, times x g."""
    drawn = rng.multinomial(len(cells), np.full(len(cells), 1 / len(cells)), size=times).astype(np.float64)
    return _profiles(matrix.take(cells), drawn)


def _profiles(matrix: CellMatrix, weights: Doubles) -> Floats:
    sums = np.asarray((matrix.values.T.astype(np.float64) @ weights.T).T)
    scale = (weights @ matrix.totals) if matrix.unit == "counts" else weights.sum(axis=1) * _MILLION
    return (sums / scale[:, None] * _MILLION).astype(np.float32)
