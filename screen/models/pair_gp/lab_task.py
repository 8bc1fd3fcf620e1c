"""A laboratory's tumours beside the cell lines: a second task of the process over lines, correlated with the first.

In standard deviations s_d of each drug

    y(o, d) = w (r f(o, d) + sqrt(1 - r^2) g(o, d)) + h(o, d) + (a_d + b_o + e) / s_d

with f what the training screen would have measured and g another function of the same covariance (Bonilla et al. 2007,
multi-task Gaussian process prediction, for two tasks). h is what expression does not tell of the tumour. How the drug
does in this assay, a_d, the level of the tumour, b_o, and the noise e are the assay's and as large for one drug as for
another in areas, so that of a drug whose areas hardly differ they leave little to learn. b_o is taken off beforehand.
Responses of the training screen stay as they are; the laboratory's say of f what r lets them. w, r and the variances
are those of highest posterior density given the lines, under a prior fixed beforehand; a laboratory whose results do
not go with its tumours' expression, held against shuffled tumours, is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.pair_gp.column_gp import solve_columns
from screen.records import Floats

Doubles = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_CHANCE = 0.02
"""Share of shuffled tumours that may go as well with expression as the tumours themselves do.

Each shuffle gives whole tumours to one another, so that drugs that go together stay together.
"""
_SHUFFLES, _SAME = 99, 1e-9
_SCALES, _CORRELATIONS = (0.7, 1.4, 2.8), (0.3, 0.9)
"""Of the best of these the gain by expression is taken, for the tumours as for each shuffle."""
_START = np.array([np.log(0.7), 0.7, np.log(0.3), np.log(0.4), np.log(0.4)])
"""Of log w, r, and the logarithms of the variances of a_d, e and h."""
_AWAY = np.array([0.7, 0.3, 1.0, 1.0, 1.0])
_BOUNDS = [(-4.0, 2.0), (0.0, 0.98), (-6.0, 2.0), (-4.0, 2.0), (-4.0, 2.0)]
_TUMOURS = 60
"""The parameters are fitted on so many tumours of a drug at most."""
_ROUNDS = 20
_HALF = 2
"""A drug's offset counts half when it was measured in so many tumours, while levels are taken off."""


@dataclass(frozen=True)
class LabTask:
    """How one laboratory's responses go with those of the training screen, in standard deviations of each drug."""

    scale: float
    """w."""
    correlation: float
    """r."""
    offset: float
    """Variance of a_d, of a drug of usual spread."""
    noise: float
    """Variance of e, of such a drug."""
    single: float
    """Variance of h, of every drug."""
    chance: float
    """Share of shuffled tumours that go as well with expression; above :data:`MOST_CHANCE` nothing is learned."""

    @property
    def carry(self) -> float:
        """Covariance of a response here with one of the training screen, as a share of its variance."""
        return self.scale * self.correlation

    @property
    def learned(self) -> bool:
        """Whether its tumours take part."""
        return self.chance <= MOST_CHANCE and self.carry > 0


@dataclass(frozen=True)
class LinesSay:
    """f at n tumours, given the lines."""

    of_drug: dict[int, tuple[Doubles, Doubles]]
    """Place of a drug -> mean of f, length n, and the covariance that the lines leave, n x n."""
    among: Doubles
    """n x n: covariance of f before any line."""


@dataclass(frozen=True)
class _Column:
    """One drug's tumours: what was measured, and what the lines say of them."""

    values: Doubles
    mean: Doubles
    left: Doubles
    """n x n: covariance of f that the lines leave."""
    among: Doubles
    """n x n: covariance of f before any line."""
    assay: float
    """What the variances of the assay are in this drug, as a multiple of a usual one."""


def assay_variances(spreads: Floats) -> Doubles:
    """Length D: variance of one area in squares of each drug's spread, as a multiple of that of a usual drug."""
    return np.asarray(np.square(np.median(spreads) / spreads.astype(np.float64)))


