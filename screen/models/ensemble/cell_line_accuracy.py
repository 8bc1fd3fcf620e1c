"""Accuracy on cell lines a model never saw, beside what naive predictors and ridge reach on the same folds."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from screen.metrics import correlation
from screen.metrics.figure import Figure
from screen.models.baselines.naive import drug_means
from screen.models.contract import Drugs, Folds, HeldoutPredictions, Subjects, TrainingSet
from screen.models.model_registry import BASELINES
from screen.records import Floats

Metric = Callable[[correlation.Doubles], correlation.Doubles]


def baseline_predictions(
    per_fold: Sequence[Subjects], drugs: Drugs, folds: Folds, auc: Floats
) -> dict[str, HeldoutPredictions]:
    """Fit every baseline on the training lines of each fold and predict its held-out lines.

    Parameters
    ----------
    per_fold : all L lines in the frame of each fold
    """
    naive = naive_means(folds, auc)
    predicted = {name: np.empty_like(auc) for name in BASELINES}
    for fold, subjects in enumerate(per_fold):
        train, heldout = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        for name, fit in BASELINES.items():
            fitted = fit(TrainingSet(subjects.take(train), drugs, auc[train], subjects.scaled[:0]))
            predicted[name][heldout] = fitted.predict(subjects.take(heldout), drugs)
    return {name: HeldoutPredictions(made, made - naive, True) for name, made in predicted.items()}


def naive_means(folds: Folds, auc: Floats) -> Floats:
    """L x D: mean response to each drug over the training lines of the fold that holds the line out."""
    means = np.stack([drug_means(auc[folds != fold]) for fold in range(int(folds.max()) + 1)])
    return np.asarray(means[folds])


def accuracy_figures(
    heldout: Mapping[str, HeldoutPredictions], folds: Folds, auc: Floats, seed: int, indication: str | None
) -> list[Figure]:
    """Figures of protocol ``lines``: r_drug, also less each baseline, r_res, global_r, rmse on the response's scale."""
    residual, pairs = auc - naive_means(folds, auc), np.isfinite(auc)
    figure = partial(
        Figure,
        protocol="lines",
        indication=indication,
        n=int(pairs.sum()),
        note=f"{int(pairs.any(axis=1).sum())} unseen cell lines, {int(pairs.any(axis=0).sum())} drugs",
    )
    figures = []
    for model, held in heldout.items():
        r_drug = partial(correlation.r_drug, held.predicted, auc)
        measured: dict[tuple[str, str | None], Metric] = {
            ("r_drug", None): r_drug,
            ("r_res", None): partial(correlation.pooled_r, held.beyond, residual),
            ("global_r", None): partial(correlation.pooled_r, held.predicted, auc),
        }
        if held.on_scale:
            measured["rmse", None] = partial(correlation.rmse, held.predicted, auc)
        for other in () if model in BASELINES else BASELINES:
            theirs = partial(correlation.r_drug, heldout[other].predicted, auc)
            measured["r_drug", other] = _less(r_drug, theirs)
        figures += [
            figure(model=model, metric=name, baseline=baseline).measured(correlation.estimate(metric, len(auc), seed))
            for (name, baseline), metric in measured.items()
        ]
    return figures


def _less(one: Metric, other: Metric) -> Metric:
    """The paired difference: both metrics on the same draws."""
    return lambda weights: one(weights) - other(weights)
