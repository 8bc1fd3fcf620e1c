"""Ridge regression per drug on expression and lineage: the bar every deep model is measured against."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet, columns
from screen.models.baselines.leave_one_out import Doubles, Duals, best, gram
from screen.models.baselines.naive import drug_means
from screen.records import Floats

PENALTIES = tuple(float(2.0**k) for k in range(6, 14))
LINEAGE_WEIGHT = 8.0
"""A lineage indicator counts as this many SD of a gene."""
FACTORS = 20
_INTERCEPT = 1e4
"""Weight of the constant column: large, so that the intercept is as good as unpenalised."""


@dataclass(frozen=True)
class Ridge:
    """response_d(x) = x beta_d + b_d, one penalty for all drugs."""

    penalty: float
    drug_ids: tuple[str, ...]
    lineages: tuple[str, ...]
    beta: Doubles
    """features x D: genes, lineage indicators, constant."""
    offset: Floats
    """Length D: mean of the training responses."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; drugs of training only."""
        requested = columns(self.drug_ids, drugs.drug_ids)
        predicted = features(subjects, self.lineages) @ self.beta[:, requested] + self.offset[requested]
        return np.asarray(predicted, np.float32)


def fit_ridge(training_set: TrainingSet) -> Ridge:
    """Fit with the penalty of least leave-one-line-out error over all measured pairs of the training lines."""
    return _fit(training_set)[0]


def ridge_of_genes(training_set: TrainingSet) -> Ridge:
    """The same without the lineage."""
    return fit_ridge(replace(training_set, lines=replace(training_set.lines, lineages=("",) * len(training_set.lines))))


def low_rank(training_set: TrainingSet) -> Ridge:
    """Ridge whose predictions vary over drugs in at most 20 ways, those in which its left-out predictions vary most."""
    fitted, duals, X = _fit(training_set)
    residual = np.asarray(training_set.response - fitted.offset, np.float64)
    left_out = np.where(np.isfinite(residual), residual - duals.errors, X @ fitted.beta)
    factors = np.linalg.svd(left_out, full_matrices=False)[2][:FACTORS]
    return replace(fitted, beta=fitted.beta @ factors.T @ factors)


def known_lineages(subjects: Subjects) -> tuple[str, ...]:
    """The lineages that have an indicator."""
    return tuple(sorted(set(subjects.lineages) - {""}))


def features(subjects: Subjects, lineages: Sequence[str]) -> Doubles:
    """n x features: genes, lineage indicators, constant."""
    indicator = np.array(
        [[of_subject == lineage for lineage in lineages] for of_subject in subjects.lineages], np.float64
    )
    constant = np.full((len(subjects), 1), _INTERCEPT**0.5)
    return np.hstack(
        [subjects.scaled.astype(np.float64), LINEAGE_WEIGHT * indicator.reshape(len(subjects), -1), constant]
    )


def _fit(training_set: TrainingSet) -> tuple[Ridge, Duals, Doubles]:
    lineages = known_lineages(training_set.lines)
    offset = drug_means(training_set.response)
    X = features(training_set.lines, lineages)
    duals = best(gram(X @ X.T), training_set.response - offset, PENALTIES)
    return Ridge(duals.penalty, training_set.drugs.drug_ids, lineages, X.T @ duals.weights, offset), duals, X
