"""Networks as a trained model: a member a fold and seed, each an alignment and a head.

See :mod:`screen.models.networks.variants`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from screen.expression import Frame
from screen.models import Subjects
from screen.models.ensemble.cell_line_accuracy import HeldoutPredictions, naive_means
from screen.models.ensemble.fitted_ensemble import FittedEnsemble, fold_frames, fold_subjects
from screen.models.ensemble.folds import Folds
from screen.models.networks.network_members import Member, fit_members, tasks_of
from screen.models.scoring import outputs, prepare
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.settings import Settings, Training
from screen.tasks.cache import Progress, Tensors

NAME = "dsn-adv"
_FLAT = 1e-6


@dataclass(frozen=True)
class Ensemble:
    """Members of all folds and seeds, with the frames that their folds were seen in."""

    model: str
    """Its name in the zoo."""
    folds: Folds
    per_fold: tuple[Subjects, ...]
    """All L lines, scaled in the frame of each fold's training lines."""
    drugs: dict[str, Floats]
    """``drug_centre`` and ``drug_spread`` of the library's vectors."""
    prepared: Floats
    """D x 300."""
    members: tuple[Tensors, ...]
    """Fold by fold, seed by seed."""


def fit_networks(
    data: TrainingData,
    frame: Frame,
    vectors: Floats,
    folds: Folds,
    settings: Settings,
    work: Path,
    progress: Progress,
    model: str = NAME,
) -> FittedEnsemble:
    """Train the ensemble; what it says of the lines its members never saw, averaged over seeds."""
    ensemble = fit_ensemble(data, frame, vectors, folds, settings, work, progress, model)
    tensors: Tensors = {
        f"member.{number}.{name}": tensor
        for number, member in enumerate(ensemble.members)
        for name, tensor in member.items()
    }
    told = {"kind": "pairs", "members": len(ensemble.members), "network": network_shape(settings.training, vectors)}
    with one_thread():
        heldout = _by_members(ensemble, data, settings.training)
    return FittedEnsemble(heldout, tensors | ensemble.drugs, told)


def fit_ensemble(
    data: TrainingData,
    frame: Frame,
    vectors: Floats,
    folds: Folds,
    settings: Settings,
    work: Path,
    progress: Progress,
    model: str = NAME,
) -> Ensemble:
    """One member for each fold and seed; nothing of a fold's held-out lines enters its members, not even quantiles."""
    drugs = {"drug_centre": vectors.mean(axis=0), "drug_spread": np.maximum(vectors.std(axis=0), _FLAT)}
    prepared = prepare(vectors, drugs)
    frames = fold_frames(data, frame.genes, folds)
    per_fold = fold_subjects(data, frames)
    members = []
    for fold, (subjects, own) in enumerate(zip(per_fold, frames, strict=True)):
        rows = np.flatnonzero(folds != fold)
        taught, patients = subjects.take(rows), own.scale(data.aligned)
        members += [
            Member(fold, settings.seed + seed, taught.scaled, taught.lineages, data.auc[rows], patients)
            for seed in range(settings.training.seeds)
        ]
    tasks = tasks_of(members, model, prepared, settings.training, settings.device)
    fitted = tuple(fit_members(tasks, work, settings.workers, progress, settings.cluster))
    return Ensemble(model, folds, per_fold, drugs, prepared, fitted)


def _by_members(ensemble: Ensemble, data: TrainingData, training: Training) -> HeldoutPredictions:
    """What the members say of the lines they never saw, averaged over seeds."""
    predicted, beyond = np.empty_like(data.auc), np.empty_like(data.auc)
    on_scale = training.head == "regression"
    for fold, subjects in enumerate(ensemble.per_fold):
        own = ensemble.members[fold * training.seeds : (fold + 1) * training.seeds]
        said = np.mean([_auc(member, subjects.scaled, ensemble.prepared, training) for member in own], axis=0)
        asked = ensemble.folds == fold
        predicted[asked] = said[asked]
        beyond[asked] = said[asked] - said[~asked].mean(axis=0)
    if on_scale:
        beyond = predicted - naive_means(ensemble.folds, data.auc)
    return HeldoutPredictions(predicted, beyond, on_scale)


def network_shape(training: Training, vectors: Floats) -> dict[str, Any]:
    """What is needed to rebuild a member from its tensors."""
    return {"hidden": list(training.hidden), "code": training.code, "drug": vectors.shape[1]}


def _auc(member: Tensors, scaled: Floats, prepared: Floats, training: Training) -> Floats:
    """n x D: predicted response, or minus the logit of sensitivity."""
    said = outputs(member, scaled, prepared)
    centre, spread = member["auc_scale"]
    return -said if training.head == "binary" else centre + spread * said
