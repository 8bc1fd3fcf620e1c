"""Kernel ridge regression of many columns at once, each on the rows it was measured on, with leave-one-out errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Doubles = NDArray[np.float64]


class Gram(NamedTuple):
    """A kernel matrix taken apart once for all penalties."""

    values: Doubles
    """Length n, no negative one."""
    vectors: Doubles
    """n x n."""

    def inverse(self, penalty: float) -> Doubles:
        """(K + penalty)^-1, n x n."""
        return (self.vectors / (self.values + penalty)) @ self.vectors.T


@dataclass(frozen=True)
class Duals:
    """Answers at a row are K(row, training rows) @ weights."""

    penalty: float
    weights: Doubles
    """n x D, 0 where not measured."""
    errors: Doubles
    """n x D, what is measured less its prediction with that one row left out; NaN where not measured."""

    @property
    def error(self) -> float:
        """Mean squared leave-one-out error over all measured pairs."""
        return float(np.nanmean(self.errors**2))


def gram(kernel: Doubles) -> Gram:
    """Take apart a symmetric n x n kernel matrix."""
    values, vectors = np.linalg.eigh(kernel)
    return Gram(np.maximum(values, 0), vectors)


def solve(of: Gram, target: Floats | Doubles, penalty: float) -> Duals:
    """Weights of every column of ``target``, n x D with NaN where not measured.

    G = (K + penalty)^-1 is shared by all columns; leaving out a column's unmeasured rows m is a Schur complement,
    (K_oo + penalty)^-1 = G_oo - G_om G_mm^-1 G_mo, and the error of row i left out is a_i / inverse_ii.
    """
    G = of.inverse(penalty)
    weights, errors = np.zeros(target.shape), np.full(target.shape, np.nan)
    for column in range(target.shape[1]):
        seen = np.isfinite(target[:, column])
        if not seen.any():
            continue
        cut = np.linalg.solve(G[np.ix_(~seen, ~seen)], G[np.ix_(~seen, seen)])
        across = G[np.ix_(seen, ~seen)]
        y = target[seen, column].astype(np.float64)
        a = G[np.ix_(seen, seen)] @ y - across @ (cut @ y)
        weights[seen, column] = a
        errors[seen, column] = a / (G[seen, seen] - np.einsum("om,mo->o", across, cut))
    return Duals(penalty, weights, errors)


def best(of: Gram, target: Floats | Doubles, penalties: Iterable[float]) -> Duals:
    """The solution whose penalty has the least leave-one-out error, one penalty for all columns."""
    return min((solve(of, target, penalty) for penalty in penalties), key=lambda each: each.error)
