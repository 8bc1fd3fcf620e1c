"""What every response model is made from and gives back, and what a family of trained models provides.

A response model on its own (:mod:`screen.models.model_registry`) is a function from a :class:`TrainingSet` to a
:class:`FittedModel`. One that can be trained, stored and applied to patients belongs to a :class:`ModelFamily`, which
fits an ensemble, names what its bundles hold, and scores patients by them (:mod:`screen.models.families`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.expression import Frame
from screen.models.bundle import Bundle
from screen.records import Floats, TrainingData
from screen.settings import Settings
from screen.tasks.progress import Progress

Rows = NDArray[np.intp]
Folds = NDArray[np.intp]
"""Fold of each cell line, 0..k-1."""


@dataclass(frozen=True)
class Subjects:
    """What a response model may know of n cell lines or patients."""

    scaled: Floats
    """n x g, expression in the frame of the model."""
    lineages: tuple[str, ...]
    """Length n; a lineage never seen in training, or '' where it is not known, has no effect."""
    ids: tuple[str, ...] = ()
    """Length n, or empty: a model that recognises a training line by its id uses the responses measured on it."""
    alterations: Floats | None = None
    """n x E, 1 altered, 0 looked at and not altered, NaN where nobody looked; ``None``: no alterations were read."""

    def __len__(self) -> int:
        return len(self.lineages)

    def take(self, rows: Rows) -> "Subjects":
        """The subjects at ``rows``."""
        return Subjects(
            self.scaled[rows],
            tuple(self.lineages[i] for i in rows),
            tuple(self.ids[i] for i in rows) if self.ids else (),
            None if self.alterations is None else self.alterations[rows],
        )

    def followed_by(self, others: "Subjects") -> "Subjects":
        """These and then the others, of whom no alterations are known."""
        if self.alterations is None:
            alterations = None
        else:
            unknown = np.full((len(others), self.alterations.shape[1]), np.nan, np.float32)
            alterations = np.concatenate([self.alterations, unknown])
        ids = [*(self.ids or ("",) * len(self)), *(others.ids or ("",) * len(others))]
        scaled = np.concatenate([self.scaled, others.scaled])
        return Subjects(scaled, self.lineages + others.lineages, tuple(ids) if any(ids) else (), alterations)

    def places(self, known: Sequence[str]) -> Rows:
        """Length n: where each subject stands among ``known`` ids, -1 for an unseen one."""
        place = {one: i for i, one in enumerate(known)}
        return np.array([place.get(subject, -1) for subject in self.ids or ("",) * len(self)], np.intp)


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
class LineAlterations:
    """E alterations of L cell lines."""

    names: tuple[str, ...]
    """Length E, as they are called: ``BRAF mutation``, ``BRAF mutation (genomic_features_v17)``."""
    genes: tuple[str, ...]
    """Length E."""
    kinds: tuple[str, ...]
    """Length E: mutation, fusion."""
    called: tuple[frozenset[str], ...]
    """Length E: every name of the gene, in capitals, by which a drug's target may be given."""
    values: Floats
    """L x E: 1 altered, 0 looked at and not altered, NaN where nobody looked."""
    datasets: tuple[str, ...]
    """What they were read from."""


@dataclass(frozen=True)
class LabRows:
    """Tumours that a laboratory measured in one assay: a source of its own beside the training screen."""

    lab: str
    assay: str
    subjects: Subjects
    """n tumours, in the frame of the model."""
    response: Floats
    """n x D, on the scale of the training responses, NaN where not measured."""

    def take(self, rows: Rows) -> "LabRows":
        """The tumours at ``rows``."""
        return LabRows(self.lab, self.assay, self.subjects.take(rows), self.response[rows])


@dataclass(frozen=True)
class TrainingSet:
    """All that a model is trained on."""

    lines: Subjects
    """L training lines."""
    drugs: Drugs
    """D training drugs."""
    response: Floats
    """L x D, NaN where not measured; low = sensitive."""
    patients: Floats
    """P x g, expression of the patients to align with, in their own frame; P may be 0."""
    seed: int = 0
    altered_genes: tuple[frozenset[str], ...] = ()
    """Length E: every name of the gene of each of the lines' alterations, in capitals."""
    labs: tuple[LabRows, ...] = ()
    """What laboratories measured; a model that knows of no such source leaves it."""


