"""Figures of a replay, each for all bootstrap draws of lines at once, and what a choice of wells finds."""

import math

import numpy as np

from screen.evaluation.cell_lines.response_metrics import Resampled
from screen.evaluation.loop.loop_data import FEWEST_LINES
from screen.evaluation.loop.plate_replay import Replayed
from screen.metrics import correlation
from screen.metrics.correlation import Doubles
from screen.metrics.top_lists import FEWEST_DRUGS, SHARE
from screen.models.conditioning.plate_process import Z90

METRICS = ("r_drug", "r_res", "r_double", "selective_precision_top5", "precision_top5", "rmse_sd", "coverage_90")
FOUND = ("found_top5", "selective_found_top5")
"""Share of a line's true top 5% that is on the plate or among as many drugs again, predicted best after it."""


def metrics_of(made: Replayed, weights: Doubles) -> Resampled:
    """Every metric; ``weights`` (1 + B x L) say how often each draw holds each line."""
    few = np.isfinite(made.truth).sum(axis=0) < FEWEST_LINES
    by_drug = np.where(few, np.nan, made.response)
    selective, absolute = _top_lists(made)
    within = np.where(np.isfinite(made.truth), np.abs(made.predicted - made.truth) <= Z90 * made.spread, np.nan)
    return {
        "r_drug": correlation.r_drug(made.predicted_response, by_drug, weights),
        "r_res": correlation.pooled_r(
            made.predicted_response - made.drug_mean, made.response - made.drug_mean, weights
        ),
        "r_double": correlation.pooled_r(less_line(made.predicted), less_line(made.truth), weights),
        "selective_precision_top5": mean_over(selective[:, None], weights),
        "precision_top5": mean_over(absolute[:, None], weights),
        "rmse_sd": correlation.rmse(made.predicted, made.truth, weights),
        "coverage_90": mean_over(within, weights),
    }


def found_of(made: Replayed, wells: int, weights: Doubles) -> Resampled:
    """The figures of :data:`FOUND`: of the response, and of the response in standard deviations."""
    kinds = ((made.all_response, made.predicted_response), (made.all_truth, made.predicted))
    return {
        name: mean_over(_found(made, *tables, wells)[:, None], weights)
        for name, tables in zip(FOUND, kinds, strict=True)
    }


def _found(made: Replayed, truth: Doubles, predicted: Doubles, wells: int) -> Doubles:
    shares = np.full(len(truth), np.nan)
    lines = np.isfinite(made.all_truth).sum(axis=1) >= FEWEST_DRUGS
    for row in np.flatnonzero(lines & np.isfinite(made.predicted).any(axis=1)):
        there = np.flatnonzero(np.isfinite(made.all_truth[row]))
        best = there[np.argsort(truth[row, there], kind="stable")[: math.ceil(SHARE * len(there))]]
        left = np.flatnonzero(np.isfinite(predicted[row]))
        following = left[np.argsort(predicted[row, left], kind="stable")[:wells]]
        tested = np.union1d(np.flatnonzero(made.on_plate[row] == 1), following)
        shares[row] = len(np.intersect1d(best, tested)) / len(best)
    return shares


def less_line(values: Doubles) -> Doubles:
    """L x D less each line's mean over what it has."""
    there = np.isfinite(values)
    count = np.maximum(there.sum(axis=1, keepdims=True), 1)
    return np.asarray(values - np.where(there, values, 0.0).sum(axis=1, keepdims=True) / count)


def mean_over(values: Doubles, weights: Doubles) -> Doubles:
    """Mean over the measured of all lines' values (L x m), lines weighted. Length B."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(weights @ np.where(there, values, 0.0).sum(axis=1) / (weights @ there.sum(axis=1)))


def _top_lists(made: Replayed) -> tuple[Doubles, Doubles]:
    """Of each line the share of the listed top 5% that belongs there: by standardised response, and by response."""
    selective, absolute = (np.full(len(made.truth), np.nan) for _ in range(2))
    for row in np.flatnonzero(np.isfinite(made.truth).sum(axis=1) >= FEWEST_DRUGS):
        there = np.flatnonzero(np.isfinite(made.truth[row]))
        selective[row] = _hits(made.predicted[row, there], made.truth[row, there])
        absolute[row] = _hits(made.predicted_response[row, there], made.response[row, there])
    return selective, absolute


def _hits(predicted: Doubles, truth: Doubles) -> float:
    size = math.ceil(SHARE * len(truth))
    listed, belong = (np.argsort(values, kind="stable")[:size] for values in (predicted, truth))
    return len(np.intersect1d(listed, belong)) / size
