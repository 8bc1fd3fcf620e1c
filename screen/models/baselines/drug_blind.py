"""Drug-blind controls: one answer for all drugs. What they reach is not knowledge of the drug."""

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
        said = subjects.scaled.astype(np.float64) @ self.weights + self.constant
        return np.asarray(np.repeat(said[:, None], len(drugs), axis=1), np.float32)


def general_sensitivity(taught: TrainingSet) -> OneForAll:
    """Ridge on how sensitive each line is over all drugs."""
    mean = float(np.nanmean(taught.response, dtype=np.float64))
    return _linear(taught.lines, line_means(taught.response).astype(np.float64), mean)


def blood_likeness(taught: TrainingSet) -> OneForAll:
    """Ridge that tells lines of blood from solid ones, low for blood; no response enters."""
    blood = np.array([lineage in BLOOD for lineage in taught.lines.lineages], np.float64)
    return _linear(taught.lines, -blood, 0.0)


def random_signature(taught: TrainingSet) -> OneForAll:
    """Mean of 25 genes with signs, all drawn by the seed; nothing is learned."""
    rng = np.random.default_rng(taught.seed)
    genes = taught.lines.scaled.shape[1]
    weights = np.zeros(genes)
    drawn = rng.choice(genes, min(SIGNATURE, genes), replace=False)
    weights[drawn] = rng.choice((-1.0, 1.0), len(drawn)) / len(drawn)
    return OneForAll(weights, 0.0)


def _linear(lines: Subjects, target: Doubles, constant: float) -> OneForAll:
    X = lines.scaled.astype(np.float64)
    centre = X.mean(axis=0)
    middle = float(target.mean())
    duals = best(gram((X - centre) @ (X - centre).T), (target - middle)[:, None], PENALTIES)
    weights = (X - centre).T @ duals.weights[:, 0]
    return OneForAll(weights, constant + middle - float(centre @ weights))
