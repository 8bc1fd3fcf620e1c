"""Whether a drug lies inside what a model has seen: its nearest trained structure, and a target in common."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs
from screen.models.baselines.drug_similarity import shared_targets, tanimoto
from screen.records import Floats

SIMILAR = 0.5
"""Tanimoto of Morgan fingerprints from which two structures count as similar."""
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
        return np.asarray((self.similarity >= SIMILAR) + 2 * self.shared.astype(int), np.intp)


def drug_domain(requested: Drugs, trained: Drugs) -> DrugDomain:
    """How near drugs are to those of training."""
    similarity = tanimoto(requested.fingerprints, trained.fingerprints)
    nearest = similarity.argmax(axis=1)
    return DrugDomain(
        similarity.max(axis=1).astype(np.float32),
        tuple(trained.drug_ids[i] for i in nearest),
        np.asarray(shared_targets(requested, trained).any(axis=1)),
    )
