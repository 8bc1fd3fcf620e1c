"""Sensitive or not: a cell line's AUC against the median of its lineage."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.records import Floats

FEWEST_LINES = 5
"""Lineages with fewer measured lines are pooled."""


@dataclass(frozen=True)
class Medians:
    """Median response over all measured pairs of each lineage, from training lines alone."""

    of_lineage: dict[str, float]
    other: float
    """Of the thin lineages together, or of all lines where those are too few; for lineages never seen."""

    def of(self, lineage: str) -> float:
        """The median of a lineage, or that of the thin ones."""
        return self.of_lineage.get(lineage, self.other)

    def labels(self, auc: Floats, lineages: Sequence[str]) -> Floats:
        """L x D: 1 below the median of the lineage (sensitive), 0 else, NaN where not measured."""
        cut = np.array([self.of(lineage) for lineage in lineages], np.float32)
        return np.where(np.isfinite(auc), (auc < cut[:, None]).astype(np.float32), np.float32(np.nan))


def lineage_medians(auc: Floats, lineages: Sequence[str]) -> Medians:
    """Fit the medians on training lines (DeepCRE, Methods: labels are cut at the median response of a tumour type)."""
    measured = np.asarray(np.isfinite(auc).any(axis=1))
    count = Counter(lineage for lineage, there in zip(lineages, measured, strict=True) if there)
    thick = {lineage for lineage, lines in count.items() if lines >= FEWEST_LINES}
    rows = {lineage: [of_line == lineage for of_line in lineages] for lineage in sorted(thick)}
    thin = measured & np.array([lineage not in thick for lineage in lineages])
    pool = thin if thin.sum() >= FEWEST_LINES else measured
    return Medians(
        {lineage: float(np.nanmedian(auc[mask])) for lineage, mask in rows.items()}, float(np.nanmedian(auc[pool]))
    )
