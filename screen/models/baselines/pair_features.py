"""(line, drug) pairs as rows of numbers, for models that learn from rows: trees and plain nets."""

from dataclasses import dataclass

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.leave_one_out import Doubles
from screen.records import Floats

COMPONENTS = 40
BITS = 256
"""A fingerprint is folded to this many bits: enough to tell the drugs apart, few enough for trees."""


@dataclass(frozen=True)
class PairRows:
    """How a pair becomes a row: expression components, folded fingerprint and, where wanted, known targets."""

    centre: Doubles
    """Length g."""
    axes: Doubles
    """g x components, principal axes of the training lines."""
    targets: tuple[str, ...]
    """Names that have a column; each of two training drugs at least."""

    def of_subjects(self, subjects: Subjects) -> Floats:
        """n x components."""
        return np.asarray((subjects.scaled - self.centre) @ self.axes, np.float32)

    def of_drugs(self, drugs: Drugs) -> Floats:
        """D x columns."""
        hit = [[target in drug_targets for target in self.targets] for drug_targets in drugs.targets]
        return np.hstack([folded(drugs), np.array(hit, np.float32).reshape(len(drugs), -1)])

    def of(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n * D rows, drugs of a subject one after the other."""
        lines, columns = self.of_subjects(subjects), self.of_drugs(drugs)
        return np.hstack([np.repeat(lines, len(drugs), axis=0), np.tile(columns, (len(subjects), 1))])


def pair_rows(training_set: TrainingSet, *, targets: bool = False) -> PairRows:
    """Axes of the training lines, target columns of the training drugs."""
    scaled = training_set.lines.scaled.astype(np.float64)
    centre = scaled.mean(axis=0)
    axes = np.linalg.svd(scaled - centre, full_matrices=False)[2][:COMPONENTS].T
    names = [name for drug_targets in training_set.drugs.targets for name in drug_targets] if targets else []
    return PairRows(centre, axes, tuple(sorted({name for name in names if names.count(name) > 1})))


def folded(drugs: Drugs) -> Floats:
    """D x 256: a bit is set where any of those folded onto it is."""
    bits = drugs.fingerprints
    width = min(BITS, bits.shape[1])
    return np.asarray(bits.reshape(len(drugs), -1, width).any(axis=1), np.float32)
