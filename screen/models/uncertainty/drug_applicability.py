"""Whether a drug lies inside what a model has seen: its nearest trained structure, and a target in common."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs
from screen.models.baselines.drug_similarity import shared_targets, tanimoto
from screen.records import Floats

ALIKE = 0.5
"""Tanimoto of Morgan fingerprints from which two structures count as alike."""
BANDS = ("neither", "alike structure", "shared target", "both")


@dataclass(frozen=True)
class DrugDomain:
    """Verdict on n drugs."""

    similarity: Floats
    """Length n: Tanimoto similarity to the nearest trained structure, 0..1."""
    nearest: tuple[str, ...]
    """Length n: id of that drug."""
    shared: NDArray[np.bool_]
    """Length n: some trained drug has a known target in common."""

    @property
    def bands(self) -> NDArray[np.intp]:
        """Length n: place in :data:`BANDS`."""
        return np.asarray((self.similarity >= ALIKE) + 2 * self.shared.astype(int), np.intp)


def drug_domain(asked: Drugs, trained: Drugs) -> DrugDomain:
    """How near drugs are to those of training."""
    alike = tanimoto(asked.fingerprints, trained.fingerprints)
    nearest = alike.argmax(axis=1)
    return DrugDomain(
        alike.max(axis=1).astype(np.float32),
        tuple(trained.drug_ids[i] for i in nearest),
        np.asarray(shared_targets(asked, trained).any(axis=1)),
    )


def heldout_domain(drugs: Drugs, folds: NDArray[np.intp]) -> DrugDomain:
    """Of each drug, to the drugs of the other folds.

    Parameters
    ----------
    folds : length D
    """
    similarity, shared = np.empty(len(drugs), np.float32), np.empty(len(drugs), np.bool_)
    nearest = [""] * len(drugs)
    for fold in np.unique(folds):
        own = np.flatnonzero(folds == fold)
        found = drug_domain(drugs.take(own), drugs.take(np.flatnonzero(folds != fold)))
        similarity[own], shared[own] = found.similarity, found.shared
        for drug, name in zip(own, found.nearest, strict=True):
            nearest[drug] = name
    return DrugDomain(similarity, tuple(nearest), shared)
