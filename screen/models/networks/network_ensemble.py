"""Networks as a trained model: a member a fold and seed, each an alignment and a head.

See :mod:`screen.models.networks.variants`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from screen.models import Subjects
from screen.models.contract import EnsembleRequest, FittedEnsemble, Folds, HeldoutPredictions
from screen.models.ensemble.cell_line_accuracy import naive_means
from screen.models.networks.network_members import Member, fit_members, tasks_of
from screen.models.networks.pair_head_scorer import outputs, prepare
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.settings import Training
from screen.tasks.cache import Tensors

_FLAT = 1e-6


@dataclass(frozen=True)
class Ensemble:
    """Members of all folds and seeds, with the frames that their folds were seen in."""

    model: str
    """Its architecture."""
    folds: Folds
    per_fold: tuple[Subjects, ...]
    """All L lines, scaled in the frame of each fold's training lines."""
    drugs: dict[str, Floats]
    """``drug_centre`` and ``drug_spread`` of the library's vectors."""
    prepared: Floats
    """D x 300."""
    members: tuple[Tensors, ...]
    """Fold by fold, seed by seed."""


def fit_networks(request: EnsembleRequest) -> FittedEnsemble:
    """Train the ensemble; predictions for the lines its members never saw are averaged over seeds."""
    training = request.settings.training
    ensemble = fit_ensemble(request)
    tensors: Tensors = {
        f"member.{number}.{name}": tensor
        for number, member in enumerate(ensemble.members)
        for name, tensor in member.items()
    }
    manifest = {
        "kind": "pairs",
        "members": len(ensemble.members),
        "network": network_shape(training, request.drugs.vectors),
    }
    with one_thread():
        heldout = _by_members(ensemble, request.data, training)
    return FittedEnsemble(heldout=heldout, tensors=tensors | ensemble.drugs, manifest=manifest)


def fit_ensemble(request: EnsembleRequest) -> Ensemble:
    """One member for each fold and seed; nothing of a fold's held-out lines enters its members, not even quantiles."""
    data, settings, folds, vectors = request.data, request.settings, request.folds, request.drugs.vectors
    drugs = {"drug_centre": vectors.mean(axis=0), "drug_spread": np.maximum(vectors.std(axis=0), _FLAT)}
    prepared = prepare(vectors, drugs)
    members = []
    for fold, (subjects, frame) in enumerate(zip(request.fold_subjects, request.fold_frames, strict=True)):
        rows = np.flatnonzero(folds != fold)
        lines, patients = subjects.take(rows), frame.scale(data.aligned)
        members += [
            Member(fold, settings.seed + seed, lines.scaled, lines.lineages, data.auc[rows], patients)
            for seed in range(settings.training.seeds)
        ]
    tasks = tasks_of(members, request.model, prepared, settings.training, settings.device)
    fitted = tuple(fit_members(tasks, request.work, settings.workers, request.progress, settings.cluster))
    return Ensemble(request.model, folds, request.fold_subjects, drugs, prepared, fitted)


def _by_members(ensemble: Ensemble, data: TrainingData, training: Training) -> HeldoutPredictions:
    """Predictions of the members for the lines they never saw, averaged over seeds."""
    predicted, beyond = np.empty_like(data.auc), np.empty_like(data.auc)
    on_scale = training.head == "regression"
    for fold, subjects in enumerate(ensemble.per_fold):
        of_fold = ensemble.members[fold * training.seeds : (fold + 1) * training.seeds]
        means = np.mean([_auc(member, subjects.scaled, ensemble.prepared, training) for member in of_fold], axis=0)
        heldout = ensemble.folds == fold
        predicted[heldout] = means[heldout]
        beyond[heldout] = means[heldout] - means[~heldout].mean(axis=0)
    if on_scale:
        beyond = predicted - naive_means(ensemble.folds, data.auc)
    return HeldoutPredictions(predicted, beyond, on_scale)


def network_shape(training: Training, vectors: Floats) -> dict[str, Any]:
    """What is needed to rebuild a member from its tensors."""
    return {"hidden": list(training.hidden), "code": training.code, "drug": vectors.shape[1]}


def _auc(member: Tensors, scaled: Floats, prepared: Floats, training: Training) -> Floats:
    """n x D: predicted response, or minus the logit of sensitivity."""
    output = outputs(member, scaled, prepared)
    centre, spread = member["auc_scale"]
    return -output if training.head == "binary" else centre + spread * output
