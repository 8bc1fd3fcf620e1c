"""Cox regression of thousands of markers at once, each in a model of its own beside the same covariates.

Newton's method on Efron's partial likelihood, one array over all markers: sums over those at risk are running sums over
patients ordered by time. :mod:`screen.biomarkers.cox_model` fits one model with lifelines; both agree to 1e-6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_BLOCK = 4_000_000
"""Numbers in one array: so many markers go at once."""
_STEPS, _HALVINGS, _PRECISION = 60, 30, 1e-10
_FARTHEST = 15.0
"""A log hazard ratio beyond it is no estimate: the marker parts those with an event from all others."""


@dataclass(frozen=True)
class ManyHazards:
    """Of each of g markers the last of its own terms: the marker, or its interaction."""

    log_ratio: Array
    """g; NaN where the fit has no estimate."""
    error: Array
    """Standard error (Wald)."""
    n: NDArray[np.int64]
    events: NDArray[np.int64]

    @property
    def p(self) -> Array:
        """Two-sided (Wald)."""
        from scipy.stats import norm

        return np.asarray(2 * norm.sf(np.abs(self.log_ratio / self.error)))

    def interval(self) -> tuple[Array, Array]:
        """Ends of the 95% interval of the hazard ratio."""
        from scipy.stats import norm

        half = float(norm.ppf(0.975)) * self.error
        return np.exp(self.log_ratio - half), np.exp(self.log_ratio + half)


def many_cox(days: Array, event: Mask, terms: Sequence[Array], shared: Array) -> ManyHazards:
    """Fit one model a marker: its own terms and the shared covariates.

    Parameters
    ----------
    days, event : n
    terms : n x g each, one or more: a marker, its product with a treatment; NaN leaves the patient out of that model
    shared : n x p covariates without missing values; p may be 0
    """
    g = terms[0].shape[1]
    found = ManyHazards(np.full(g, np.nan), np.full(g, np.nan), np.zeros(g, np.int64), np.zeros(g, np.int64))
    known = np.logical_and.reduce([np.isfinite(term) for term in terms])
    for rows, columns in same_rows(known):
        found.n[columns], found.events[columns] = rows.sum(), event[rows].sum()
        if not event[rows].any():
            continue
        sets = _RiskSets(days[rows], event[rows])
        ordered = [term[rows][sets.order] for term in terms]
        beside = shared[rows][sets.order]
        step = max(1, _BLOCK // max(1, int(rows.sum())))
        for start in range(0, len(columns), step):
            block = columns[start : start + step]
            found.log_ratio[block], found.error[block] = _fitted([one[:, block] for one in ordered], beside, sets)
    return found


def same_rows(known: Mask) -> Iterator[tuple[Mask, NDArray[np.int64]]]:
    """Columns that are known of the same rows: the rows, and the columns' places.

    Parameters
    ----------
    known : n x g
    """
    packed = np.packbits(known, axis=0)
    _, group = np.unique(packed, axis=1, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    starts = np.flatnonzero(np.diff(group.ravel()[order], prepend=-1))
    for columns in np.split(order, starts[1:]):
        yield known[:, columns[0]], columns.astype(np.int64)


class _RiskSets:
    """Who is at risk at each event: patients ordered from the last day to the first, and a row an event."""

    def __init__(self, days: Array, event: Mask) -> None:
        self.order = np.argsort(-days, kind="stable")
        ordered, died = days[self.order], event[self.order]
        self.died = died
        self.last = np.searchsorted(-ordered, -ordered[died], side="right") - 1
        """e: the last patient (in this order) who is still at risk at the event."""
        times, self.tie = np.unique(-ordered[died], return_inverse=True)
        counts = np.bincount(self.tie)
        self.ties = len(times)
        before = np.arange(len(self.tie)) - np.repeat(np.cumsum(counts) - counts, counts)
        self.share = before / counts[self.tie]
        """e: of Efron's correction, the share of the tied that is taken out."""
        self.tied = bool((counts > 1).any())
        self.first_tied = np.cumsum(counts) - counts

    def sums(self, weights: Array) -> Array:
        """e x g sums of n x g weights over those at risk, tied events partly out."""
        at_risk = np.cumsum(weights, axis=0)[self.last]
        if self.tied:
            gone = np.add.reduceat(weights[self.died], self.first_tied, axis=0)
            at_risk -= self.share[:, None] * gone[self.tie]
        return np.asarray(at_risk)


