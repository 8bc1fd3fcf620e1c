"""The Gaussian process over pairs as a trained model: a member a fold, measured on the lines each never saw.

Members differ in the cell lines they know, so their spread says how much a score hangs on which lines were screened.
Outputs become probabilities by one calibration, and get conformal widths, from out-of-fold predictions.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from screen.models import Subjects, TrainingSet
from screen.models.contract import EnsembleRequest, FittedEnsemble, Folds, HeldoutPredictions, LabRows
from screen.models.ensemble.calibration import logistic
from screen.models.ensemble.cell_line_accuracy import naive_means
from screen.models.ensemble.sensitivity_labels import lineage_medians
from screen.models.pair_gp.altered_gp import altered_gp
from screen.models.pair_gp.effect_tensors import effect_tensors, with_effects
from screen.models.pair_gp.gp_drug_inputs import training_drug_tensors, training_drug_words
from screen.models.pair_gp.gp_model import PairGP, pair_gp
from screen.models.pair_gp.kernel_names import ALL_KERNELS
from screen.models.pair_gp.kernels import RBF_WIDTH, same_tissue
from screen.models.pair_gp.lab_members import lab_rows, lab_tensors, labs_in_words
from screen.nn.determinism import one_thread
from screen.records import Floats, TrainingData
from screen.tasks import cores
from screen.tasks.cache import Tensors, WorkPlace, content_key, load_or_compute, read_tensors

_LABEL = "conditioning on cell lines"
_RECIPE = 3
"""Raise when the code fits another process from the same inputs: old files are then left aside."""
_SECONDS = 60.0


@dataclass(frozen=True)
class GPTask:
    """Everything one member depends on."""

    fold: int
    train: TrainingSet
    heldout: Subjects
    """The held-out lines: their expression, no response."""
    heldout_labs: tuple[LabRows, ...] = ()
    """Tumours on whose plates the member is not trained, but measured."""

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        train, drugs = self.train, self.train.drugs
        words: tuple[object, ...] = (
            _RECIPE,
            train.seed,
            train.lines.lineages,
            train.lines.ids,
            drugs.drug_ids,
            drugs.pathways,
            [sorted(targets) for targets in drugs.targets],
            self.heldout.lineages,
        )
        arrays = [train.lines.scaled, train.response, drugs.fingerprints, drugs.vectors, self.heldout.scaled]
        if train.lines.alterations is not None and self.heldout.alterations is not None:
            words = (*words, [sorted(names) for names in train.altered_genes])
            arrays += [train.lines.alterations, self.heldout.alterations]
        if not train.labs:
            return content_key(words, arrays)
        labs = (*train.labs, *self.heldout_labs)
        of_labs = [(lab.lab, lab.assay, lab.subjects.lineages, len(lab.subjects)) for lab in labs]
        plates = [part for lab in labs for part in (lab.subjects.scaled, lab.response)]
        return content_key((*words, of_labs), (*arrays, *plates))

    @property
    def file_name(self) -> str:
        """Of the member's tensors and its predictions for the held-out lines."""
        return f"process-{self.key}.safetensors"

    def compute(self) -> bytes:
        """Fit the member and predict its held-out lines (safetensors)."""
        with one_thread():
            altered = altered_gp(self.train)
            fitted = altered.process
            plain = pair_gp(replace(self.train, labs=())) if self.train.labs else None
            heldout = {"heldout": fitted.predict(self.heldout, self.train.drugs)}
            if altered.effects is not None:
                heldout["altered"] = altered.predict(self.heldout, self.train.drugs)
            tensors = _tensors(fitted) | effect_tensors(altered) | lab_tensors(fitted, plain, self.heldout_labs)
            content: bytes = save(tensors | heldout)
        return content


def fit_gp(request: EnsembleRequest) -> FittedEnsemble:
    """A member for each fold; finished ones wait in the work folder, from which an interrupted call resumes."""
    data, drugs, folds, settings = request.data, request.drugs, request.folds, request.settings
    tasks = [_task(request, fold) for fold in range(len(request.fold_subjects))]
    place = WorkPlace(
        folder=request.work, workers=cores(settings.workers), cluster=settings.cluster, progress=request.progress
    )
    made = [read_tensors(file) for file in load_or_compute(tasks, place, _LABEL, _SECONDS)]
    predicted, altered = np.empty_like(data.auc), np.empty_like(data.auc)
    for fold, member in enumerate(made):
        predicted[folds == fold] = member.pop("heldout")
        altered[folds == fold] = member.pop("altered", predicted[folds == fold])
    effects, heard = with_effects(request, made, predicted, altered)
    labs = labs_in_words(request, made)
    calibration = _calibration(predicted, data)
    tensors: Tensors = {
        f"member.{number}.{name}": tensor
        for number, member in enumerate(made)
        for name, tensor in {
            **member,
            "calibration": calibration,
            **_related(data, folds, number, len(member["lines"])),
        }.items()
    }
    return FittedEnsemble(
        heldout=HeldoutPredictions(predicted, predicted - naive_means(folds, data.auc), on_scale=True),
        tensors=tensors | effects | training_drug_tensors(drugs),
        manifest={
            "kind": "process",
            "members": len(made),
            **ALL_KERNELS.manifest(),
            **training_drug_words(drugs),
            **labs,
            **heard,
        },
    )


def _task(request: EnsembleRequest, fold: int) -> GPTask:
    auc, subjects = request.data.auc, request.fold_subjects[fold]
    rows = _training_rows(auc, request.folds, fold)
    train = TrainingSet(
        subjects.take(rows),
        request.drugs,
        auc[rows],
        subjects.scaled[:0],
        request.settings.seed,
        request.alterations.called if request.alterations else (),
        labs=lab_rows(request, fold, heldout=False),
    )
    heldout = subjects.take(np.flatnonzero(request.folds == fold))
    return GPTask(fold, train, heldout, lab_rows(request, fold, heldout=True))


def _related(data: TrainingData, folds: Folds, fold: int, rows: int) -> Tensors:
    """Of a member's lines, 1 for those of the indication's lineage, and of blood or solid as it is.

    Parameters
    ----------
    rows : lines of training, then tumours of the indication that laboratories measured
    """
    lineages = [data.lineages[row] for row in _training_rows(data.auc, folds, fold)]
    lineages += [data.lineage] * (rows - len(lineages))
    return {
        "same_lineage": np.array([lineage == data.lineage != "" for lineage in lineages], np.float32),
        "same_tissue": same_tissue([data.lineage], lineages)[0],
    }


def _training_rows(auc: Floats, folds: Folds, fold: int) -> NDArray[np.intp]:
    return np.flatnonzero((folds != fold) & np.isfinite(auc).any(axis=1))


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
        "products": fitted.products,
        "noise": np.array([fitted.noise], np.float32),
        "means": fitted.means,
        "spreads": fitted.spreads,
    }


def _calibration(predicted: Floats, data: TrainingData) -> Floats:
    """Slope and intercept from out-of-fold responses to the probability of lying below the lineage's median."""
    labels = lineage_medians(data.auc, data.lineages).labels(data.auc, data.lineages)
    seen = np.isfinite(labels)
    found = logistic(predicted[seen], labels[seen] == 1)
    return np.array([found.slope, found.intercept], np.float32)
