"""Molecules drawn for simulated cells with the noise of a real file, and how far they resemble that file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from screen.cells.cell_matrix import CellMatrix, Doubles
from screen.cells.cell_noise import CellNoise, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_AT_ONCE = 4_000_000
"""Values of a dense part in memory together."""
_COMPARED_CELLS, _COMPARED_GENES = 2_000, 2_000
_SEEN = 0.1
"""Mean molecules a cell from which a gene's variance is compared."""


@dataclass(frozen=True, kw_only=True)
class Resemblance:
    """Cells simulated from the real file's own mean profiles beside the real cells."""

    depth_apart: float
    """Largest distance of the two distributions of molecules a cell (Kolmogorov-Smirnov)."""
    zeros_apart: float
    """Mean over genes of the distance of the two shares of cells without a molecule."""
    variance_ratio: float
    """Median over genes of simulated over real variance."""
    variance_correlation: float
    """Of the logarithms of both variances over genes."""


def draw_counts(
    profiles: Doubles, whose: Ints, totals: Doubles, noise: CellNoise, ambient: float, rng: Generator
) -> "csr_matrix":
    """Molecules of n cells, n x g.

    Parameters
    ----------
    profiles : k x g, shares of a whole cell's molecules
    whose : length n, the profile of each cell
    totals : length n, molecules of each cell
    ambient : share of each cell's molecules that have the mean profile of all cells
    """
    from scipy.sparse import csr_matrix, vstack

    weights = np.bincount(whose, weights=totals, minlength=len(profiles))
    mixed = (1 - ambient) * profiles + ambient * (weights @ profiles / weights.sum())
    step = max(1, _AT_ONCE // profiles.shape[1])
    parts = []
    for start in range(0, len(whose), step):
        rows = slice(start, start + step)
        expected = mixed[whose[rows]] * totals[rows, None] / (1 - noise.dropout)
        if noise.dispersion > 1e-6:
            expected *= rng.gamma(1 / noise.dispersion, noise.dispersion, expected.shape)
        drawn = rng.poisson(expected).astype(np.float32)
        drawn[rng.random(drawn.shape, np.float32) < noise.dropout] = 0
        parts.append(csr_matrix(drawn))
    return vstack(parts, format="csr")


def draw_depths(cells: int, noise: CellNoise, rng: Generator) -> Doubles:
    """Molecules of each of ``cells`` cells, distributed as in the real file."""
    places = np.linspace(0, 1, len(noise.depth))
    return np.maximum(np.round(np.interp(rng.random(cells), places, noise.depth)), 1.0)


def resemblance(matrix: CellMatrix, kinds: Ints, noise: CellNoise, rng: Generator) -> Resemblance:
    """Simulate the real file from its kinds' mean profiles and compare.

    Parameters
    ----------
    noise : as estimated from ``matrix``, at its depth
    """
    rows = np.flatnonzero(kinds >= 0)
    rows = rows[:: -(-len(rows) // _COMPARED_CELLS)]
    order = np.argsort(-np.asarray(matrix.values[rows].sum(axis=0)).ravel(), kind="stable")
    columns = np.sort(order[:_COMPARED_GENES]).astype(np.intp)
    real, whose = matrix.take(rows).with_genes(columns), kinds[rows]
    profiles = np.zeros((int(whose.max()) + 1, len(columns)))
    for kind in np.unique(whose):
        profiles[kind] = (
            np.asarray(real.values[whose == kind].sum(axis=0), np.float64) / real.totals[whose == kind].sum()
        )
    totals = draw_depths(len(rows), noise, rng)
    # The real profiles hold their ambient molecules already.
    simulated = draw_counts(profiles, whose, totals, noise, 0.0, rng)
    return _compared(real, simulated, totals)


def _compared(real: CellMatrix, simulated: "csr_matrix", totals: Doubles) -> Resemblance:
    from scipy.stats import ks_2samp

    zeros = [1 - one.getnnz(axis=0) / one.shape[0] for one in (real.values, simulated)]
    means, spreads = [], []
    for one in (real.values, simulated):
        wide = one.astype(np.float64)
        mean = np.asarray(wide.mean(axis=0)).ravel()
        means.append(mean)
        spreads.append(np.asarray(wide.multiply(wide).mean(axis=0)).ravel() - mean**2)
    seen = (means[0] >= _SEEN) & (means[1] > 0)
    logs = np.log(np.maximum(spreads[0][seen], 1e-9)), np.log(np.maximum(spreads[1][seen], 1e-9))
    return Resemblance(
        depth_apart=float(ks_2samp(real.totals, totals).statistic),
        zeros_apart=float(np.abs(zeros[0] - zeros[1]).mean()),
        variance_ratio=float(np.exp(np.median(logs[1] - logs[0]))),
        variance_correlation=float(np.corrcoef(*logs)[0, 1]),
    )
