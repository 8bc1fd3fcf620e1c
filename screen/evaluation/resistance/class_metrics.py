"""AUROC within a drug and F1 of a named class, over drugs, with intervals that resample whole cell lines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.cell_lines.response_metrics import Resampled, draws_of
from screen.metrics.correlation import FEWEST_A_CLASS, Doubles, over_draws
from screen.metrics.figure import Figure
from screen.models import Rows
from screen.records import Floats
from screen.tasks.progress import Progress

COMPARED_WITH = ("PCA", "ridge, genes", "lineage", "all resistant")
"""Rows that every other row has a paired difference to, where they are there."""
_CALL = 0.5


@dataclass(frozen=True)
class ClassifiedLines:
    """Lines of the test parts."""

    rows: Rows
    """Length n: their places among all lines."""
    labels: Floats
    """n x D: 1 resistant by the cut of the fold's training lines, 0 sensitive, NaN not measured."""
    folds: Rows
    """Length n: a score is compared with those of the same fold, whose model is the same."""
    drugs: tuple[str, ...]

    @property
    def evaluable(self) -> NDArray[np.bool_]:
        """Length D: drugs with enough of both classes."""
        fewer = np.minimum((self.labels == 1).sum(axis=0), (self.labels == 0).sum(axis=0))
        return np.asarray(fewer >= FEWEST_A_CLASS)


def resistance_figures(
    tested: ClassifiedLines, predicted: Mapping[str, Floats], seed: int, progress: Progress
) -> list[Figure]:
    """Every model over all drugs and drug by drug, and what it has over the controls.

    Parameters
    ----------
    predicted : model -> L x D probabilities of resistance over all lines
    """
    shown = np.flatnonzero(tested.evaluable)
    weights = draws_of(len(tested.rows), seed)
    each: dict[str, Resampled] = {}
    for number, (model, probability) in enumerate(predicted.items()):
        progress("figures and their intervals", number, len(predicted))
        scores = probability[tested.rows][:, shown]
        each[model] = {
            "auroc": aurocs(scores, tested.labels[:, shown], tested.folds, weights),
            "f1_resistant": f1s(scores > _CALL, tested.labels[:, shown], weights, positive=1),
            "f1_sensitive": f1s(scores > _CALL, tested.labels[:, shown], weights, positive=0),
        }
    return _over_drugs(tested, shown, each) + _single_drugs(tested, shown, each)


def _over_drugs(tested: ClassifiedLines, shown: Rows, each: Mapping[str, Resampled]) -> list[Figure]:
    labels = tested.labels[:, shown]
    pairs, resistant = int(np.isfinite(labels).sum()), int((labels == 1).sum())
    note = f"{len(tested.rows)} lines, {len(shown)} drugs, {resistant / max(pairs, 1):.0%} resistant"
    base = Figure(protocol="resistance", model="", metric="", n=pairs, n_positive=resistant, note=note)
    means = {model: {metric: _mean(values) for metric, values in found.items()} for model, found in each.items()}
    figures = []
    for model, found in means.items():
        for metric, values in found.items():
            figure = replace(base, model=model, metric=metric)
            figures.append(figure.measured(over_draws(values)))
            figures += [
                replace(figure, baseline=other).measured(over_draws(values - means[other][metric]))
                for other in COMPARED_WITH
                if other in means and other != model
            ]
    return figures


def _single_drugs(tested: ClassifiedLines, shown: Rows, each: Mapping[str, Resampled]) -> list[Figure]:
    figures = []
    for column, place in enumerate(shown.tolist()):
        labels = tested.labels[:, place]
        base = Figure(
            protocol="resistance",
            model="",
            metric="",
            stratum_kind="drug",
            stratum_name=tested.drugs[place],
            n=int(np.isfinite(labels).sum()),
            n_positive=int((labels == 1).sum()),
            note=f"{int((labels == 1).sum())} resistant lines, {int((labels == 0).sum())} sensitive",
        )
        for model, found in each.items():
            for metric in ("auroc", "f1_resistant", "f1_sensitive"):
                figure = replace(base, model=model, metric=metric)
                figures.append(figure.measured(over_draws(found[metric][:, column])))
    return figures


def aurocs(scores: Floats, labels: Floats, folds: Rows, weights: Doubles) -> Doubles:
    """1 + B x D: share of (resistant, sensitive) pairs of lines of one fold that are in the right order, ties half."""
    found = np.full((len(weights), labels.shape[1]), np.nan)
    for drug in range(labels.shape[1]):
        won, there = np.zeros(len(weights)), np.zeros(len(weights))
        for fold in np.unique(folds):
            up = np.flatnonzero((folds == fold) & (labels[:, drug] == 1))
            down = np.flatnonzero((folds == fold) & (labels[:, drug] == 0))
            if not up.size or not down.size:
                continue
            order = (1 + np.sign(scores[up, drug][:, None] - scores[down, drug][None])) / 2
            ups, downs = weights[:, up], weights[:, down]
            won += ((ups @ order) * downs).sum(axis=1)
            there += ups.sum(axis=1) * downs.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[:, drug] = won / there
    return found


def f1s(called: NDArray[np.bool_], labels: Floats, weights: Doubles, positive: int) -> Doubles:
    """1 + B x D: 2 TP / (2 TP + FP + FN) of the class ``positive``; 0 where none of it is called."""
    known = np.isfinite(labels)
    yes, call = (labels == positive) & known, (called == bool(positive)) & known
    true = weights @ (yes & call)
    total = weights @ yes + weights @ call
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(total > 0, 2 * true / total, np.nan))


def _mean(values: Doubles) -> Doubles:
    """Over the drugs that a draw can say something of; NaN where there is none."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, values, 0).sum(axis=1) / there.sum(axis=1))
