"""Scores of gene lists in cells, and whether two lists agree more than a list of random genes would.

A cell's score is the mean level of the list's genes less that of genes of about the same mean (Tirosh et al. 2016, as
scanpy's ``score_genes``). All genes of a bin stand for its level, where scanpy samples fifty: nothing is random then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
Genes = NDArray[np.intp]
BINS = 25
LISTS = 1_000
"""Random lists of ATSDP-NET's test."""
_AT_ONCE = 100


@dataclass(frozen=True)
class Agreement:
    """Scores of one list against those of another over cells."""

    correlation: float
    """Pearson's r."""
    p: float
    """Share of random lists, as long as the first, whose scores follow the second list's at least as closely."""
    random_mean: float
    random_high: float
    """97.5% of the random lists' correlations."""


class ModuleScores:
    """Scores over the same cells and genes.

    Parameters
    ----------
    levels : n x g, log(1 + molecules per 10,000)
    """

    def __init__(self, levels: "csr_matrix") -> None:
        self._levels = levels
        mean = np.asarray(levels.mean(axis=0), np.float64).ravel()
        self.usable = np.flatnonzero(mean > 0)
        """Genes that some cell has: those that random lists are made of."""
        places = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
        self._bins = places * BINS // max(len(mean), 1)

    def of(self, genes: Sequence[int] | Genes) -> Doubles:
        """Length n: the score of a list."""
        return self.of_several([np.asarray(genes, np.intp)])[:, 0]

    def of_several(self, lists: Sequence[Genes]) -> Doubles:
        """n x k: the scores of k lists."""
        weights = np.zeros((len(self._bins), len(lists)))
        for column, genes in enumerate(lists):
            weights[genes, column] = 1 / len(genes)
            beside = np.isin(self._bins, np.unique(self._bins[genes]))
            beside[genes] = False
            weights[beside, column] = -1 / max(int(beside.sum()), 1)
        found: Doubles = np.asarray(self._levels @ weights, np.float64)
        return found

    def agreement(self, mine: Genes, others: Genes, rng: np.random.Generator, lists: int = LISTS) -> Agreement:
        """Correlation of the scores of two lists, beside that of random lists as long as the first."""
        target = self.of(others)
        r = float(_correlations(self.of(mine)[:, None], target)[0])
        found = []
        for start in range(0, lists, _AT_ONCE):
            some = [rng.choice(self.usable, len(mine), replace=False) for _ in range(min(_AT_ONCE, lists - start))]
            found.append(_correlations(self.of_several(some), target))
        random = np.concatenate(found)
        p = (1 + int((random >= r).sum())) / (1 + lists)
        return Agreement(r, p, float(random.mean()), float(np.quantile(random, 0.975)))


def _correlations(scores: Doubles, target: Doubles) -> Doubles:
    """Pearson's r of each column with the target; 0 where one of the two is constant."""
    away, to = scores - scores.mean(axis=0), target - target.mean()
    size = np.sqrt((away**2).sum(axis=0) * (to**2).sum())
    found: Doubles = np.where(size > 1e-12, (to @ away) / np.maximum(size, 1e-12), 0.0)
    return found