def _fitted(terms: Sequence[Array], shared: Array, sets: _RiskSets) -> tuple[Array, Array]:
    """Log hazard ratio of the last own term of each marker, and its standard error."""
    terms = [_centred(term) for term in terms]
    columns = [*(_centred(column) for column in shared.T[:, :, None]), *terms]
    spread = np.stack([_spread(column, terms[0].shape[1]) for column in columns])
    columns = [column / np.where(scale > 0, scale, 1) for column, scale in zip(columns, spread, strict=True)]
    sound = (spread > 0).all(axis=0)
    beta, inverse = _newton(columns, sets, terms[0].shape[1])
    width = np.sqrt(np.maximum(inverse[:, -1, -1], 0))
    sound &= np.isfinite(beta).all(axis=1) & np.isfinite(width) & (width > 0) & (np.abs(beta[:, -1]) < _FARTHEST)
    scale = np.where(sound, spread[-1], np.nan)
    return beta[:, -1] / scale, width / scale


def _centred(column: Array) -> Array:
    return np.asarray(column - column.mean(axis=0))


def _spread(column: Array, g: int) -> Array:
    return np.broadcast_to(column.std(axis=0), (g,))


def _newton(columns: Sequence[Array], sets: _RiskSets, g: int) -> tuple[Array, Array]:
    """Coefficients (g x k) and their covariance (g x k x k); NaN where the information cannot be inverted."""
    beta = np.zeros((g, len(columns)))
    move = np.zeros_like(beta)
    best = np.full(g, -np.inf)
    covariance = np.full((g, len(columns), len(columns)), np.nan)
    active, halved = np.arange(g), np.zeros(g, np.int64)
    for _ in range(_STEPS):
        part = [column if column.shape[1] == 1 else column[:, active] for column in columns]
        likelihood, score, information = _likelihood(part, beta[active], sets)
        # A step that lowers the likelihood is halved: whole ones overshoot where few patients have a strong marker.
        worse = ~(likelihood >= best[active] - 1e-9 * np.abs(best[active])) & (halved[active] < _HALVINGS)
        worse &= np.isfinite(best[active])
        back = active[worse]
        move[back] /= 2
        beta[back] -= move[back]
        halved[back] += 1
        good = active[~worse]
        best[good], halved[good] = likelihood[~worse], 0
        covariance[good] = _inverse(information[~worse])
        move[good] = np.einsum("gij,gj->gi", covariance[good], score[~worse])
        done = ~(np.abs(move[good]).max(axis=1) > _PRECISION) | (np.abs(beta[good]).max(axis=1) > _FARTHEST)
        going = good[~done]
        beta[going] += move[going]
        active = np.sort(np.concatenate([back, going]))
        if not len(active):
            break
    beta[active] = np.nan
    return beta, covariance


def _likelihood(columns: Sequence[Array], beta: Array, sets: _RiskSets) -> tuple[Array, Array, Array]:
    """Log partial likelihood (g), its gradient (g x k) and minus its second derivatives (g x k x k)."""
    linear = sum(column * beta[:, place] for place, column in enumerate(columns))
    weights = np.exp(np.asarray(linear) - np.max(linear, axis=0))
    total = sets.sums(weights)
    likelihood = (np.asarray(linear) - np.max(linear, axis=0))[sets.died].sum(axis=0) - np.log(total).sum(axis=0)
    means = [sets.sums(weights * column) / total for column in columns]
    g, k = beta.shape
    score, information = np.empty((g, k)), np.empty((g, k, k))
    for i in range(k):
        score[:, i] = columns[i][sets.died].sum(axis=0) - means[i].sum(axis=0)
        for j in range(i + 1):
            both = sets.sums(weights * columns[i] * columns[j]) / total
            information[:, i, j] = information[:, j, i] = (both - means[i] * means[j]).sum(axis=0)
    return likelihood, score, information


def _inverse(information: Array) -> Array:
    """Inverse of each matrix; NaN where there is none."""
    unit = np.eye(information.shape[1])
    finite: Mask = np.asarray(np.isfinite(information).all(axis=(1, 2)), dtype=np.bool_)
    safe = np.where(finite[:, None, None], information, unit)
    sound: Mask = np.asarray(finite & (np.linalg.cond(safe) < 1e12), dtype=np.bool_)
    safe = np.where(sound[:, None, None], safe, unit)
    return np.asarray(np.where(sound[:, None, None], np.linalg.inv(safe), np.nan))
