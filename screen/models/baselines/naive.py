"""Predictions that look at no profile: every accuracy is compared with these."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet
from screen.records import Floats

PRIOR_LINES = 5.0
"""A mean over few lines is shrunk towards the mean above it, which counts as this many lines."""


@dataclass(frozen=True)
class Effects:
    """response = drug mean + effect of the lineage (on all drugs, or on each), or of the line itself where it is known.

    A drug never seen is an average one.
    """

    drug_ids: tuple[str, ...]
    drug_means: Floats
    """Length D."""
    lineage_effects: Mapping[str, Floats]
    """lineage -> length D."""
    line_effects: Mapping[str, float] = field(default_factory=dict)
    """id of a training line -> its effect on all drugs, in place of the lineage's."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'."""
        means = self._over(self.drug_means, drugs)
        effects = {lineage: self._over(effect, drugs) for lineage, effect in self.lineage_effects.items()}
        none = np.zeros_like(means)
        rows = [effects.get(lineage, none) for lineage in subjects.lineages]
        for row, line in enumerate(subjects.ids):
            if line in self.line_effects:
                rows[row] = np.full_like(none, self.line_effects[line])
        return means + np.array(rows, np.float32).reshape(len(subjects), -1)

    def _over(self, values: Floats, drugs: Drugs) -> Floats:
        place = {drug: i for i, drug in enumerate(self.drug_ids)}
        average = float(values.mean())
        return np.array([values[place[drug]] if drug in place else average for drug in drugs.drug_ids], np.float32)


def global_mean(training_set: TrainingSet) -> Effects:
    """One prediction for every pair: the mean over all of them."""
    mean = np.nanmean(training_set.response, dtype=np.float64)
    return Effects(training_set.drugs.drug_ids, np.full(len(training_set.drugs), mean, np.float32), {})


def drug_mean(training_set: TrainingSet) -> Effects:
    """The same prediction for everybody: the mean response to each drug."""
    return Effects(training_set.drugs.drug_ids, drug_means(training_set.response), {})


def lineage_mean(training_set: TrainingSet) -> Effects:
    """How sensitive the lineage is in general, the same for every drug."""
    means = np.full(len(training_set.drugs), np.nanmean(training_set.response, dtype=np.float64), np.float32)
    return Effects(training_set.drugs.drug_ids, means, _general(training_set))


def line_mean(training_set: TrainingSet) -> Effects:
    """How sensitive the line is in general, the same for every drug; of a new line, how its lineage is."""
    means = np.full(len(training_set.drugs), np.nanmean(training_set.response, dtype=np.float64), np.float32)
    return Effects(training_set.drugs.drug_ids, means, _general(training_set), _means_by_line(training_set))


def mean_effects(training_set: TrainingSet) -> Effects:
    """Drug mean plus how sensitive the line is in general; of a new line, how its lineage is."""
    return Effects(
        training_set.drugs.drug_ids,
        drug_means(training_set.response),
        _general(training_set),
        _means_by_line(training_set),
    )


def drug_lineage_mean(training_set: TrainingSet) -> Effects:
    """Mean response to each drug within each lineage, shrunk towards the drug mean where the lineage is thin."""
    residual = training_set.response - drug_means(training_set.response)
    effects = {}
    for lineage, rows in _by_lineage(training_set.lines).items():
        measured = np.isfinite(residual[rows]).sum(axis=0)
        effects[lineage] = (np.nansum(residual[rows], axis=0) / (measured + PRIOR_LINES)).astype(np.float32)
    return Effects(training_set.drugs.drug_ids, drug_means(training_set.response), effects)


def drug_means(response: Floats) -> Floats:
    """Length D; a drug without a measured line gets the mean over all pairs."""
    measured = np.isfinite(response)
    count = measured.sum(axis=0)
    total = np.where(measured, response, 0).sum(axis=0, dtype=np.float64)
    means = np.where(count > 0, total / np.maximum(count, 1), total.sum() / max(int(count.sum()), 1))
    return np.asarray(means, np.float32)


def line_means(response: Floats) -> Floats:
    """Length L, of what remains once each drug's mean is taken off; a line without a pair gets 0."""
    return np.array([_mean(row) for row in response - drug_means(response)], np.float32)


def _general(training_set: TrainingSet) -> dict[str, Floats]:
    means = line_means(training_set.response)
    return {
        lineage: np.full(len(training_set.drugs), means[rows].sum() / (len(rows) + PRIOR_LINES), np.float32)
        for lineage, rows in _by_lineage(training_set.lines).items()
    }


def _means_by_line(training_set: TrainingSet) -> dict[str, float]:
    means = line_means(training_set.response).tolist()
    return dict(zip(training_set.lines.ids, means, strict=True)) if training_set.lines.ids else {}


def _mean(residual: Floats) -> float:
    measured = residual[np.isfinite(residual)]
    return float(measured.mean()) if measured.size else 0.0


def _by_lineage(lines: Subjects) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, lineage in enumerate(lines.lineages):
        rows.setdefault(lineage, []).append(row)
    return rows
