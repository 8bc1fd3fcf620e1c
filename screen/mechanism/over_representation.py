"""Over-representation: does a list of genes overlap a set by more than chance?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OverRepresented:
    """One set against the list."""

    name: str
    size: int
    """Genes of the set that are in the background."""
    overlap: int
    expected: float
    """Overlap of as many genes sampled from the background, on average."""
    p: float
    fdr: float
    genes: tuple[str, ...]
    """The overlap."""


def over_represented(
    genes: Collection[str], sets: Mapping[str, frozenset[str]], background: Collection[str]
) -> list[OverRepresented]:
    """One-sided hypergeometric test (Fisher 1935) of every set, p adjusted over all (Benjamini and Hochberg 1995).

    Parameters
    ----------
    genes : the list; what is not in the background is left out
    sets : name -> genes, each cut to the background; sets without a gene there are not tested
    background : genes that could have been in the list

    Returns
    -------
    from the smallest p to the largest; p is ``scipy.stats.hypergeom.sf(overlap - 1, background, size, list)``
    """
    from scipy.stats import false_discovery_control, hypergeom

    everything, chosen = frozenset(background), frozenset(genes) & frozenset(background)
    cut = {name: members & everything for name, members in sets.items()}
    cut = {name: members for name, members in cut.items() if members}
    if not cut:
        return []
    shared = {name: tuple(sorted(members & chosen)) for name, members in cut.items()}
    p = [
        float(hypergeom.sf(len(shared[name]) - 1, len(everything), len(members), len(chosen)))
        for name, members in cut.items()
    ]
    found = [
        OverRepresented(
            name=name,
            size=len(members),
            overlap=len(shared[name]),
            expected=len(members) * len(chosen) / len(everything),
            p=one,
            fdr=float(adjusted),
            genes=shared[name],
        )
        for (name, members), one, adjusted in zip(cut.items(), p, false_discovery_control(p), strict=True)
    ]
    return sorted(found, key=lambda row: (row.p, -row.overlap, row.name))
