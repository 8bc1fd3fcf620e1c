"""Classes of training lines balanced: doubled, left out, or filled with synthetic ones (SMOTE, Chawla et al. 2002).

What is given here is the training part of a split. A line made between two others would carry both into any part
that is split off afterwards.
"""

import numpy as np
from numpy.typing import NDArray

from screen.models.single_cell.configurations import Sampling
from screen.records import Floats

NEIGHBOURS = 5
"""Of the same class, between which SMOTE interpolates."""


def balanced(
    x: Floats, labels: NDArray[np.float64], how: Sampling, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.float64]]:
    """Training rows with as many of either class; the given rows first, in their order, but for ``down``.

    Parameters
    ----------
    x : n x g
    labels : length n, 0 or 1
    """
    rows = [np.flatnonzero(labels == label) for label in (0.0, 1.0)]
    small = int(len(rows[1]) < len(rows[0]))
    few, many = rows[small], rows[1 - small]
    missing = len(many) - len(few)
    if how == "none" or missing == 0 or len(few) == 0:
        return x, labels
    if how == "down":
        left = np.sort(np.concatenate([few, rng.choice(many, len(few), replace=False)]))
        return x[left], labels[left]
    made = x[rng.choice(few, missing)] if how == "up" else _between(x[few], missing, rng)
    return np.concatenate([x, made]), np.concatenate([labels, np.full(missing, float(small))])


def _between(x: Floats, count: int, rng: np.random.Generator) -> Floats:
    """``count`` rows, each at a random place between a row and one of its nearest neighbours."""
    if len(x) == 1:
        return np.repeat(x, count, axis=0)
    squares = (x.astype(np.float64) ** 2).sum(axis=1)
    distance = squares[:, None] + squares[None] - 2 * (x.astype(np.float64) @ x.T)
    np.fill_diagonal(distance, np.inf)
    near = np.argsort(distance, axis=1, kind="stable")[:, : min(NEIGHBOURS, len(x) - 1)]
    start = rng.integers(len(x), size=count)
    end = near[start, rng.integers(near.shape[1], size=count)]
    share = rng.random((count, 1)).astype(np.float32)
    made: Floats = x[start] + share * (x[end] - x[start])
    return made
