"""Diffusion pseudotime from a root cell (Haghverdi et al. 2016): an order of cells by similarity, no measured time."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]

NEIGHBOURS, COMPONENTS = 15, 10


def root_of(points: Doubles, group: NDArray[np.bool_]) -> int:
    """The cell of a group that lies nearest its middle.

    Parameters
    ----------
    points : n x k
    group : length n
    """
    rows = np.flatnonzero(group)
    away = np.square(points[rows] - np.median(points[rows], axis=0)).sum(axis=1)
    return int(rows[int(np.argmin(away))])


def pseudotime(points: Doubles, root: int) -> Doubles:
    """Length n, 0 at the root to 1; NaN for cells that no path of neighbours joins with it."""
    from scipy.sparse.csgraph import connected_components

    kernel = _kernel(points)
    _, part = connected_components(kernel, directed=False)
    there = np.flatnonzero(part == part[root])
    found = np.full(len(points), np.nan)
    if len(there) <= COMPONENTS + 2:
        return found
    away = _distances(kernel[there][:, there], int(np.flatnonzero(there == root)[0]))
    found[there] = away / max(float(away.max()), 1e-12)
    return found


def _kernel(points: Doubles) -> "csr_matrix":
    """Gaussian weights of nearest neighbours, each cell's width the distance of its farthest one; symmetric."""
    from scipy.sparse import csr_matrix
    from sklearn.neighbors import NearestNeighbors

    count = min(NEIGHBOURS, len(points) - 1)
    search = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(points)
    distance, near = search.kneighbors(points)
    width = np.maximum(distance[:, -1], 1e-12)
    weight = np.exp(-(distance**2) / (width[:, None] * width[near]))
    rows = np.repeat(np.arange(len(points)), count + 1)
    made = csr_matrix((weight.ravel(), (rows, near.ravel())), shape=(len(points),) * 2)
    return made.maximum(made.T).tocsr()


def _distances(kernel: "csr_matrix", root: int) -> Doubles:
    """Of each cell from the root, over paths of every length."""
    from scipy.sparse import diags
    from scipy.sparse.linalg import eigsh

    density = np.asarray(kernel.sum(axis=1), np.float64).ravel()
    even = diags(1 / density) @ kernel @ diags(1 / density)
    root_degree = np.sqrt(np.asarray(even.sum(axis=1), np.float64).ravel())
    symmetric = diags(1 / root_degree) @ even @ diags(1 / root_degree)
    start = np.random.default_rng(0).normal(size=len(density))
    values, vectors = eigsh(symmetric.tocsr(), k=COMPONENTS + 1, which="LA", v0=start)
    order = np.argsort(-values)[1:]  # the first says where cells are dense, and nothing of their order
    values = np.clip(values[order], None, 1 - 1e-9)
    spread = vectors[:, order] * (values / (1 - values))
    away: Doubles = np.sqrt(np.square(spread - spread[root]).sum(axis=1))
    return away
