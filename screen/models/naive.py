"""What can be said without looking at a profile: every accuracy is read against these."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from screen.models import Subjects
from screen.records import Floats

PRIOR_LINES = 5.0
"""A mean over few lines is drawn to the mean above it, which counts as this many lines."""


@dataclass(frozen=True)
class Effects:
    """response = drug mean + effect of the lineage (on all drugs, or on each)."""

    drug_means: Floats
    """Length D."""
    lineage_effects: Mapping[str, Floats]
    """lineage -> length D."""

    def predict(self, subjects: Subjects) -> Floats:
        """n x D."""
        none = np.zeros_like(self.drug_means)
        effects = [self.lineage_effects.get(lineage, none) for lineage in subjects.lineages]
        return self.drug_means + np.array(effects, np.float32).reshape(len(subjects), -1)


def drug_mean(lines: Subjects, auc: Floats) -> Effects:
    """The same answer for everybody: the mean response to each drug."""
    return Effects(drug_means(auc), {})


def mean_effects(lines: Subjects, auc: Floats) -> Effects:
    """Drug mean plus how sensitive the lineage is in general."""
    residual = auc - drug_means(auc)
    width = auc.shape[1]
    effects = {}
    for lineage, rows in _by_lineage(lines).items():
        line_means = np.array([_mean(residual[row]) for row in rows])
        effects[lineage] = np.full(width, line_means.sum() / (len(rows) + PRIOR_LINES), np.float32)
    return Effects(drug_means(auc), effects)


def drug_lineage_mean(lines: Subjects, auc: Floats) -> Effects:
    """Mean response to each drug within each lineage, drawn to the drug mean where the lineage is thin."""
    residual = auc - drug_means(auc)
    effects = {}
    for lineage, rows in _by_lineage(lines).items():
        measured = np.isfinite(residual[rows]).sum(axis=0)
        effects[lineage] = (np.nansum(residual[rows], axis=0) / (measured + PRIOR_LINES)).astype(np.float32)
    return Effects(drug_means(auc), effects)


def drug_means(auc: Floats) -> Floats:
    """Length D; a drug without a measured line gets the mean over all pairs."""
    measured = np.isfinite(auc)
    count = measured.sum(axis=0)
    total = np.where(measured, auc, 0).sum(axis=0, dtype=np.float64)
    means = np.where(count > 0, total / np.maximum(count, 1), total.sum() / max(int(count.sum()), 1))
    return np.asarray(means, np.float32)


def _mean(residual: Floats) -> float:
    measured = residual[np.isfinite(residual)]
    return float(measured.mean()) if measured.size else 0.0


def _by_lineage(lines: Subjects) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, lineage in enumerate(lines.lineages):
        rows.setdefault(lineage, []).append(row)
    return rows
