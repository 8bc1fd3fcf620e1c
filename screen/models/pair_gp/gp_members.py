"""The Gaussian process over pairs as a trained model: a member a fold, measured on the lines each never saw.

Members differ in the cell lines they know, so their spread says how much a score hangs on which lines were screened.
Outputs become probabilities by one calibration, and get conformal widths, from out-of-fold predictions.
"""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import save

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.contract import EnsembleRequest, FittedEnsemble, Folds, HeldoutPredictions
from screen.models.ensemble.calibration import logistic
from screen.models.ensemble.cell_line_accuracy import naive_means
from screen.models.ensemble.sensitivity_labels import lineage_medians
from screen.models.pair_gp.gp_drug_inputs import training_drug_tensors, training_drug_words
from screen.models.pair_gp.gp_model import PairGP, pair_gp
from screen.models.pair_gp.kernel_names import ALL_KERNELS
from screen.models.pair_gp.kernels import RBF_WIDTH
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.tasks import cores
from screen.tasks.cache import Tensors, load_or_compute

_LABEL = "conditioning on cell lines"
_RECIPE = 2
"""Raise when the code fits another process from the same inputs: old files are then left aside."""
_SECONDS = 60.0


@dataclass(frozen=True)
class GPTask:
    """Everything one member learns from."""

    fold: int
    taught: TrainingSet
    asked: Subjects
    """The held-out lines: their expression, no response."""

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        own, drugs = self.taught, self.taught.drugs
        words = (
            _RECIPE,
            own.seed,
            own.lines.lineages,
            own.lines.ids,
            drugs.drug_ids,
            drugs.pathways,
            [sorted(targets) for targets in drugs.targets],
            self.asked.lineages,
        )
        digest = hashlib.sha256(json.dumps(words).encode())
        for array in (own.lines.scaled, own.response, drugs.fingerprints, drugs.vectors, self.asked.scaled):
            digest.update(f"{array.shape}{array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def fit_gp(request: EnsembleRequest) -> FittedEnsemble:
    """A member for each fold; finished ones wait in the work folder, from which an interrupted call resumes."""
    data, drugs, folds, settings = request.data, request.drugs, request.folds, request.settings
    tasks = [
        _task(fold, subjects, drugs, data.auc, folds, settings.seed)
        for fold, subjects in enumerate(request.fold_subjects)
    ]
    made = load_or_compute(
        _content,
        {request.work / f"process-{task.key}.safetensors": task for task in tasks},
        lambda task: 1,
        _LABEL,
        request.progress,
        cores(settings.workers),
        settings.cluster,
        _SECONDS,
    )
    predicted = np.empty_like(data.auc)
    for fold, member in enumerate(made):
        predicted[folds == fold] = member.pop("heldout")
    calibration = _calibration(predicted, data)
    tensors: Tensors = {
        f"member.{number}.{name}": tensor
        for number, member in enumerate(made)
        for name, tensor in {**member, "calibration": calibration}.items()
    }
    return FittedEnsemble(
        heldout=HeldoutPredictions(predicted, predicted - naive_means(folds, data.auc), on_scale=True),
        tensors=tensors | training_drug_tensors(drugs),
        manifest={"kind": "process", "members": len(made), **ALL_KERNELS.manifest(), **training_drug_words(drugs)},
    )


def _task(fold: int, subjects: Subjects, drugs: Drugs, auc: Floats, folds: Folds, seed: int) -> GPTask:
    rows = np.flatnonzero((folds != fold) & np.isfinite(auc).any(axis=1))
    taught = TrainingSet(subjects.take(rows), drugs, auc[rows], subjects.scaled[:0], seed)
    return GPTask(fold, taught, subjects.take(np.flatnonzero(folds == fold)))


def _content(task: GPTask) -> bytes:
    with one_thread():
        fitted = pair_gp(task.taught)
        content: bytes = save(_tensors(fitted) | {"heldout": fitted.predict(task.asked, task.taught.drugs)})
    return content


def _tensors(fitted: PairGP) -> Tensors:
    levels = {
        f"{name}_{part}": np.atleast_1d(np.asarray(getattr(level, part), np.float32))
        for name, level in (("mean", fitted.mean_level), ("spread", fitted.spread_level))
        for part in ("centre", "weights", "alpha")
    }
    return levels | {
        "lines": fitted.lines.scaled,
        "line_width": np.array([RBF_WIDTH], np.float32),
        "duals": fitted.duals,
        "products": fitted.weights.products,
        "noise": np.array([fitted.weights.noise], np.float32),
        "means": fitted.means,
        "spreads": fitted.spreads,
    }


def _calibration(predicted: Floats, data: TrainingData) -> Floats:
    """Slope and intercept from out-of-fold responses to the probability of lying below the lineage's median."""
    labels = lineage_medians(data.auc, data.lineages).labels(data.auc, data.lineages)
    seen = np.isfinite(labels)
    found = logistic(predicted[seen], labels[seen] == 1)
    return np.array([found.slope, found.intercept], np.float32)
