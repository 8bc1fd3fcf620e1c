"""Cells in a plane, neighbours near each other: the file's own UMAP, or one of the cells' principal components."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix

NEIGHBOURS, APART = 15, 0.5
"""As scanpy has them by default."""
_FEWEST = 10


@dataclass(frozen=True)
class CellMap:
    """Places of n cells."""

    places: NDArray[np.float64]
    """n x 2."""
    says: str
    """Whose map it is."""


def cell_map(matrix: CellMatrix, points: NDArray[np.float64], seed: int) -> CellMap:
    """A plane for cells; the same cells and seed give the same one.

    Parameters
    ----------
    points : n x k, of :func:`screen.cells.clustering.components`
    """
    if matrix.umap is not None and bool(np.isfinite(matrix.umap).all()):
        return CellMap(matrix.umap.astype(np.float64), "UMAP of the file")
    if len(points) < _FEWEST:
        both = np.column_stack([points, np.zeros_like(points)])[:, :2]
        return CellMap(both, "first two principal components: too few cells for a map")
    with warnings.catch_warnings():
        # It misses TensorFlow, which only its other variant needs; that a seed takes one thread is meant.
        warnings.simplefilter("ignore")
        from umap import UMAP

        made = UMAP(
            n_neighbors=min(NEIGHBOURS, len(points) - 1), min_dist=APART, random_state=seed, n_jobs=1
        ).fit_transform(points)
    says = f"UMAP of {points.shape[1]} principal components, {NEIGHBOURS} neighbours, seed {seed}"
    return CellMap(np.asarray(made, np.float64), says)
