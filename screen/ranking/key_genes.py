"""Key genes of a model's predictions, as scDEAL and ATSDP-NET define them, and which of them cell lines support.

By the papers' rule a gene is key where its integrated gradients differ between cells predicted sensitive and resistant.
These groups are the model's own: a model of shuffled labels names genes as well, those in which the cells differ most.
So beside each gene stands whether lines that were measured differ in it, in the same direction: that asks the labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.cells.group_differences import ALPHA, FEWEST, differences, rank_sums

if TYPE_CHECKING:
    from screen.models.single_cell.bulk_labels import Cut
    from screen.records import Floats

Marks = NDArray[np.bool_]
Doubles = NDArray[np.float64]

LEAST_LOG_FOLD, LEAST_FRACTION = 0.1, 0.2
"""Of a key gene, as scDEAL (Chen et al. 2022) has them, with an adjusted p of at most 0.05."""
ROLES = ("sensitive", "resistant")


@dataclass(frozen=True)
class LineDifferences:
    """Of g genes: cell lines sensitive to the drug against resistant ones."""

    adjusted: Doubles
    """Benjamini and Hochberg; NaN where a gene was not measured in lines of both."""
    higher: Marks
    """In sensitive lines."""


def line_differences(levels: "Floats", response: Doubles, cut: "Cut") -> LineDifferences:
    """Compare lines gene by gene.

    Parameters
    ----------
    levels : L x g, NaN where not measured
    response : length L, low = sensitive, NaN where not measured
    """
    from scipy.stats import false_discovery_control, mannwhitneyu

    labels = cut.labels(response)
    one, two = (levels[labels == label].astype(np.float64) for label in (1.0, 0.0))
    there = np.flatnonzero((np.isfinite(one).sum(axis=0) >= FEWEST) & (np.isfinite(two).sum(axis=0) >= FEWEST))
    adjusted, higher = np.full(levels.shape[1], np.nan), np.zeros(levels.shape[1], np.bool_)
    if len(there):
        mine, others = one[:, there], two[:, there]
        found = mannwhitneyu(mine, others, axis=0, method="asymptotic", nan_policy="omit")
        adjusted[there] = false_discovery_control(np.nan_to_num(np.asarray(found.pvalue, np.float64), nan=1.0))
        pairs = np.isfinite(mine).sum(axis=0) * np.isfinite(others).sum(axis=0)
        higher[there] = np.asarray(found.statistic) > pairs / 2
    return LineDifferences(adjusted, higher)


def predicted_groups(probability: "Floats") -> tuple[Marks, str]:
    """Which cells are taken as sensitive, and how that was said: from 0.5 on, else the upper half."""
    called = probability >= 0.5
    if min(called.sum(), (~called).sum()) >= FEWEST:
        return called, "at a probability of 0.5"
    order = np.argsort(np.argsort(-probability, kind="stable"), kind="stable")
    return order < len(order) / 2, "at the median: at 0.5 nearly all cells are of one group"


def key_genes(
    names: Sequence[str], values: "Floats", levels: Any, sensitive: Marks, lines: LineDifferences, *, sound: bool = True
) -> pl.DataFrame:
    """Rows of ``key_genes`` but for whose they are.

    Parameters
    ----------
    values : n x g attributions
    levels : n x g, log(1 + molecules per 10,000)
    sensitive : length n, of :func:`predicted_groups`
    sound : whether the model predicts its own test lines; of one that does not no gene is called key
    """
    from scipy.stats import false_discovery_control

    p, higher = rank_sums(values.astype(np.float64), sensitive)
    adjusted, expressed = false_discovery_control(p), differences(levels, sensitive)
    often = np.maximum(*expressed.fractions) > LEAST_FRACTION
    key = (adjusted <= ALPHA) & (np.abs(expressed.log_fold) > LEAST_LOG_FOLD) & often & sound
    same = lines.higher == (expressed.log_fold > 0)
    with np.errstate(invalid="ignore"):
        supported = key & same & (lines.adjusted <= ALPHA)
    return pl.DataFrame(
        {
            "gene": list(names),
            "role": np.where(higher, *ROLES).tolist(),
            "key_gene": key,
            "supported": supported,
            "attribution_sensitive": values[sensitive].mean(axis=0, dtype=np.float64),
            "attribution_resistant": values[~sensitive].mean(axis=0, dtype=np.float64),
            "p": p,
            "adjusted_p": adjusted,
            "log_fold": expressed.log_fold,
            "fraction_sensitive": expressed.fractions[0],
            "fraction_resistant": expressed.fractions[1],
            "lines_adjusted_p": pl.Series(lines.adjusted, nan_to_null=True),
        }
    )
