"""Figures of predictions for labelled cells: mean over seeds, and the 95% interval of that mean (Student's t).

The interval says how much hangs on the seed: on starting weights and on which lines train. Cells of one set are no
independent patients, so none is made over cells.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.cells.cell_predictors import SeedScores
from screen.metrics.figure import Estimate, Figure
from screen.records import Floats

Doubles = NDArray[np.float64]
PROTOCOL = "cells"
BEFORE = "-before-transfer"
METRICS = ("auroc", "auroc_reversed", "ap", "ap_chance")
_OF_CLASS = ("precision", "recall", "f1")


def cell_metrics(labels: Doubles, scores: Floats) -> dict[str, float]:
    """Metrics of one set of predictions; precision, recall and F1 at 0.5, of either class by its name."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    auroc = float(roc_auc_score(labels, scores))
    found = {
        "auroc": auroc,
        "auroc_reversed": 1 - auroc,
        "ap": float(average_precision_score(labels, scores)),
        "ap_chance": float(labels.mean()),
    }
    called = scores >= 0.5
    for name, mine, theirs in (("sensitive", labels == 1, called), ("resistant", labels == 0, ~called)):
        right = float((mine & theirs).sum())
        values = (right / max(theirs.sum(), 1), right / mine.sum(), 2 * right / (mine.sum() + theirs.sum()))
        found |= {f"{metric}_{name}": float(value) for metric, value in zip(_OF_CLASS, values, strict=True)}
    return found


def figures_of_model(
    name: str, labels: Doubles, seeds: Sequence[SeedScores], base: Figure, others: Mapping[str, Sequence[SeedScores]]
) -> list[Figure]:
    """A model's figures, those before transfer, and the paired differences: after less before, and less each baseline.

    Parameters
    ----------
    base : what the figures have in common
    others : baseline -> predictions of the same seeds
    """
    after = [cell_metrics(labels, one.after) for one in seeds]
    made = _figures(name, after, base)
    if all(one.after is one.before for one in seeds):
        return made
    before = [cell_metrics(labels, one.before) for one in seeds]
    made += _figures(name + BEFORE, before, base)
    pairs = {name + BEFORE: before} | {
        other: [cell_metrics(labels, one.after) for one in scores] for other, scores in others.items()
    }
    for other, theirs in pairs.items():
        for metric in ("auroc", "ap", "f1_sensitive"):
            less = [mine[metric] - one[metric] for mine, one in zip(after, theirs, strict=True)]
            made.append(_figure(base, name, metric, less, other))
    return made


def _figures(name: str, found: Sequence[Mapping[str, float]], base: Figure) -> list[Figure]:
    return [_figure(base, name, metric, [one[metric] for one in found], None) for metric in found[0]]


def _figure(base: Figure, name: str, metric: str, values: Sequence[float], baseline: str | None) -> Figure:
    from dataclasses import replace

    return replace(base, model=name, metric=metric, baseline=baseline).measured(
        over_seeds(values, 0.0 if baseline is None else -1.0)
    )


def over_seeds(values: Sequence[float], least: float = 0.0) -> Estimate:
    """Mean and 95% interval of the mean, cut where a figure can be no lower (``least``) or higher than 1.

    No interval where all are one value, as of a model without chance.
    """
    from scipy.stats import t

    mean, count = float(np.mean(values)), len(values)
    error = float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else 0.0
    if error == 0.0:
        return Estimate(mean)
    half = float(t.ppf(0.975, count - 1)) * error
    return Estimate(mean, max(mean - half, least), min(mean + half, 1.0))
