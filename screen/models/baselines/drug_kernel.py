"""New drugs from known ones: a line's responses to the training drugs, carried over to similar drugs."""

from dataclasses import dataclass

import numpy as np

from screen.models import Drugs, Rows, Subjects, TrainingSet
from screen.models.baselines.drug_similarity import relatedness, tanimoto
from screen.models.baselines.leave_one_out import Doubles, best, gram
from screen.models.baselines.naive import drug_means, line_means
from screen.models.baselines.ridge import Ridge, fit_ridge
from screen.records import Floats

PENALTIES = tuple(float(2.0**k) for k in range(-6, 4))
NEAREST = 5


@dataclass(frozen=True)
class Completed:
    """What is measured or predicted of the training drugs: measured responses of training lines, ridge for the rest."""

    line_ids: tuple[str, ...]
    response: Floats
    """L x D, NaN where not measured."""
    ridge: Ridge
    drugs: Drugs

    def responses(self, subjects: Subjects) -> Doubles:
        """n x D."""
        predicted = self.ridge.predict(subjects, self.drugs).astype(np.float64)
        places = subjects.places(self.line_ids)
        measured = np.where(places[:, None] >= 0, self.response[places], np.nan)
        return np.asarray(np.where(np.isfinite(measured), measured, predicted))

    def places(self, drugs: Drugs) -> Rows:
        """Length D': where each requested drug stands among those of training, -1 for a new one."""
        place = {drug: i for i, drug in enumerate(self.drugs.drug_ids)}
        return np.array([place.get(drug, -1) for drug in drugs.drug_ids], np.intp)


def complete(training_set: TrainingSet) -> Completed:
    """Ridge fills what was not measured."""
    return Completed(training_set.lines.ids, training_set.response, fit_ridge(training_set), training_set.drugs)


@dataclass(frozen=True)
class DrugKernel:
    """response(new drug) = mean + effect of the subject + what its responses to similar drugs add."""

    known: Completed
    penalty: float
    drug_means: Doubles
    """Length D."""
    inverse: Doubles
    """D x D: residuals of a subject in, dual weights out."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; for a drug of training the prediction of ridge."""
        responses = self.known.responses(subjects)
        average = self.drug_means.mean() + (responses - self.drug_means).mean(axis=1, keepdims=True)
        weights = relatedness(drugs, self.known.drugs) @ self.inverse
        return _known_first(self.known, subjects, drugs, average + (responses - average) @ weights.T)


def fit_drug_kernel(training_set: TrainingSet) -> DrugKernel:
    """Fit with the penalty of least leave-one-drug-out error over all measured pairs."""
    means = drug_means(training_set.response).astype(np.float64)
    average = means.mean() + line_means(training_set.response)[:, None]
    of = gram(relatedness(training_set.drugs, training_set.drugs))
    penalty = best(of, (training_set.response - average).T, PENALTIES).penalty
    return DrugKernel(complete(training_set), penalty, means, of.inverse(penalty))


@dataclass(frozen=True)
class NearestDrugs:
    """response(new drug) = mean over the nearest training drugs, weighted by Tanimoto similarity."""

    known: Completed

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; for a drug of training the prediction of ridge."""
        similarity = tanimoto(drugs.fingerprints, self.known.drugs.fingerprints)
        order = np.argsort(-similarity, axis=1, kind="stable")[:, :NEAREST]
        weights = np.zeros_like(similarity)
        np.put_along_axis(weights, order, np.take_along_axis(similarity, order, axis=1) + 1e-6, axis=1)
        weights /= weights.sum(axis=1, keepdims=True)
        return _known_first(self.known, subjects, drugs, self.known.responses(subjects) @ weights.T)


def nearest_drugs(training_set: TrainingSet) -> NearestDrugs:
    """Nothing to fit but what fills the gaps."""
    return NearestDrugs(complete(training_set))


def _known_first(known: Completed, subjects: Subjects, drugs: Drugs, carried: Doubles) -> Floats:
    places = known.places(drugs)
    training_set = known.ridge.predict(subjects, known.drugs)[:, places]
    return np.asarray(np.where(places >= 0, training_set, carried), np.float32)
