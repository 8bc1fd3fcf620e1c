"""How well responses are predicted, with intervals that resample whole cell lines or patients.

Responses are n x D with NaN where not measured; low means sensitive. A metric that takes ``weights`` (B x n, how often
each of B draws holds each subject) predictions for all draws at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.metrics.figure import Estimate

Doubles = NDArray[np.float64]
Values = NDArray[np.floating]
Flags = NDArray[np.bool_]

DRAWS = 1000
FEWEST_A_CLASS = 8
"""Fewer responders or non-responders: not evaluable."""
_FEWEST_LINES = 8
"""A drug measured on fewer lines has no correlation."""


def estimate(metric: Callable[[Doubles], Doubles], subjects: int, seed: int, draws: int = DRAWS) -> Estimate:
    """A metric of weights on all subjects, and the percentile interval over bootstrap draws of subjects."""
    value = metric(np.ones((1, subjects)))
    return over_draws(np.concatenate([value, metric(draw_weights(subjects, draws, seed))]))


def over_draws(values: Doubles) -> Estimate:
    """The figure of everything (first of 1 + B values) with the 95% percentile interval over the B draws."""
    draws = values[1:][np.isfinite(values[1:])]
    low, high = np.percentile(draws, (2.5, 97.5)) if draws.size else (np.nan, np.nan)
    return Estimate(float(values[0]), float(low), float(high))


def draw_weights(subjects: int, draws: int, seed: int) -> Doubles:
    """B x n: how often each bootstrap draw holds each subject."""
    rng = np.random.default_rng(seed)
    even = np.full(subjects, 1 / subjects)
    return rng.multinomial(subjects, even, size=draws).astype(np.float64)


def r_drug(predicted: Values, response: Values, weights: Doubles) -> Doubles:
    """Pearson correlation over lines within a drug, mean over drugs; a constant prediction counts 0. Length B."""
    each = drug_correlations(predicted, response, weights)
    return _mean_where(each, np.isfinite(each))


def drug_correlations(predicted: Values, response: Values, weights: Doubles) -> Doubles:
    """Pearson correlation over lines of each drug, B x D; NaN for a drug of few lines or one response."""
    seen = np.isfinite(response) & np.isfinite(predicted)
    found = np.full((len(weights), response.shape[1]), np.nan)
    enough = seen.sum(axis=0) >= _FEWEST_LINES
    seen, x, y = seen[:, enough], predicted[:, enough], response[:, enough]
    # Taking a constant off each drug changes no correlation and keeps the sums of squares accurate.
    x, y = _centred(x, seen), _centred(y, seen)
    mass = weights @ seen
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = weights @ x / mass, weights @ y / mass
        covariance = weights @ (x * y) / mass - mean_x * mean_y
        spread_x = weights @ x**2 / mass - mean_x**2
        spread_y = weights @ y**2 / mass - mean_y**2
        each = covariance / np.sqrt(spread_x * spread_y)
    each = np.where(spread_x <= 1e-14, 0.0, each)
    found[:, enough] = np.where(spread_y > 1e-14, each, np.nan)
    return found


def pooled_moments(one: Values, other: Values, weights: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Covariance and both variances over all pairs that both have, length B each."""
    seen = np.isfinite(one) & np.isfinite(other)
    # Taking a constant off changes none of them and keeps the sums of squares accurate.
    x = np.where(seen, one - np.mean(one[seen], dtype=np.float64), 0.0)
    y = np.where(seen, other - np.mean(other[seen], dtype=np.float64), 0.0)
    mass = weights @ seen.sum(axis=1)
    mean_x, mean_y = weights @ x.sum(axis=1) / mass, weights @ y.sum(axis=1) / mass
    return (
        weights @ (x * y).sum(axis=1) / mass - mean_x * mean_y,
        weights @ (x * x).sum(axis=1) / mass - mean_x**2,
        weights @ (y * y).sum(axis=1) / mass - mean_y**2,
    )


def pooled_r(predicted: Values, response: Values, weights: Doubles) -> Doubles:
    """Pearson correlation over all measured pairs. Length B. Of residuals it is ``r_res``."""
    covariance, spread_x, spread_y = pooled_moments(predicted, response, weights)
    flat = (spread_x <= 1e-14) | (spread_y <= 1e-14)
    return np.where(flat, 0.0, covariance / np.sqrt(np.where(flat, 1.0, spread_x * spread_y)))


