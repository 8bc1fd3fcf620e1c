"""How cells of a real file scatter: molecules a cell, dispersion, dropout and ambient molecules, estimated.

A gene's molecules in a cell of one kind are taken as negative binomial about (molecules of the cell) x (share of the
gene), variance mu + dispersion x mu^2, with a share of zeros beyond that (dropout), the same for every gene. A zero-
inflated negative binomial of mean m has the variance m + ((1 + dispersion) / (1 - dropout) - 1) m^2, from which one is
told from the other. Ambient molecules come from the liquid around the cells and have the mean profile of all cells: a
gene that one kind of cell does not make is found in it at (ambient share) x (its share of all molecules), so that the
smallest of these ratios bound the ambient share from above (as in SoupX, Young and Behjati 2020, here without the
empty droplets that a filtered file lacks).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix, Doubles
from screen.cells.clustering import cluster
from screen.cells.quality import WHOLE_FILE
from screen.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LEAST = 40
"""Cells of a kind from which its dispersion is estimated."""
_KNOTS = 101
_MEAN = 0.5
"""Mean molecules of a gene in a kind of cell from which zeros and variance tell dropout from dispersion."""
_FEWEST_PAIRS = 30
_EXPECTED = 100.0
"""Molecules of a gene expected in a kind of cell if it were all ambient: below, the ratio is mostly chance."""
_FEWEST_MARKERS = 40
_MOST_AMBIENT = 0.2
"""Of a larger share no kind of cell lacks what another makes, and the ratios say nothing of ambient molecules."""
_NEARLY_ALL = 0.9
"""Share of a cell's molecules in the genes of a short file from which on its totals are those genes' alone."""
_LOWEST = 0.05
"""Quantile of the genes' smallest ratios that is taken for the ambient share."""
_ROUNDS = 8

