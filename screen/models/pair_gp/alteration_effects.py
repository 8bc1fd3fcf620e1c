"""Alterations that a drug's responses hang on, found drug by drug beside a process over lines.

    z(l, d) = f(l, d) + sum_e beta_ed (a_e(l) - mean_e) + noise,    beta_ed = 0 or normal(0, w)

with f the process over lines (:mod:`screen.models.pair_gp.column_gp`) and a_e 1 in lines with alteration e. Most beta
are 0: a drug takes in one alteration after another while the marginal likelihood, times the prior odds of one, grows.
The gain of a single one has a closed form (Tipping and Faul 2003, fast marginal likelihood maximisation for sparse
Bayesian models), so hundreds of alterations cost about one factorisation a drug.

An effect is of the alteration beyond what the profile says of it: with the covariance C of the lines, what is added for
a subject x is beta (a(x) - k(x)' C^-1 a). A subject in which nobody looked at the gene gets the expected alteration of
its profile, so nothing is added, and its prediction is that of the process alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.pair_gp.column_gp import with_places
from screen.records import Floats

Doubles = NDArray[np.float64]

VARIANCES = (0.1, 0.2, 0.4, 0.8)
"""Tried for w, in squared standard deviations of a drug's responses; one for all drugs, by likelihood."""
TARGET_ODDS = 0.1
"""Prior odds that an alteration of one of a drug's targets has an effect."""
OTHER_EFFECTS = 1e-6
"""Expected effects of all other alterations together.

Responses have heavy tails, in which a few lines that share a rare alteration look like evidence, so an alteration
elsewhere must be beyond doubt. On inner folds of training lines 0.5 cost 0.008 of r_drug, and odds of this order gained
0.001.
"""
FEWEST_ALTERED = 5
"""Lines measured with a drug that have the alteration, and as many that have not."""
FEWEST_OF_TARGET = 3
"""The same of an alteration of one of the drug's targets, which was named before anything was measured."""
MOST_EFFECTS = 4
"""Of a drug."""


@dataclass(frozen=True)
class AlterationEffects:
    """The effects found, F of them."""

    drugs: NDArray[np.intp]
    """Length F: place of the drug."""
    events: NDArray[np.intp]
    """Length F: place of the alteration."""
    sizes: Floats
    """Length F: beta, in standard deviations of the drug's responses."""
    expected: Floats
    """L x F: weights C^-1 a of the training lines, which say what a profile expects of the alteration."""
    means: Floats
    """Length F: share of altered lines among those of training in which the gene was looked at."""
    variance: float
    """w."""

    def added(self, similarity: Floats, events: Floats, drugs: int) -> Floats:
        """What is added to standardised responses, n x D.

        Parameters
        ----------
        similarity : n x L, covariance of the subjects with the training lines
        events : n x E, NaN where nobody looked
        """
        found = np.zeros((len(similarity), drugs), np.float32)
        beyond = events[:, self.events] - self.means - similarity @ self.expected
        np.add.at(found.T, self.drugs, (np.where(np.isfinite(beyond), beyond, 0) * self.sizes).T)
        return found


@dataclass
class _Drug:
    """What a drug's measured lines say of each alteration alone, given the effects already taken in."""

    place: int
    rows: NDArray[np.intp]
    factor: Doubles
    """Lower Cholesky factor of the covariance among the rows."""
    whitened: Doubles
    """n x E: L^-1 a."""
    values: Doubles
    """L^-1 z."""
    odds: Doubles
    """Log prior odds of an effect, -inf where too few lines have the alteration."""


def find_effects(
    covariance: Doubles, noise: float, standard: Floats, events: Floats, of_target: NDArray[np.bool_]
) -> AlterationEffects:
    """Effects of alterations on the responses of each drug.

    Parameters
    ----------
    covariance : L x L of the process over lines
    noise : its noise
    standard : L x D responses, standardised within each drug, NaN where not measured
    events : L x E, 1 altered, 0 not, NaN where nobody looked: such a line counts as average
    of_target : D x E, whether an alteration is of one of the drug's targets
    """
    means = _shares(events)
    centred = np.where(np.isfinite(events), events - means, 0).astype(np.float64)
    altered = np.nan_to_num(events) > 0
    drugs = [
        one
        for group in with_places(standard)
        for one in _prepared(covariance, noise, *group, centred, altered, of_target)
    ]
    variance = max(VARIANCES, key=lambda w: sum(_evidence(one, w) for one in drugs))
    found = [(one, chosen) for one in drugs if (chosen := _chosen(one, variance))]
    sizes, expected = [], []
    for one, chosen in found:
        of_drug, weights = _solved(one, chosen, variance, len(covariance))
        sizes.append(of_drug)
        expected.append(weights)
    places = [event for _, chosen in found for event in chosen]
    return AlterationEffects(
        np.array([one.place for one, chosen in found for _ in chosen], np.intp),
        np.array(places, np.intp),
        np.concatenate([*sizes, np.empty(0)]).astype(np.float32),
        np.concatenate([*expected, np.empty((len(covariance), 0))], axis=1).astype(np.float32),
        means[places].astype(np.float32),
        variance,
    )