class FittedModel(Protocol):
    """A model fitted on responses."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D' predicted responses, on the scale of the training responses."""
        ...


Fit = Callable[[TrainingSet], FittedModel]


def columns(known: Sequence[str], requested: Sequence[str]) -> Rows:
    """Place of each requested drug among the drugs of training, for models that know a drug by its identity alone.

    Raises
    ------
    StoreError
        A drug was not in training.
    """
    place = {drug: i for i, drug in enumerate(known)}
    unseen = [drug for drug in requested if drug not in place]
    if unseen:
        raise StoreError(
            f"{len(unseen)} drugs were not in training, {unseen[0]} among them",
            where="model",
            remedy="take a model that serves new drugs",
        )
    return np.array([place[drug] for drug in requested], np.intp)


@dataclass(frozen=True)
class HeldoutPredictions:
    """Predictions for every cell line by models of the fold that held it out, all L x D."""

    predicted: Floats
    """Low means sensitive; on the scale of the response where ``on_scale``."""
    beyond: Floats
    """The prediction less the drug's mean (the model's own, where it is off scale)."""
    on_scale: bool


@dataclass(frozen=True, kw_only=True)
class EnsembleRequest:
    """What a family fits an ensemble from."""

    model: str
    """One of the family's names."""
    data: TrainingData
    frame: Frame
    """Of the bundle: fitted on all lines."""
    folds: Folds
    """Length L; one or more members are trained without each fold."""
    fold_frames: tuple[Frame, ...]
    """The frame of each fold's training lines: not even quantiles know of a held-out line."""
    fold_subjects: tuple[Subjects, ...]
    """All L lines in the frame of each fold."""
    drugs: Drugs
    """The D drugs of the training library, in its order."""
    settings: Settings
    work: Path
    """Folder of finished members, from which an interrupted call resumes."""
    progress: Progress
    alterations: LineAlterations | None = None
    """Of the L lines, for a family that learns from them; they stand in ``fold_subjects`` too."""


@dataclass(frozen=True, kw_only=True)
class FittedEnsemble:
    """What a family's bundle holds, and how well its members predict the lines they never saw."""

    heldout: HeldoutPredictions
    """Of every cell line, by the members that never saw it."""
    tensors: dict[str, NDArray[Any]]
    """What scoring needs: ``member.<i>.*`` and what the members share."""
    manifest: dict[str, Any]
    """``kind`` (the family), number of ``members``, and what else scoring needs to know."""


class Scorer(Protocol):
    """Patients, ready for any number of drugs; drugs come as the rows of :meth:`ModelFamily.drug_inputs`."""

    def members(self, prepared: Floats) -> Floats:
        """Probability of sensitivity by every member of the ensemble, m x n x D."""
        ...

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D: in double precision, then rounded once, as a stored score is."""
        ...

    def mean_there(self, prepared: Floats) -> Any:
        """The mean where it was computed: an array, or a tensor of a device."""
        ...


class ModelFamily(Protocol):
    """One family of trained models; a module with these names is one."""

    @property
    def SETTINGS(self) -> Sequence[str]:
        """Names of the settings of training that the family heeds."""
        ...

    def fit(self, request: EnsembleRequest) -> FittedEnsemble:
        """Train the ensemble.

        Raises
        ------
        InputError
            A setting that the family cannot be trained with.
        """
        ...

    def scorer(self, bundle: Bundle, scaled: Floats, device: str, threads: int) -> Scorer:
        """Make patients (n x g, in the bundle's frame) ready; ``threads`` 0 takes one a core.

        Raises
        ------
        StoreError
            The bundle holds something that this version does not know.
        """
        ...

    def drug_inputs(self, bundle: Bundle, drugs: Drugs) -> Floats:
        """What the scorer takes of D drugs, a row each."""
        ...
