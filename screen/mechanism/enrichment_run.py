"""Enrichment as one step: a user's genes against a user's gene sets. No store is read or written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.mechanism.gene_input import GeneList, GeneRanking, read_genes
from screen.mechanism.gene_sets import GeneSets, read_gene_sets
from screen.mechanism.over_representation import OverRepresented, over_represented
from screen.mechanism.preranked import PERMUTATIONS, SEED, Enriched, enriched


@dataclass(frozen=True)
class SizeLimits:
    """Sets are tested whose genes among those at hand are as many."""

    least: int = 10
    most: int = 500


@dataclass(frozen=True, kw_only=True)
class Enrichment:
    """Every set tested, and what is to be known of the test."""

    method: str
    genes_file: str
    genes_sha256: str
    sets_file: str
    sets_sha256: str
    genes: int
    """In the list or the ranking."""
    matched: int
    """Of these, in any set."""
    background: int
    """Genes that the test is about: the background of a list, the whole of a ranking."""
    background_from: str
    sets: int
    """In the file."""
    tested: int
    too_small: int
    too_large: int
    permutations: int | None
    seed: int | None
    smallest_p: float | None
    """No p can be smaller: one over the random sets on a side, and one."""
    notes: tuple[str, ...]
    rows: tuple[OverRepresented, ...] | tuple[Enriched, ...]


def enrichment(
    genes: Path,
    sets: Path,
    background: Path | None = None,
    limits: SizeLimits | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Enrichment:
    """Over-representation of a gene list, or pre-ranked GSEA of a ranking, in every set of a GMT.

    Parameters
    ----------
    genes : one gene a line, or gene and number
    background : one gene a line, for a list: genes that could have been in it; default: every gene of the sets

    Raises
    ------
    InputError
        A file that cannot be read, genes of which none is in a set, no set within the limits, limits that exclude all,
        a background for a ranking.
    """
    limits = limits or SizeLimits()
    _check(limits, permutations)
    given, library = read_genes(genes), read_gene_sets(sets)
    matched = library.genes & frozenset(given.genes)
    if not matched:
        raise InputError(
            f"none of its {len(given.genes)} genes, such as {given.genes[0]!r}, is in a set of {sets}",
            where=str(genes),
            remedy=f"both have to name genes in one way; the sets have {min(library.genes)!r}",
        )
    if isinstance(given, GeneRanking):
        if background is not None:
            raise InputError("a ranking is its own background", where="--background", remedy="leave it out")
        return of_ranking(given, library, genes, limits, permutations, seed)
    return _of_list(given, library, genes, background, limits)


def _check(limits: SizeLimits, permutations: int) -> None:
    if not 1 <= limits.least <= limits.most:
        raise InputError(
            f"{limits.least} to {limits.most} genes a set",
            where="--min-size",
            remedy="at least 1, and not over --max-size",
        )
    if not 100 <= permutations <= 1_000_000:
        raise InputError(f"{permutations} permutations", where="--permutations", remedy="100 to 1,000,000")


def of_ranking(
    given: GeneRanking, library: GeneSets, source: Path, limits: SizeLimits, permutations: int, seed: int
) -> Enrichment:
    """Pre-ranked GSEA of a ranking that is at hand; see :func:`enrichment`."""
    n = len(given.genes)
    most = min(limits.most, (n - 1) // 2)
    tested, small, large = _within(library, frozenset(given.genes), limits.least, most, source)
    notes = [f"{given.ties} genes share their number with another: their order among each other is by name"] * bool(
        given.ties
    )
    notes += [f"sets of over {most} genes, half of the ranking, are not tested"] * (most < limits.most and large > 0)
    rows = tuple(enriched(given, tested, permutations=permutations, seed=seed))
    return Enrichment(
        method="pre-ranked GSEA",
        genes_file=str(source),
        genes_sha256=_digest(source),
        sets_file=library.file,
        sets_sha256=library.sha256,
        genes=n,
        matched=len(library.genes & frozenset(given.genes)),
        background=n,
        background_from="the ranking",
        sets=len(library.sets),
        tested=len(rows),
        too_small=small,
        too_large=large,
        permutations=permutations,
        seed=seed,
        smallest_p=1 / (permutations + 1),
        notes=(*library.notes, *notes),
        rows=rows,
    )


def _of_list(
    given: GeneList, library: GeneSets, source: Path, background: Path | None, limits: SizeLimits
) -> Enrichment:
    everything = library.genes if background is None else frozenset(read_genes(background).genes)
    chosen = frozenset(given.genes) & everything
    if not chosen:
        raise InputError(
            "none of the list's genes is in it", where=str(background), remedy="the background holds the list's genes"
        )
    tested, small, large = _within(library, everything, limits.least, limits.most, source)
    outside = len(given.genes) - len(chosen)
    rows = tuple(over_represented(chosen, tested, everything))
    default = "every gene of the sets (--background names the genes that could have been in the list)"
    return Enrichment(
        method="over-representation",
        genes_file=str(source),
        genes_sha256=_digest(source),
        sets_file=library.file,
        sets_sha256=library.sha256,
        genes=len(given.genes),
        matched=len(library.genes & frozenset(given.genes)),
        background=len(everything),
        background_from=default if background is None else str(background),
        sets=len(library.sets),
        tested=len(rows),
        too_small=small,
        too_large=large,
        permutations=None,
        seed=None,
        smallest_p=None,
        notes=(*library.notes, *([f"of the list, left out as not in the background: {outside}"] * bool(outside))),
        rows=rows,
    )


def _within(
    library: GeneSets, genes: frozenset[str], least: int, most: int, source: Path
) -> tuple[dict[str, frozenset[str]], int, int]:
    cut = {name: members & genes for name, members in library.sets.items()}
    tested = {name: members for name, members in cut.items() if least <= len(members) <= most}
    small = sum(len(members) < least for members in cut.values())
    if not tested:
        raise InputError(
            f"no set of {library.file} has {least} to {most} of its genes; the most is {max(map(len, cut.values()))}",
            where=str(source),
            remedy="lower --min-size, or bring more genes",
        )
    return tested, small, len(cut) - len(tested) - small


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
