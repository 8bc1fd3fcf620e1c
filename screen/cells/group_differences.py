"""Genes that differ between two groups of cells: Wilcoxon's rank sums, Benjamini and Hochberg, scanpy's fold change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
Marks = NDArray[np.bool_]
FEWEST = 10
"""Cells of a group that is compared."""
TOP, ALPHA = 50, 0.05
"""Genes of a list, and the adjusted p below which a gene may stand in it, as both papers have them."""
_COLUMNS = 500


@dataclass(frozen=True)
class Differences:
    """Of g genes: the first group against the second."""

    p: Doubles
    adjusted: Doubles
    """Benjamini and Hochberg over all genes."""
    higher: Marks
    """Whether the ranks of the first group are the higher."""
    log_fold: Doubles
    """log2 of the ratio of the mean molecules per 10,000, as scanpy has it; positive: higher in the first group."""
    fractions: tuple[Doubles, Doubles]
    """Share of either group's cells in which the gene is seen."""

    def top(self, first: bool, most: int = TOP) -> NDArray[np.intp]:
        """Columns of the genes that run higher in one of the groups, adjusted p below 0.05, the surest first."""
        there = np.flatnonzero((self.adjusted < ALPHA) & (self.higher == first))
        order = np.lexsort((there, -np.abs(self.log_fold[there]), self.p[there]))
        return there[order][:most]


def rank_sums(values: Doubles, first: Marks) -> tuple[Doubles, Marks]:
    """Two-sided p of Wilcoxon's rank sums of each column, ties corrected for; and where the first group is higher.

    Parameters
    ----------
    values : n x g
    first : length n
    """
    from scipy.stats import mannwhitneyu

    one, two = values[first], values[~first]
    found = mannwhitneyu(one, two, axis=0, method="asymptotic")
    higher = np.asarray(found.statistic > len(one) * len(two) / 2)
    return np.nan_to_num(np.asarray(found.pvalue, np.float64), nan=1.0), higher


def differences(levels: "csr_matrix", first: Marks) -> Differences:
    """Compare two groups of cells.

    Parameters
    ----------
    levels : n x g, log(1 + molecules per 10,000)
    first : length n: the first group; the other cells are the second
    """
    from scipy.stats import false_discovery_control

    columns = levels.tocsc()
    p, higher = np.ones(levels.shape[1]), np.zeros(levels.shape[1], np.bool_)
    for start in range(0, levels.shape[1], _COLUMNS):
        part = slice(start, start + _COLUMNS)
        p[part], higher[part] = rank_sums(columns[:, part].toarray().astype(np.float64), first)
    means, fractions = [], []
    for rows in (np.flatnonzero(first), np.flatnonzero(~first)):
        mine = levels[rows]
        means.append(np.asarray(mine.mean(axis=0), np.float64).ravel())
        fractions.append(np.asarray((mine > 0).mean(axis=0), np.float64).ravel())
    log_fold = np.log2((np.expm1(means[0]) + 1e-9) / (np.expm1(means[1]) + 1e-9))
    return Differences(p, false_discovery_control(p), higher, log_fold, (fractions[0], fractions[1]))
