"""One space of genes for lines and cells: one logarithm, the genes most variable in both, each gene to one scale.

Lines and cells differ in level and spread gene by gene (poly-A bulk against 3' counts), so each domain is brought to
mean 0 and spread 1 on its training rows, and stays in that frame: whoever else is scored changes nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.records import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]

PER = 1e4
"""A cell's values are brought to this sum before the logarithm, as both papers do by scanpy's default."""
FARTHEST = 10.0
"""Spreads from the mean beyond which a value counts as that far: a gene of three cells is far in each of them."""
FEWEST_GENES = 50


@dataclass(frozen=True)
class Scale:
    """Mean and spread of each gene over the training rows of one domain."""

    mean: Floats
    spread: Floats

    def __call__(self, levels: Floats) -> Floats:
        """(levels - mean) / spread, cut at +-FARTHEST; NaN (not measured) becomes the mean."""
        scaled = (levels - self.mean) / self.spread
        made: Floats = np.clip(np.nan_to_num(scaled, nan=0.0), -FARTHEST, FARTHEST).astype(np.float32)
        return made


def scale_of(levels: Floats) -> Scale:
    """The scale of some training rows (n x g, NaN where not measured); a gene without spread is left at zero."""
    there = np.isfinite(levels)
    count = np.maximum(there.sum(axis=0), 1)
    filled = np.where(there, levels, 0.0).astype(np.float64)
    mean = filled.sum(axis=0) / count
    variance = (np.where(there, levels - mean, 0.0) ** 2).sum(axis=0) / count
    spread = np.where(variance > 1e-12, np.sqrt(variance), np.inf)
    return Scale(mean.astype(np.float32), spread.astype(np.float32))


def cell_levels(values: "csr_matrix", totals: Doubles) -> "csr_matrix":
    """log(1 + 10,000 x value / total) of each cell, float32; the values are linear.

    Raises
    ------
    InputError
        The totals are no sums of these values: they may have been through a logarithm already.
    """
    from scipy.sparse import csr_matrix, diags

    sums = np.asarray(values.sum(axis=1), np.float64).ravel()
    if (sums > totals * 1.01 + 1e-6).any():
        raise InputError(
            "a cell's genes sum to more than the cell's total: values and totals are not on one scale",
            where="cells",
            remedy="read the file of the cells again, or name the unit: crescreen ingest FILE --unit counts",
        )
    made = csr_matrix(diags(PER / np.maximum(totals, 1e-9)) @ values, dtype=np.float32)
    return made.log1p()


def variable_genes(lines: Floats, cells: "csr_matrix", most: int) -> Rows:
    """Columns of the genes most variable in both domains, ascending.

    A gene's place is the mean of its two ranks: by variance over lines, and by variance over cells beyond what genes
    of the same mean have.

    Parameters
    ----------
    lines : L x g levels of training lines, NaN where not measured
    cells : n x g levels of training cells

    Raises
    ------
    InputError
        Fewer than 50 genes vary in both.
    """
    with np.errstate(invalid="ignore"):
        bulk = np.nan_to_num(np.nanvar(lines.astype(np.float64), axis=0))
    mean = np.asarray(cells.mean(axis=0), np.float64).ravel()
    variance = np.asarray(cells.multiply(cells).mean(axis=0), np.float64).ravel() - mean**2
    usable = np.flatnonzero((bulk > 1e-6) & (variance > 1e-9))
    if len(usable) < FEWEST_GENES:
        raise InputError(
            f"{len(usable)} genes vary in cell lines and in cells, at least {FEWEST_GENES} are needed",
            where="cells",
            remedy="check the genes' names; tables that resolve them are listed by: crescreen sources",
        )
    place = _ranks(bulk[usable]) + _ranks(_beyond_mean(mean[usable], variance[usable]))
    order = np.argsort(-place, kind="stable")[:most]
    return np.sort(usable[order])


def _ranks(values: Doubles) -> Doubles:
    ranks: Doubles = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)
    return ranks


def _beyond_mean(mean: Doubles, variance: Doubles) -> Doubles:
    """Variance over the median of genes of about the same mean, in twenty bins."""
    bins = (_ranks(mean) * 20 // len(mean)).astype(np.intp)
    middle = np.array([np.median(variance[bins == one]) if (bins == one).any() else 1.0 for one in range(20)])
    ratio: Doubles = variance / np.maximum(middle[bins], 1e-12)
    return ratio