def rmse(predicted: Values, response: Values, weights: Doubles) -> Doubles:
    """Root mean squared error over all measured pairs, in the units of the response. Length B."""
    seen = np.isfinite(response) & np.isfinite(predicted)
    squares = np.where(seen, predicted - response, 0.0).astype(np.float64) ** 2
    root: Doubles = np.sqrt(weights @ squares.sum(axis=1) / (weights @ seen.sum(axis=1)))
    return root


@dataclass(frozen=True)
class Pairs:
    """Scored (subject, drug) pairs with a yes-or-no outcome."""

    scores: Values
    """N x K, high = sensitive. With several columns the AUROC is the mean over them: how other drugs would rank."""
    positive: Flags
    """Length N."""
    groups: NDArray[np.intp]
    """Length N: comparisons stay within a group, e.g. a drug."""
    subjects: NDArray[np.intp]
    """Length N, 0..n-1: resampled together."""

    def auroc(self, weights: Doubles) -> Doubles:
        """Share of comparable (positive, negative) pairs in the right order, ties half. Length B, NaN without any."""
        won, there = self._comparisons()
        ups = weights[:, self.subjects[self.positive]]
        downs = weights[:, self.subjects[~self.positive]]
        with np.errstate(invalid="ignore"):
            share: Doubles = ((ups @ won) * downs).sum(axis=1) / ((ups @ there) * downs).sum(axis=1)
        return share

    def permutation_p(self, seed: int, draws: int = DRAWS) -> float:
        """Share of shuffles of the outcome within groups that reach this AUROC, one-sided, never 0."""
        rng = np.random.default_rng(seed)
        ranks = np.concatenate([_ranks(self.scores[self.groups == g]) for g in np.unique(self.groups)])
        outcomes = [self.positive[self.groups == g] for g in np.unique(self.groups)]
        observed = ranks[np.concatenate(outcomes)].sum()
        # With fixed class sizes a group's AUROC is its rank sum of positives, shifted and scaled by constants.
        shuffled = np.hstack([rng.permuted(np.tile(outcome, (draws, 1)), axis=1) for outcome in outcomes])
        return float((1 + (shuffled @ ranks >= observed - 1e-9).sum()) / (1 + draws))

    def column_aurocs(self) -> Doubles:
        """AUROC of each column of the scores by itself. Length K."""
        won, comparisons = np.zeros(self.scores.shape[1]), 0
        for group in np.unique(self.groups):
            members = self.groups == group
            positive = self.positive[members]
            ups = int(positive.sum())
            won += _rank_columns(self.scores[members])[positive].sum(axis=0) - ups * (ups + 1) / 2
            comparisons += ups * (len(positive) - ups)
        return won / comparisons if comparisons else np.full(len(won), np.nan)

    def evaluable(self) -> bool:
        """Whether the pairs that have a counterpart in their group hold enough of both classes."""
        mixed = [g for g in np.unique(self.groups) if len(set(self.positive[self.groups == g].tolist())) == 2]
        positive = self.positive[np.isin(self.groups, mixed)]
        return bool(min(positive.sum(), (~positive).sum()) >= FEWEST_A_CLASS)

    def _comparisons(self) -> tuple[Doubles, Doubles]:
        up, down = np.flatnonzero(self.positive), np.flatnonzero(~self.positive)
        there = (self.groups[up][:, None] == self.groups[down][None]).astype(np.float64)
        step = np.zeros_like(there)
        for column in self.scores.T:
            step += np.sign(column[up][:, None] - column[down][None])
        return there * (1 + step / self.scores.shape[1]) / 2, there


def _centred(values: Values, seen: Flags) -> Doubles:
    total = np.where(seen, values, 0.0).sum(axis=0, dtype=np.float64)
    return np.where(seen, values - total / np.maximum(seen.sum(axis=0), 1), 0.0)


def _mean_where(values: Doubles, usable: Flags) -> Doubles:
    count = usable.sum(axis=1)
    total = np.where(usable, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _ranks(values: Values) -> Doubles:
    """N x K -> mean rank over the columns, N."""
    ranks: Doubles = _rank_columns(values).mean(axis=1)
    return ranks


def _rank_columns(values: Values) -> Doubles:
    from scipy.stats import rankdata

    ranks: Doubles = rankdata(values, axis=0)
    return ranks