Ints = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class CellNoise:
    """What simulated cells take over from a real file."""

    cells: int
    kinds: int
    """Kinds of cells with ``LEAST`` or more, each of which was looked at by itself."""
    depth: tuple[float, ...]
    """Molecules a cell over its whole transcriptome: quantiles 0, 0.01 ... 1."""
    whole: bool
    """Whether the file tells molecules of whole cells: false of a file cut to some genes without a column of totals."""
    dispersion: float
    dropout: float
    ambient: float | None
    """Share of a cell's molecules; an upper bound. ``None``: nothing in the file says it."""

    @property
    def median_depth(self) -> float:
        """Molecules of the middle cell."""
        return self.depth[_KNOTS // 2]

    def at_depth(self, median: float) -> "CellNoise":
        """The same noise in cells of another median depth."""
        times = median / max(self.median_depth, 1e-9)
        return replace(self, depth=tuple(one * times for one in self.depth), whole=True)


@dataclass(frozen=True)
class KindStatistics:
    """Moments of k kinds of cells over g genes."""

    shares: Doubles
    """k x g: of a kind's molecules."""
    means: Doubles
    """k x g: molecules a cell."""
    excess: Doubles
    """k x g: (variance - mean) / mean^2 about each cell's own expectation."""
    zeros: Doubles
    """k x g: share of cells without a molecule of the gene."""
    totals: Doubles
    """Length k: molecules of all its cells."""
    soup: Doubles
    """Length g: share of all molecules of the file."""


def estimate_noise(matrix: CellMatrix, kinds: Ints) -> CellNoise:
    """Estimate the noise of a file of counts.

    Parameters
    ----------
    kinds : length n, which kind each cell is of (:func:`kinds_of`); -1 of too few to be looked at

    Raises
    ------
    InputError
        No counts; no kind of cell with enough cells; or cells too shallow for variance and zeros to tell anything.
    """
    if matrix.unit != "counts":
        raise InputError(
            f"values in {matrix.unit.upper()} do not say how many molecules a cell had",
            where="--like",
            remedy="give a file of counts, e.g. Cell Ranger's filtered_feature_bc_matrix.h5",
        )
    found = statistics_of(matrix, kinds)
    enough = found.means >= _MEAN
    if int(enough.sum()) < _FEWEST_PAIRS:
        raise InputError(
            f"{int(enough.sum())} genes have {_MEAN} molecules a cell in any of {len(found.totals)} kinds of cells: "
            "too few to estimate dispersion and dropout",
            where="--like",
            remedy="give the whole file, with all genes and some hundred cells",
        )
    dispersion, dropout = _dispersion_and_dropout(found, enough, matrix.totals, kinds)
    sums = np.asarray(matrix.values.sum(axis=1), np.float64).ravel()
    cut = len(matrix.genes) < WHOLE_FILE and float(np.median(sums / matrix.totals)) > _NEARLY_ALL
    return CellNoise(
        cells=len(matrix),
        kinds=len(found.totals),
        depth=tuple(map(float, np.quantile(matrix.totals, np.linspace(0, 1, _KNOTS)))),
        whole=not cut,
        dispersion=dispersion,
        dropout=dropout,
        ambient=_ambient(found),
    )


def kinds_of(matrix: CellMatrix, seed: int) -> Ints:
    """Kinds of cells: the file's cell types where ``LEAST`` cells have one, else clusters; -1: of a rarer type."""
    named = [str(one) if one is not None else "" for one in matrix.cells["cell_type"]]
    frequent = sorted(name for name, cells in Counter(named).items() if name and cells >= LEAST)
    if frequent:
        place = {name: number for number, name in enumerate(frequent)}
        return np.array([place.get(name, -1) for name in named], np.intp)
    return cluster(matrix, seed, least=LEAST, resamples=0).labels


def statistics_of(matrix: CellMatrix, kinds: Ints) -> KindStatistics:
    """Moments of each kind of cell, about what a cell's molecules and the kind's mean profile lead to expect.

    Raises
    ------
    InputError
        No kind of cell has enough cells.
    """
    names = [one for one in np.unique(kinds).tolist() if one >= 0 and (kinds == one).sum() >= LEAST]
    if not names:
        raise InputError(f"fewer than {LEAST} cells of one kind", where="--like", remedy="give the whole file")
    parts = [_moments(matrix.values[kinds == one], matrix.totals[kinds == one]) for one in names]
    shares, means, excess, zeros = (np.stack(column) for column in zip(*parts, strict=True))
    soup = np.asarray(matrix.values.sum(axis=0), np.float64).ravel() / matrix.totals.sum()
    totals = np.array([matrix.totals[kinds == one].sum() for one in names])
    return KindStatistics(shares, means, excess, zeros, totals, soup)


def _moments(values: "csr_matrix", totals: Doubles) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    n = len(totals)
    wide = values.astype(np.float64)
    sums = np.asarray(wide.sum(axis=0)).ravel()
    shares = sums / totals.sum()
    squares = np.asarray(wide.multiply(wide).sum(axis=0)).ravel()
    crossed = np.asarray(wide.T @ totals).ravel()
    expected = shares**2 * float(totals @ totals)
    spread = squares - 2 * shares * crossed + expected - sums
    zeros = 1 - wide.getnnz(axis=0) / n
    return shares, sums / n, spread / np.maximum(expected, 1e-12), zeros


def _dispersion_and_dropout(
    found: KindStatistics, enough: NDArray[np.bool_], totals: Doubles, kinds: Ints
) -> tuple[float, float]:
    """By turns: the dispersion that the variance leaves after dropout, the dropout that the zeros leave after it."""
    middle = max(float(np.median(found.excess[enough])), 0.0)
    relative = totals[kinds >= 0] / totals[kinds >= 0].mean()
    depths = np.quantile(relative, np.linspace(0.025, 0.975, 20))
    means, zeros = found.means[enough], found.zeros[enough]
    dropout, dispersion = 0.0, middle
    for _ in range(_ROUNDS):
        dispersion = max((1 + middle) * (1 - dropout) - 1, 0.0)
        without = zeros_expected(means / (1 - dropout), dispersion, depths)
        dropout = float(np.clip(np.mean((zeros - without) / (1 - without)), 0.0, 0.5))
    return dispersion, dropout


def zeros_expected(means: Doubles, dispersion: float, depths: Sequence[float] | Doubles = (1.0,)) -> Doubles:
    """Share of zeros of a negative binomial of these means, averaged over cells of relative depths."""
    at = means[..., None] * np.asarray(depths)
    zero = np.exp(-at) if dispersion <= 0 else (1 + dispersion * at) ** (-1 / dispersion)
    averaged: Doubles = zero.mean(axis=-1)
    return averaged


def _ambient(found: KindStatistics) -> float | None:
    """A low quantile, over genes, of the smallest ratio of a gene's share in a kind of cell to its share of all."""
    if len(found.totals) < 2:
        return None
    expected = found.soup * found.totals[:, None]
    ratio = np.where(expected >= _EXPECTED, found.shares / np.maximum(found.soup, 1e-12), np.inf).min(axis=0)
    known = ratio[np.isfinite(ratio)]
    if len(known) < _FEWEST_MARKERS:
        return None
    share = float(np.quantile(known, _LOWEST))
    return share if share <= _MOST_AMBIENT else None
