"""Two drugs compared as DeepCRE does: principal components of the most variable genes, and differential genes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.mechanism.signatures import Signatures

VARIABLE = 2000
COMPONENTS = 50
_LEAST = 3
"""Wells of each drug from which on genes are tested."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A well in the plane of the first two components."""

    group: str
    dose: float | None
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Components:
    """Principal components of the wells of two drugs and the vehicle."""

    genes: int
    """Most variable ones, of at most 2,000."""
    components: int
    """At most 50."""
    explained: tuple[float, ...]
    """Share of the variance, of each component."""
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class GeneDifference:
    """A gene between two drugs."""

    gene: str
    difference: float
    """Mean of the first drug's wells less the second's."""
    t: float
    p: float
    fdr: float


def wells_of(signatures: Signatures, key: str, cell: str) -> list[int]:
    """Places of a drug's wells in one cell line."""
    return [i for i, well in enumerate(signatures.wells) if well.key == key and well.cell == cell and not well.vehicle]


def vehicle_wells(signatures: Signatures, cell: str) -> list[int]:
    """Places of the vehicle's wells in one cell line."""
    return [i for i, well in enumerate(signatures.wells) if well.vehicle and well.cell == cell]


def components(signatures: Signatures, groups: Sequence[tuple[str, list[int]]]) -> Components:
    """Principal components of some wells.

    Parameters
    ----------
    groups : name and places of the wells of each, three wells together at least
    """
    places = [place for _, of_group in groups for place in of_group]
    values = signatures.well_values[places]
    chosen = np.argsort(-values.var(axis=0), kind="stable")[:VARIABLE]
    centred = values[:, chosen] - values[:, chosen].mean(axis=0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    count = min(COMPONENTS, len(places) - 1, len(chosen))
    # The sign of a component is arbitrary: the well farthest out is on its positive side.
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])])
    at = (left * signs * size)[:, :2]
    share = size**2 / (size**2).sum()
    names = [name for name, of_group in groups for _ in of_group]
    points = tuple(
        Point(group=name, dose=signatures.wells[place].dose, x=float(row[0]), y=float(row[1]))
        for name, place, row in zip(names, places, at, strict=True)
    )
    return Components(
        genes=len(chosen), components=count, explained=tuple(float(one) for one in share[:count]), points=points
    )


def differential(signatures: Signatures, first: list[int], second: list[int]) -> list[GeneDifference]:
    """Welch's t test of every gene between two groups of wells, p adjusted over all genes; the smallest p first.

    Empty with fewer than three wells of either.
    """
    from scipy.stats import false_discovery_control

    if min(len(first), len(second)) < _LEAST:
        return []
    difference, t, p = _welch(signatures.well_values[first], signatures.well_values[second])
    fdr = false_discovery_control(p)
    rows = [
        GeneDifference(gene=gene, difference=float(d), t=float(one), p=float(q), fdr=float(f))
        for gene, d, one, q, f in zip(signatures.genes, difference, t, p, fdr, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.p, row.gene))


def genes_that_differ(signatures: Signatures, first: list[int], second: list[int]) -> int | None:
    """How many genes differ at an FDR under 5%; None with fewer than three wells of either."""
    rows = differential(signatures, first, second)
    return sum(row.fdr < 0.05 for row in rows) if rows else None


def _welch(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    from scipy.stats import t as student

    difference = first.mean(axis=0) - second.mean(axis=0)
    a, b = first.var(axis=0, ddof=1) / len(first), second.var(axis=0, ddof=1) / len(second)
    both = np.maximum(a + b, 1e-12)
    freedom = both**2 / np.maximum(a**2 / (len(first) - 1) + b**2 / (len(second) - 1), 1e-24)
    t = difference / np.sqrt(both)
    return difference, t, 2 * student.sf(np.abs(t), np.maximum(freedom, 1.0))
