"""The parts of an illustration: pathways, a user's genes, two drugs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.mechanism.enrichment_run import SizeLimits, of_ranking
from screen.mechanism.gene_input import GeneList, GeneRanking, ranking, read_genes
from screen.mechanism.gene_sets import read_gene_sets
from screen.mechanism.preranked import enriched
from screen.mechanism.signature_records import Pathways, QueryMatch, TwoDrugs
from screen.mechanism.signatures import Signatures
from screen.mechanism.similar import controls, correlations
from screen.mechanism.similar import parts as mechanisms_of
from screen.mechanism.two_drugs import (
    GeneDifference,
    components,
    differential,
    genes_that_differ,
    vehicle_wells,
    wells_of,
)

__all__ = ["OneDrug", "matches", "mechanisms_of", "pathways", "two_drugs"]

_PERMUTATIONS = 2000
_LIMITS = SizeLimits(10, 500)


@dataclass(frozen=True)
class OneDrug:
    """The drug in question among the signatures of its cell line."""

    signatures: Signatures
    places: dict[str, int]
    """Of each drug's signature at its highest dose, by the drug's key."""
    key: str
    control: tuple[str, ...]
    """Keys of the control drugs."""
    cell: str
    seed: int

    @property
    def values(self) -> NDArray[np.float64]:
        """(genes,) its signature."""
        return np.asarray(self.signatures.values[self.places[self.key]])

    def ranked(self, values: NDArray[np.float64]) -> GeneRanking:
        """The genes by some values (genes,)."""
        return ranking(dict(zip(self.signatures.genes, values.tolist(), strict=True)))


def pathways(one: OneDrug, sets: Path) -> Pathways:
    """Gene sets that the drug's signature leans to, and how many each control drug's has."""
    values = one.signatures.values
    return _pathways(one, sets, one.values, [values[one.places[control]] for control in one.control])


def _pathways(
    one: OneDrug, sets: Path, values: NDArray[np.float64], control: Sequence[NDArray[np.float64]]
) -> Pathways:
    library = read_gene_sets(sets)
    if not library.genes & frozenset(one.signatures.genes):
        raise InputError(
            f"none of its genes, such as {min(library.genes)!r}, is in the profiles",
            where=str(sets),
            remedy=f"both have to name genes in one way; the profiles have {one.signatures.genes[0]!r}",
        )
    runs = [of_ranking(one.ranked(row), library, sets, _LIMITS, _PERMUTATIONS, one.seed) for row in (values, *control)]
    below = [sum(row.fdr < 0.05 for row in run.rows) for run in runs]
    return Pathways(found=runs[0], below=below[0], control=tuple(below[1:]))


def matches(one: OneDrug, query: Path) -> tuple[QueryMatch, ...]:
    """A user's genes in every drug's signature; the control is every other drug and random genes.

    Raises
    ------
    InputError
        None of the genes is in the profiles.
    """
    from scipy.stats import false_discovery_control

    given = read_genes(query)
    shared = [gene for gene in given.genes if gene in set(one.signatures.genes)]
    if not shared or (len(shared) >= len(one.signatures.genes) / 2 and isinstance(given, GeneList)):
        raise InputError(
            f"{len(shared)} of its {len(given.genes)} genes are among the {len(one.signatures.genes)} of the profiles",
            where=str(query),
            remedy="a list has at least one of them and under half; name genes as the profiles do",
        )
    keys = sorted(one.places)
    found = [
        _of_list(one, key, frozenset(shared)) if isinstance(given, GeneList) else _of_ranking(one, key, given)
        for key in keys
    ]
    fdr = false_discovery_control([p for _, p in found])
    order = sorted(range(len(keys)), key=lambda i: (-found[i][0], keys[i]))
    return tuple(
        QueryMatch(
            drug=one.signatures.rows[one.places[keys[i]]].drug,
            rank=rank,
            score=found[i][0],
            p=found[i][1],
            fdr=float(fdr[i]),
        )
        for rank, i in enumerate(order, 1)
    )


def _of_list(one: OneDrug, key: str, genes: frozenset[str]) -> tuple[float, float]:
    ranked = one.ranked(one.signatures.values[one.places[key]])
    (row,) = enriched(ranked, {"query": genes}, permutations=_PERMUTATIONS, seed=one.seed)
    return row.es, row.p


def _of_ranking(one: OneDrug, key: str, given: GeneRanking) -> tuple[float, float]:
    from scipy.stats import spearmanr

    stat = dict(zip(given.genes, given.stats.tolist(), strict=True))
    shared = [i for i, gene in enumerate(one.signatures.genes) if gene in stat]
    mine = one.signatures.values[one.places[key]][shared]
    found = spearmanr(mine, [stat[one.signatures.genes[i]] for i in shared])
    return float(found.statistic), float(found.pvalue) if np.isfinite(found.pvalue) else 1.0


def two_drugs(one: OneDrug, other: str, mates: frozenset[str], sets: Path | None) -> TwoDrugs:
    """Two drugs compared over all their wells; the control are 20 drugs of the other's strength in its place."""
    made, places = one.signatures, one.places
    control = [key for key in controls(made, places, other, mates | {one.key}, one.seed) if key != other]
    first, second = wells_of(made, one.key, one.cell), wells_of(made, other, one.cell)
    vehicle = vehicle_wells(made, one.cell)
    rows = made.rows
    groups = [(rows[places[one.key]].drug, first), (rows[places[other]].drug, second), ("vehicle", vehicle)]
    genes = differential(made, first, second)
    of_controls = [differential(made, first, wells_of(made, key, one.cell)) for key in control] if genes else []
    of_pathways = None
    if sets is not None and genes:
        statistics = [_by_gene(one, rows) for rows in (genes, *of_controls) if rows]
        of_pathways = _pathways(one, sets, statistics[0], statistics[1:])
    differ = [genes_that_differ(made, first, wells_of(made, key, one.cell)) for key in control]
    compared = correlations(made.values[[places[key] for key in (other, *control)]], one.values)
    return TwoDrugs(
        against=rows[places[other]].drug,
        signature=rows[places[other]],
        correlation=float(compared[0]),
        control_correlations=tuple(float(value) for value in compared[1:]),
        wells=(len(first), len(second)),
        components=components(made, groups) if len(first) + len(second) + len(vehicle) >= 4 else None,
        genes=tuple(genes),
        differ=sum(row.fdr < 0.05 for row in genes) if genes else None,
        control_differ=tuple(count for count in differ if count is not None),
        pathways=of_pathways,
    )


def _by_gene(one: OneDrug, rows: Sequence[GeneDifference]) -> NDArray[np.float64]:
    t = {row.gene: row.t for row in rows}
    return np.array([t[gene] for gene in one.signatures.genes])
