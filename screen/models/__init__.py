"""Response models: cell lines with measured responses in, predicted responses out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.records import Floats

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Subjects:
    """What a response model may know of n cell lines or patients."""

    scaled: Floats
    """n x g, expression in the frame of the model."""
    lineages: tuple[str, ...]
    """Length n; a lineage never seen in training (patients: ``''``) has no effect."""
    ids: tuple[str, ...] = ()
    """Length n, or empty where nobody is to be recognised: models that know a training line use what was measured of
    it."""

    def __len__(self) -> int:
        return len(self.lineages)

    def take(self, rows: Rows) -> "Subjects":
        """The subjects at ``rows``."""
        return Subjects(
            self.scaled[rows],
            tuple(self.lineages[i] for i in rows),
            tuple(self.ids[i] for i in rows) if self.ids else (),
        )

    def places(self, known: Sequence[str]) -> Rows:
        """Length n: where each subject stands among ``known`` ids, -1 for a stranger."""
        place = {one: i for i, one in enumerate(known)}
        return np.array([place.get(own, -1) for own in self.ids or ("",) * len(self)], np.intp)


@dataclass(frozen=True)
class Drugs:
    """What a response model may know of D drugs: nothing of this comes from a measured response."""

    drug_ids: tuple[str, ...]
    fingerprints: NDArray[np.bool_]
    """D x 2048, Morgan bits of the structure."""
    targets: tuple[frozenset[str], ...]
    """Length D; empty where none is known."""
    pathways: tuple[str, ...]
    """Length D; '' where none is known."""
    vectors: Floats
    """D x 300, embeddings of the graph encoder."""

    def __len__(self) -> int:
        return len(self.drug_ids)

    def take(self, rows: Rows) -> "Drugs":
        """The drugs at ``rows``."""
        return Drugs(
            tuple(self.drug_ids[i] for i in rows),
            self.fingerprints[rows],
            tuple(self.targets[i] for i in rows),
            tuple(self.pathways[i] for i in rows),
            self.vectors[rows],
        )


@dataclass(frozen=True)
class TrainingSet:
    """All that a model may learn from."""

    lines: Subjects
    """L training lines."""
    drugs: Drugs
    """D training drugs."""
    response: Floats
    """L x D, NaN where not measured; low = sensitive."""
    patients: Floats
    """P x g, expression of the patients to align with, in their own frame; P may be 0."""
    seed: int = 0


class FittedModel(Protocol):
    """A model that has seen responses."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D' predicted responses, on the scale of the training responses."""
        ...


Fit = Callable[[TrainingSet], FittedModel]


def columns(known: Sequence[str], asked: Sequence[str]) -> Rows:
    """Where each asked drug stands among the drugs of training, for models that know a drug by its identity alone.

    Raises
    ------
    StoreError
        A drug was not in training.
    """
    place = {drug: i for i, drug in enumerate(known)}
    strangers = [drug for drug in asked if drug not in place]
    if strangers:
        raise StoreError(
            f"{len(strangers)} drugs were not in training, {strangers[0]} among them",
            where="model",
            remedy="take a model that serves new drugs",
        )
    return np.array([place[drug] for drug in asked], np.intp)
