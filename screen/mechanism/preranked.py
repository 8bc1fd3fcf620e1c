"""Pre-ranked gene set enrichment analysis (Subramanian et al. 2005), as fgsea computes it (Korotkevich et al. 2021).

A set's enrichment score is the largest distance from zero of a walk down the ranking that climbs at each gene of the
set, by the gene's number, and falls at each other. Its null are random sets of the same size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from screen.mechanism.gene_input import GeneRanking
from screen.mechanism.random_subsets import random_subsets

PERMUTATIONS = 10_000
SEED = 42


@dataclass(frozen=True, kw_only=True)
class Enriched:
    """One set in the ranking."""

    name: str
    size: int
    """Genes of the set that are in the ranking."""
    es: float
    """Enrichment score, -1 to 1; above zero: towards the top of the ranking."""
    nes: float | None
    """Over the mean of random sets of this size on the same side of zero; None where none fell there."""
    p: float
    fdr: float
    leading_edge: tuple[str, ...]
    """Genes of the set up to where its walk is farthest from zero, from the end of the ranking that it leans to."""


@dataclass(frozen=True)
class Null:
    """Scores of random sets."""

    scores: NDArray[np.float64]
    """(sets, sizes)"""
    sizes: tuple[int, ...]

    def of(self, size: int) -> NDArray[np.float64]:
        """(sets,) scores at a size."""
        return self.scores[:, self.sizes.index(size)]


def enrichment_scores(stats: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Scores of sets of one size.

    Parameters
    ----------
    stats : (genes,) from the highest to the lowest
    places : (sets, size) places of their genes, ascending in each

    Returns
    -------
    (sets,) zero where the walk goes as far up as down
    """
    tops, bottoms = _walk(stats, places)
    high, low = tops.max(axis=1), bottoms.min(axis=1)
    return np.where(high == -low, 0.0, np.where(high > -low, high, low))


def _walk(stats: NDArray[np.float64], places: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(sets, size) heights just after and just before each gene of a set."""
    size = places.shape[1]
    steps = np.abs(stats)[places]
    total = steps.sum(axis=1, keepdims=True)
    # A set whose genes all have the number zero climbs evenly.
    steps = np.where(total > 0, steps, 1.0)
    total = np.where(total > 0, total, float(size))
    tops = np.cumsum(steps, axis=1) / total - (places - np.arange(size)) / (len(stats) - size)
    return tops, tops - steps / total


@lru_cache(maxsize=2)
def _sampled(genes: int, most: int, count: int, seed: int) -> NDArray[np.int64]:
    # Rankings of the same genes, as a drug's and its controls', have the same random sets.
    return np.array(list(random_subsets(genes, most, count, seed)))


def null_scores(stats: NDArray[np.float64], sizes: Sequence[int], count: int, seed: int) -> Null:
    """Scores of random sets of each size; those of a smaller size are the beginnings of the larger.

    Parameters
    ----------
    sizes : each under half of the genes
    """
    distinct = tuple(sorted(set(sizes)))
    scores = np.empty((count, len(distinct)))
    sampled = _sampled(len(stats), distinct[-1], count, seed)
    for column, size in enumerate(distinct):
        scores[:, column] = enrichment_scores(stats, np.sort(sampled[:, :size], axis=1))
    return Null(scores, distinct)


def enriched(
    genes: GeneRanking, sets: Mapping[str, frozenset[str]], *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> list[Enriched]:
    """Every set against the ranking, from the smallest FDR to the largest.

    p is the share of random sets at least as far out among those on the same side of zero, one added to both counts;
    it is adjusted over all sets tested (Benjamini and Hochberg 1995).

    Parameters
    ----------
    sets : name -> genes, each with under half of the ranking's genes and at least one
    """
    from scipy.stats import false_discovery_control

    place_of = {gene: place for place, gene in enumerate(genes.genes)}
    places = {name: np.array([sorted(place_of[g] for g in members if g in place_of)]) for name, members in sets.items()}
    if not places:
        return []
    null = null_scores(genes.stats, [found.shape[1] for found in places.values()], permutations, seed)
    scores = {name: float(enrichment_scores(genes.stats, found)[0]) for name, found in places.items()}
    p = [_p(scores[name], null.of(found.shape[1])) for name, found in places.items()]
    rows = [
        Enriched(
            name=name,
            size=found.shape[1],
            es=scores[name],
            nes=_normalised(scores[name], null.of(found.shape[1])),
            p=one,
            fdr=float(adjusted),
            leading_edge=_leading_edge(genes, found),
        )
        for (name, found), one, adjusted in zip(places.items(), p, false_discovery_control(p), strict=True)
    ]
    return sorted(rows, key=lambda row: (row.fdr, -abs(row.nes or 0.0), row.name))


def _p(score: float, null: NDArray[np.float64]) -> float:
    if score > 0:
        return float((1 + (null >= score).sum()) / (1 + (null >= 0).sum()))
    return float((1 + (null <= score).sum()) / (1 + (null <= 0).sum()))


def _normalised(score: float, null: NDArray[np.float64]) -> float | None:
    side = null[null >= 0] if score > 0 else null[null <= 0]
    mean = float(side.mean()) if len(side) else 0.0
    return score / abs(mean) if mean else None


def _leading_edge(genes: GeneRanking, places: NDArray[np.int64]) -> tuple[str, ...]:
    tops, bottoms = _walk(genes.stats, places)
    if tops.max() > -bottoms.min():
        chosen = places[0, : int(tops.argmax()) + 1]
    else:
        chosen = places[0, int(bottoms.argmin()) :][::-1]
    return tuple(genes.genes[place] for place in chosen)