def _shares(events: Floats) -> Doubles:
    seen = np.isfinite(events)
    return np.asarray(np.where(seen, events, 0).sum(axis=0, dtype=np.float64) / np.maximum(seen.sum(axis=0), 1))


def _prepared(
    covariance: Doubles,
    noise: float,
    rows: NDArray[np.intp],
    values: Doubles,
    places: NDArray[np.intp],
    centred: Doubles,
    altered: NDArray[np.bool_],
    of_target: NDArray[np.bool_],
) -> list[_Drug]:
    from scipy.linalg import cholesky, solve_triangular

    some = covariance[np.ix_(rows, rows)]
    some[np.diag_indices_from(some)] += noise
    factor = cholesky(some, lower=True, overwrite_a=True, check_finite=False)
    with_it = altered[rows].sum(axis=0)
    fewer = np.minimum(with_it, len(rows) - with_it)
    enough = fewer >= FEWEST_OF_TARGET
    whitened = np.zeros((len(rows), centred.shape[1]))
    whitened[:, enough] = solve_triangular(factor, centred[np.ix_(rows, enough)], lower=True, check_finite=False)
    solved = solve_triangular(factor, values, lower=True, check_finite=False)
    return [
        _Drug(int(place), rows, factor, whitened, solved[:, column], _prior(fewer, of_target[place]))
        for column, place in enumerate(places)
    ]


def _prior(fewer: NDArray[np.intp], of_target: NDArray[np.bool_]) -> Doubles:
    """Log prior odds of an effect, length E; ``fewer``: lines that have the alteration, or have it not, if fewer."""
    common = fewer >= FEWEST_ALTERED
    odds = np.where(of_target, TARGET_ODDS, OTHER_EFFECTS / max(int(common.sum()), 1))
    there = np.where(of_target, fewer >= FEWEST_OF_TARGET, common)
    return np.where(there, np.log(odds), -np.inf)


def _gains(drug: _Drug, variance: float) -> tuple[Doubles, Doubles, Doubles]:
    """Of each alteration alone: precision s, fit q, and log odds of an effect."""
    s, q = np.square(drug.whitened).sum(axis=0), drug.whitened.T @ drug.values
    return s, q, _log_odds(drug, s, q, variance)


def _log_odds(drug: _Drug, s: Doubles, q: Doubles, variance: float) -> Doubles:
    grown = 1 + variance * s
    return np.asarray(drug.odds + 0.5 * (variance * np.square(q) / grown - np.log(grown)))


def _evidence(drug: _Drug, variance: float) -> float:
    """Log likelihood of one effect or none, over the alterations."""
    _, _, gains = _gains(drug, variance)
    return float(np.logaddexp(0, np.logaddexp.reduce(gains))) if gains.size else 0.0


def _chosen(drug: _Drug, variance: float) -> list[int]:
    """Alterations taken in, one after another; each changes what the others still say."""
    s, q, gains = _gains(drug, variance)
    chosen: list[int] = []
    basis = drug.whitened.copy()
    while len(chosen) < MOST_EFFECTS and gains.size and gains.max() > 0:
        best = int(gains.argmax())
        chosen.append(best)
        shrunk = variance / (1 + variance * s[best])
        along = basis.T @ basis[:, best]
        q, s = q - shrunk * along * q[best], s - shrunk * np.square(along)
        root = (1 - 1 / np.sqrt(1 + variance * np.square(basis[:, best]).sum())) / np.square(basis[:, best]).sum()
        basis -= root * np.outer(basis[:, best], along)
        gains = _log_odds(drug, np.maximum(s, 0), q, variance)
        gains[chosen] = -np.inf
    return chosen


def _solved(drug: _Drug, chosen: list[int], variance: float, lines: int) -> tuple[Doubles, Doubles]:
    """beta of the alterations taken in, together, and C^-1 a of each, L x chosen."""
    from scipy.linalg import solve_triangular

    there = drug.whitened[:, chosen]
    sizes = np.linalg.solve(there.T @ there + np.eye(len(chosen)) / variance, there.T @ drug.values)
    weights = np.zeros((lines, len(chosen)))
    weights[drug.rows] = solve_triangular(drug.factor, there, lower=True, trans=1, check_finite=False)
    return np.asarray(sizes), weights
