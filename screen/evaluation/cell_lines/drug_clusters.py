"""Which drugs belong together: similar in structure, so that no fold is trained on a twin; or related in target."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screen.models import Rows
from screen.models.baselines.drug_similarity import same, tanimoto
from screen.records import Library

SIMILAR = 0.4
"""Tanimoto similarity of Morgan fingerprints from which two structures count as similar."""
_FAMILIES = 40
"""Families of related drugs that the hard folds are made of."""
Flags = NDArray[np.bool_]


def similar(library: Library, fingerprints: Flags) -> Flags:
    """D x D: similar fingerprints, one scaffold, or one skeleton (first block of the InChIKey)."""
    from screen.chem import scaffold

    return (
        (tanimoto(fingerprints, fingerprints) >= SIMILAR)
        | _equal([scaffold(smiles) for smiles in library.smiles])
        | _equal([drug[:14] for drug in library.drug_ids])
    )


def related(library: Library, fingerprints: Flags) -> Flags:
    """D x D: similar, or sharing a target."""
    return similar(library, fingerprints) | (_shared(library.targets) > 0)


def clusters(linked: Flags) -> Rows:
    """Number of the connected group of each drug, length D."""
    from scipy.sparse.csgraph import connected_components

    return np.asarray(connected_components(linked, directed=False)[1], np.intp)


def families(library: Library, fingerprints: Flags) -> Rows:
    """Number of the family of each drug: average linkage over the better of Tanimoto and Jaccard of the targets.

    Chains of shared targets tie most kinase inhibitors into one group, too large to be one fold; families are not apart
    from each other, and what is related across folds must be left out of training.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    far = 1 - np.maximum(tanimoto(fingerprints, fingerprints), _shared(library.targets))
    np.fill_diagonal(far, 0)
    tree = linkage(squareform(far, checks=False), "average")
    return np.asarray(fcluster(tree, min(_FAMILIES, len(library)), "maxclust"), np.intp)


def assign_folds(groups: Rows, folds: int, seed: int) -> Rows:
    """Fold of each drug, whole groups assigned to the emptiest fold, largest first."""
    # Not scikit-learn's GroupKFold: it breaks ties of size otherwise, without a seed; the measured folds would change.
    names, sizes = np.unique(groups, return_counts=True)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    filled = np.zeros(folds, int)
    fold_of: dict[int, int] = {}
    for place in sorted(shuffled.tolist(), key=lambda place: -sizes[place]):
        fold = int(np.argmin(filled))
        fold_of[int(names[place])] = fold
        filled[fold] += sizes[place]
    return np.array([fold_of[int(group)] for group in groups], np.intp)


def _shared(targets: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """D x D Jaccard similarity of the targets; 0 where none is known."""
    return np.array([[len(one & other) / max(len(one | other), 1) for other in targets] for one in targets])


def _equal(words: Sequence[str]) -> Flags:
    return same(words, words) > 0
