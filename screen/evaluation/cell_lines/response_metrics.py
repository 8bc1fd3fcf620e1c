"""Figures of out-of-fold predictions pooled over folds, each for all bootstrap draws at once.

Draws resample whole cell lines, or whole drugs where drugs are new; of two models on the same draws the difference is
paired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.splits import Split
from screen.metrics import correlation
from screen.metrics.correlation import Doubles, Values
from screen.metrics.standing_out import NAMES as STANDING
from screen.models.baselines.naive import drug_means, line_means
from screen.models.ensemble.sensitivity_labels import lineage_medians
from screen.records import Floats

Resampled = Mapping[str, Doubles]
"""metric -> 1 + B values: of everything, then of each draw."""
By = Literal["lines", "drugs"]
_Z90 = 1.645


@dataclass(frozen=True)
class TrainingMeans:
    """What is known of the test pairs from their fold's training part without a model, all L x D."""

    naive: Floats
    """Drug mean where lines are new, line mean where drugs are, mean of all pairs where both are."""
    mean: Floats
    """Of the drug over the training lines; NaN where the drug is new."""
    sd: Floats
    cut: Floats
    """Length L: median response of the line's lineage over all drugs."""


@dataclass(frozen=True)
class PooledPredictions:
    """Out-of-fold predictions of one model, L x D, NaN for pairs in no test part."""

    predicted: Floats
    spread: Floats | None = None

    def at(self, lines: NDArray[np.bool_], drugs: NDArray[np.bool_]) -> "PooledPredictions":
        """Some lines and drugs."""
        cut = np.ix_(lines, drugs)
        return PooledPredictions(self.predicted[cut], None if self.spread is None else self.spread[cut])


def training_means(benchmark: BenchmarkData, split: Split) -> TrainingMeans:
    """The naive part of every test pair, from its fold's training part alone."""
    naive, mean, sd = (np.full(benchmark.response.shape, np.nan, np.float32) for _ in range(3))
    cut = np.full(len(benchmark.response), np.nan, np.float32)
    for fold in split.folds:
        training_set = benchmark.response[np.ix_(fold.lines, fold.drugs)]
        test = np.ix_(fold.test_lines, fold.test_drugs)
        if split.new == "lines":
            medians = lineage_medians(training_set, [benchmark.lineages[row] for row in fold.lines])
            cut[fold.test_lines] = [medians.of(benchmark.lineages[row]) for row in fold.test_lines]
            naive[test] = mean[test] = drug_means(training_set)
            sd[test] = np.maximum(np.nan_to_num(np.nanstd(training_set, axis=0), nan=1.0), 1e-6)
        elif split.new == "drugs":
            naive[test] = (np.nanmean(drug_means(training_set)) + line_means(training_set))[:, None]
        else:
            naive[test] = np.nanmean(training_set)
    return TrainingMeans(naive, mean, sd, cut)


def draws_of(count: int, seed: int, draws: int = correlation.DRAWS) -> Doubles:
    """1 + B x n: everything once, then the bootstrap draws."""
    return np.concatenate([np.ones((1, count)), correlation.draw_weights(count, draws, seed)])


def metrics_of(
    out: PooledPredictions, response: Floats, means: TrainingMeans, weights: Doubles, by: By, lists: Resampled | None
) -> Resampled:
    """Every metric of one model; of a narrow stratum those r_drug, r_res and rmse alone.

    Parameters
    ----------
    response, means, out : of the same lines and drugs
    weights : 1 + B x lines, or drugs, as ``by`` says
    lists : figures of the lines' top lists (:mod:`screen.metrics.top_lists`); ``None``: a narrow stratum
    """
    truth = np.where(np.isfinite(out.predicted), response, np.nan)
    turned = (lambda values: values) if by == "lines" else np.transpose
    predicted, beyond = turned(out.predicted), turned(out.predicted - means.naive)
    true, residual = turned(truth), turned(truth - means.naive)
    found: dict[str, Doubles] = {
        "r_drug": _r_drug(out.predicted, truth, weights, by),
        "r_res": correlation.pooled_r(beyond, residual, weights),
        "rmse": correlation.rmse(predicted, true, weights),
    }
    if lists is None:
        return found
    found |= {
        "global_r": correlation.pooled_r(predicted, true, weights),
        "slope": _slope(predicted, true, weights),
        "slope_res": _slope(beyond, residual, weights),
        "bias": _mean(predicted - true, weights),
    }
    if out.spread is not None:
        within = np.abs(predicted - true) <= _Z90 * turned(out.spread)
        found["coverage_90"] = _mean(np.where(np.isfinite(predicted - true), within, np.nan), weights)
    counts = {name: weights @ lists[name] for name in STANDING if name in lists}
    if counts:
        listed, hits, chance = (counts[name] for name in STANDING)
        with np.errstate(invalid="ignore", divide="ignore"):
            found |= {"stands_out_precision": hits / listed, "stands_out_chance": chance / listed}
    return found | {name: _mean(values[:, None], weights) for name, values in lists.items() if name not in counts}


def _r_drug(predicted: Values, truth: Values, weights: Doubles, by: By) -> Doubles:
    if by == "lines":
        return correlation.r_drug(predicted, truth, weights)
    each = correlation.drug_correlations(predicted, truth, np.ones((1, len(truth))))
    return _mean(each.T, weights)


def _mean(values: Values, weights: Doubles) -> Doubles:
    """Mean over the measured of all subjects' values (n x m), subjects weighted."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Doubles = (
            weights @ np.where(there, values, 0.0).sum(axis=1, dtype=np.float64) / (weights @ there.sum(axis=1))
        )
    return mean


def _slope(predicted: Values, true: Values, weights: Doubles) -> Doubles:
    """Of the regression of truth on prediction over all pairs; 1 is calibrated. NaN for a constant prediction."""
    covariance, spread, _ = correlation.pooled_moments(predicted, true, weights)
    return np.where(spread > 1e-12, covariance / np.where(spread > 1e-12, spread, 1.0), np.nan)