def less_level(response: Floats, predicted: Floats, assay: Doubles) -> Floats:
    """Standardised responses of n tumours less the level of each: how it does over all drugs is the assay's, too.

    Parameters
    ----------
    response, predicted : n x D, NaN where not measured; what the lines say of each pair
    assay : length D, of :func:`assay_variances`
    """
    there, usual = np.isfinite(response), np.sqrt(assay)
    beyond = np.where(there, (response - predicted) / usual, 0.0).astype(np.float64)
    levels, count = np.zeros(len(response)), there.sum(axis=0) + _HALF
    for _ in range(_ROUNDS):
        offsets = np.where(there, beyond - levels[:, None], 0.0).sum(axis=0) / count
        levels = np.where(there, beyond - offsets, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return np.asarray(response - levels[:, None] * usual, np.float32)


def likely_task(lines: LinesSay, tumours: Floats, assay: Doubles, seed: int) -> LabTask:
    """The task of one laboratory, and how likely chance is to make its tumours go as well with their expression.

    Parameters
    ----------
    lines : what they say of the tumours
    tumours : n x D, standardised, with their levels
    assay : length D, of :func:`assay_variances`
    """
    from scipy.optimize import minimize

    def loss(found: Doubles) -> float:
        return _misfit(found, columns) + 0.5 * float(np.sum(np.square((found - _START) / _AWAY)))

    def without(found: Doubles) -> float:
        off = (found - _START[2:]) / _AWAY[2:]
        return _misfit(_nothing(found), columns) + 0.5 * float(np.sum(np.square(off)))

    columns = _columns(lines, tumours, assay)
    plain = minimize(without, _START[2:], method="L-BFGS-B", bounds=_BOUNDS[2:], options={"maxiter": 60}).x
    full = minimize(loss, _START, method="L-BFGS-B", bounds=_BOUNDS, options={"maxiter": 60}).x
    tried = [np.array([np.log(scale), correlation, *plain]) for scale in _SCALES for correlation in _CORRELATIONS]
    rng, gains = np.random.default_rng(seed), []
    for order in [np.arange(len(tumours)), *(rng.permutation(len(tumours)) for _ in range(_SHUFFLES))]:
        shuffled = _columns(lines, tumours[order], assay)
        gains.append(_misfit(_nothing(plain), shuffled) - min(_misfit(one, shuffled) for one in tried))
    chance = float(np.mean(np.asarray(gains) >= gains[0] - _SAME)) if columns else 1.0
    scale, offset, rest, single = np.exp(full[[0, 2, 3, 4]])
    return LabTask(float(scale), float(full[1]), float(offset), float(rest), float(single), chance)


def _nothing(found: Doubles) -> Doubles:
    """Parameters under which expression says nothing."""
    return np.array([-np.inf, 0.0, *found])


def joint_duals(
    covariance: Doubles, noise: float, standard: Floats, labs: Sequence[tuple[LabTask, Floats]], assay: Doubles
) -> tuple[Floats, Floats]:
    """Weights of lines and tumours in f, and f at the lines.

    Parameters
    ----------
    covariance : N x N of f among the L lines and the tumours of all laboratories, one after another
    noise : of the lines
    standard : L x D of the lines, NaN where not measured
    labs : the task of each laboratory and its tumours' responses less their level, n x D
    assay : length D, of :func:`assay_variances`

    Returns
    -------
    N x D weights of covariances with f, and L x D.
    """
    lines = len(standard)
    scale, carry = np.ones(len(covariance)), np.ones(len(covariance))
    belongs = np.zeros(len(covariance), np.intp)
    joint = covariance.copy()
    place = lines
    for number, (task, tumours) in enumerate(labs, 1):
        rows = slice(place, place + len(tumours))
        scale[rows], carry[rows], belongs[rows] = task.scale, task.carry, number
        place += len(tumours)
    same = (belongs[:, None] == belongs[None]) & (belongs > 0)
    joint *= np.where(same, np.outer(scale, scale), np.outer(carry, carry))
    offset, assays_noise, rest = (np.zeros(len(covariance)) for _ in range(3))
    for number, (task, _) in enumerate(labs, 1):
        offset[belongs == number], assays_noise[belongs == number] = task.offset, task.noise
        rest[belongs == number] = task.single - noise
    table = np.concatenate([standard, *(tumours for _, tumours in labs)])
    weights = np.empty(table.shape, np.float32)
    measured = np.isfinite(table[lines:]).any(axis=0)
    weights[:, ~measured] = solve_columns(joint, noise, table[:, ~measured])
    offsets = np.where(same, offset[:, None], 0.0) + np.diag(assays_noise)
    joint[np.diag_indices_from(joint)] += rest
    for column in np.flatnonzero(measured):
        weights[:, [column]] = solve_columns(joint + assay[column] * offsets, noise, table[:, [column]])
    weights *= carry[:, None].astype(np.float32)
    return weights, np.asarray(covariance[:lines] @ weights, np.float32)


def lines_say(covariance: Doubles, noise: float, standard: Floats, drugs: Places) -> LinesSay:
    """What the L lines say of f at the tumours that follow them in the covariance, for each of these drugs.

    Parameters
    ----------
    covariance : N x N of f among lines and tumours
    standard : L x D of the lines, NaN where not measured
    """
    from scipy.linalg import cho_factor, cho_solve

    tumours = slice(len(standard), None)
    among, found = covariance[tumours, tumours], {}
    for drug in drugs:
        rows = np.flatnonzero(np.isfinite(standard[:, drug]))
        some = covariance[np.ix_(rows, rows)]
        some[np.diag_indices_from(some)] += noise
        across = covariance[rows, tumours]
        factor = cho_factor(some, lower=True, overwrite_a=True, check_finite=False)
        solved = cho_solve(factor, across, check_finite=False)
        found[int(drug)] = (standard[rows, drug].astype(np.float64) @ solved, among - across.T @ solved)
    return LinesSay(found, among)


def _columns(lines: LinesSay, tumours: Floats, assay: Doubles) -> list[_Column]:
    predicted = np.zeros(tumours.shape, np.float32)
    for drug, (mean, _) in lines.of_drug.items():
        predicted[:, drug] = mean
    values, found = less_level(tumours, predicted, assay).astype(np.float64), []
    for drug, (mean, left) in lines.of_drug.items():
        rows = np.flatnonzero(np.isfinite(values[:, drug]))[:_TUMOURS]
        if len(rows):
            square = np.ix_(rows, rows)
            found.append(_Column(values[rows, drug], mean[rows], left[square], lines.among[square], float(assay[drug])))
    return found


def _misfit(found: Doubles, columns: Sequence[_Column]) -> float:
    """Minus the log likelihood of the tumours' responses given those of the lines."""
    scale, correlation = np.exp(found[0]), found[1]
    offset, noise, single = np.exp(found[2:])
    total = 0.0
    for one in columns:
        spread = scale**2 * (correlation**2 * one.left + (1 - correlation**2) * one.among) + one.assay * offset
        spread[np.diag_indices_from(spread)] += one.assay * noise + single
        residual = one.values - scale * correlation * one.mean
        factor = np.linalg.cholesky(spread)
        white = np.linalg.solve(factor, residual)
        total += 0.5 * float(white @ white) + float(np.log(np.diag(factor)).sum())
    return total
