"""Few drugs that rank high and are not the same answer: maximal marginal relevance (Carbonell & Goldstein 1998)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.organoid.candidates import Candidate

RELEVANCE = 0.6
"""Weight of relevance; the rest is the weight of being dissimilar to what is in already."""
SAME_PATHWAY = 0.5
"""Similarity of two drugs known to share nothing but their pathway."""
_VAGUE = {"", "other", "unclassified", "other, kinases"}

RULE = (
    f"maximal marginal relevance: each next drug has the highest {RELEVANCE} × relevance − {1 - RELEVANCE:.1f} × "
    "similarity to the most similar drug already in. Relevance falls evenly from 1 to 0 over the candidates "
    "in their order; similarity is the greater of the overlap (Jaccard) of mechanisms and targets and of the "
    f"Tanimoto similarity of Morgan fingerprints, and at least {SAME_PATHWAY} within a pathway; ties go to the "
    "drug's identity"
)


@dataclass(frozen=True)
class Pick:
    """A drug taken, and the most similar of those taken before."""

    drug: Candidate
    like: Candidate | None
    similarity: float


class Similarity:
    """Similarity (0 to 1) of any two candidates."""

    def __init__(self, drugs: Sequence[Candidate]) -> None:
        from screen import chem

        self._bits: Mapping[str, NDArray[np.bool_]] = {d.drug_id: chem.fingerprint(d.smiles) for d in drugs}

    def __call__(self, one: Candidate, other: Candidate) -> float:
        a, b = self._bits[one.drug_id], self._bits[other.drug_id]
        either = int((a | b).sum())
        structure = int((a & b).sum()) / either if either else 0.0
        union = one.features | other.features
        mechanism = len(one.features & other.features) / len(union) if union else 0.0
        same = one.pathway == other.pathway and one.pathway.lower() not in _VAGUE
        return max(structure, mechanism, SAME_PATHWAY if same else 0.0)


def pick(ordered: Sequence[Candidate], count: int, taken: Sequence[Candidate], similarity: Similarity) -> list[Pick]:
    """Up to ``count`` drugs of ``ordered`` (most relevant first), unlike each other and unlike ``taken``."""
    left = {drug.drug_id: 1 - i / len(ordered) for i, drug in enumerate(ordered)}
    drugs = {drug.drug_id: drug for drug in ordered}
    nearest: dict[str, tuple[float, Candidate | None]] = {
        i: max(((similarity(drugs[i], t), t) for t in taken), key=lambda pair: pair[0], default=(0.0, None))
        for i in left
    }
    picks: list[Pick] = []
    while left and len(picks) < count:
        best = min(left, key=lambda i: (-_gain(left[i], nearest[i][0]), i))
        chosen = drugs[best]
        picks.append(Pick(chosen, nearest[best][1], nearest[best][0]))
        del left[best]
        for i in left:
            value = similarity(drugs[i], chosen)
            if value > nearest[i][0]:
                nearest[i] = value, chosen
    return picks


def _gain(relevance: float, similarity: float) -> float:
    return round(RELEVANCE * relevance - (1 - RELEVANCE) * similarity, 9)
