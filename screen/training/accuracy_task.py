"""Accuracy on held-out cell lines as a task of the cache: indications with the same members share one measurement.

The members of a family that is not aligned with patients are the same for every indication, and so is how well they
predict the lines they never saw; only the name of the indication differs.
"""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from numpy.typing import NDArray

from screen import __version__
from screen.metrics.figure import Figure
from screen.models.contract import Drugs, EnsembleRequest, FittedEnsemble, Folds, HeldoutPredictions, Subjects
from screen.models.ensemble.cell_line_accuracy import accuracy_figures, baseline_predictions
from screen.nn.determinism import one_thread
from screen.records import Floats
from screen.tasks.cache import WorkPlace, content_key, load_or_compute

_RECIPE = 1
"""Raise when the code measures other figures from the same inputs: old files are then left aside."""
_LABEL = "measuring on unseen cell lines"


@dataclass(frozen=True, kw_only=True)
class AccuracyTask:
    """A model's held-out predictions, and what the baselines are fitted on."""

    model: str
    heldout: HeldoutPredictions
    fold_subjects: tuple[Subjects, ...]
    drugs: Drugs
    folds: Folds
    auc: Floats
    """L x D, NaN where not measured."""
    seed: int

    @property
    def file_name(self) -> str:
        """Of the figures."""
        lines, drugs = self.fold_subjects[0], self.drugs
        words = (
            _RECIPE,
            __version__,
            self.model,
            self.seed,
            self.heldout.on_scale,
            lines.lineages,
            lines.ids,
            drugs.drug_ids,
            drugs.pathways,
            [sorted(targets) for targets in drugs.targets],
        )
        arrays: tuple[NDArray[Any], ...] = (
            self.heldout.predicted,
            self.heldout.beyond,
            self.folds,
            self.auc,
            drugs.fingerprints,
            drugs.vectors,
            *(subjects.scaled for subjects in self.fold_subjects),
        )
        return f"accuracy-{content_key(words, arrays)}.json"

    def compute(self) -> bytes:
        """The figures of the model and of each baseline, of no indication (JSON)."""
        with one_thread():
            baselines = baseline_predictions(self.fold_subjects, self.drugs, self.folds, self.auc)
            heldout = {self.model: self.heldout} | baselines
            figures = accuracy_figures(heldout, self.folds, self.auc, self.seed, None)
        return json.dumps([asdict(figure) for figure in figures]).encode()


def measured_accuracy(request: EnsembleRequest, fitted: FittedEnsemble) -> list[Figure]:
    """Figures of the ensemble and of each baseline on the lines that the same folds held out, of the indication."""
    task = AccuracyTask(
        model=request.model,
        heldout=fitted.heldout,
        fold_subjects=request.fold_subjects,
        drugs=request.drugs,
        folds=request.folds,
        auc=request.data.auc,
        seed=request.settings.seed,
    )
    (file,) = load_or_compute([task], WorkPlace(folder=request.work, progress=request.progress), _LABEL)
    figures = [Figure(**row) for row in json.loads(file.read_text("utf-8"))]
    return [replace(figure, indication=request.data.indication) for figure in figures]
