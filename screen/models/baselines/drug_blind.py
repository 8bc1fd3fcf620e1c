"""Drug-blind controls: one prediction for all drugs. What they reach is not knowledge of the drug."""

from dataclasses import dataclass

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.leave_one_out import Doubles, best, gram
from screen.models.baselines.naive import line_means
from screen.models.baselines.ridge import PENALTIES
from screen.records import Floats

BLOOD = frozenset({"Lymphoid", "Myeloid"})
SIGNATURE = 25
"""Genes of a random signature."""


@dataclass(frozen=True)
class OneForAll:
    """response(x) = x w + b, whatever the drug; only what learned from responses is on their scale."""

    weights: Doubles
    """Length g."""
    constant: float

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D', all columns the same."""
        predicted = subjects.scaled.astype(np.float64) @ self.weights + self.constant
        return np.asarray(np.repeat(predicted[:, None], len(drugs), axis=1), np.float32)


def general_sensitivity(training_set: TrainingSet) -> OneForAll:
    """Ridge on how sensitive each line is over all drugs."""
    mean = float(np.nanmean(training_set.response, dtype=np.float64))
    return _linear(training_set.lines, line_means(training_set.response).astype(np.float64), mean)


def blood_resemblance(training_set: TrainingSet) -> OneForAll:
    """Ridge that tells lines of blood from solid ones, low for blood; no response enters."""
    blood = np.array([lineage in BLOOD for lineage in training_set.lines.lineages], np.float64)
    return _linear(training_set.lines, -blood, 0.0)


def random_signature(training_set: TrainingSet) -> OneForAll:
    """Mean of 25 genes with signs, all sampled by the seed; nothing is learned."""
    rng = np.random.default_rng(training_set.seed)
    genes = training_set.lines.scaled.shape[1]
    weights = np.zeros(genes)
    chosen = rng.choice(genes, min(SIGNATURE, genes), replace=False)
    weights[chosen] = rng.choice((-1.0, 1.0), len(chosen)) / len(chosen)
    return OneForAll(weights, 0.0)


def _linear(lines: Subjects, target: Doubles, constant: float) -> OneForAll:
    X = lines.scaled.astype(np.float64)
    centre = X.mean(axis=0)
    middle = float(target.mean())
    duals = best(gram((X - centre) @ (X - centre).T), (target - middle)[:, None], PENALTIES)
    weights = (X - centre).T @ duals.weights[:, 0]
    return OneForAll(weights, constant + middle - float(centre @ weights))
