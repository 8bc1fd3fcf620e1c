"""A plate of one tumour as evidence on every drug: a Gaussian process over drugs, conditioned on the measured ones.

    measured(d) = predicted(d) + b + f(d) + e

in standard deviations of each drug. b is the plate's level, wide and free of the covariance of drugs; f, what the
model misses of this tumour, goes with the covariance of its errors; e is the noise of the assay, which says how far a
response measured here is one that the training screen would have measured.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.conditioning.residual_covariance import Doubles

Places = NDArray[np.intp]
Z90 = 1.645
"""Standard deviations to each side that hold 90% of a normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Assay:
    """How responses of one laboratory's assay go with what the model predicts, in standard deviations of a drug."""

    carry: float = 1.0
    """Share of the model's deviation from the drug's mean that is seen in this assay."""
    scale: float = 0.7
    """Of the covariance of the model's errors."""
    noise: float = 0.2
    """Variance of a measured response beyond them."""
    level: float = 1.0
    """Variance of the level of a plate."""


ANOTHER_ASSAY = Assay()
"""Before anything is known of a laboratory."""
TRAINING_ASSAY = Assay(scale=0.95, noise=0.0, level=0.0)
"""The training screen itself: its errors hold its noise and its levels. They come from models of fewer lines than the
one that is conditioned, which misses a little less."""


@dataclass(frozen=True, kw_only=True)
class PlatePrior:
    """What is expected of D drugs before the plate; all in standard deviations of each drug."""

    mean: Doubles
    """Length D."""
    covariance: Doubles
    """D x D: of b + f."""
    noise: float
    """Variance of e."""
    level: float
    """Variance of b, a part of the covariance."""


@dataclass(frozen=True, kw_only=True)
class PlatePosterior:
    """What is expected of D drugs after it, as this assay would measure them."""

    mean: Doubles
    """Length D."""
    covariance: Doubles
    """D x D, without noise."""
    noise: float
    mean_elsewhere: Doubles
    """Length D: without the level of this plate, which another assay does not share."""
    variance_elsewhere: Doubles
    """Length D, of f alone."""
    level: float
    """The level of plate 0 that was found; 0 where nothing was measured."""
    of_others: Doubles
    """Length D': what is found of f of the drugs outside the process."""
    others_less: Doubles
    """Length D': by how much less their variance is, level and f together."""

    @property
    def spread(self) -> Doubles:
        """Length D: standard deviation of a further measurement."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0) + self.noise))

    @property
    def spread_elsewhere(self) -> Doubles:
        """Length D: standard deviation of a measurement by another assay at the same level."""
        return np.asarray(np.sqrt(np.maximum(self.variance_elsewhere, 0.0) + self.noise))


def plate_prior(mean: Doubles, errors: Doubles, assay: Assay) -> PlatePrior:
    """The prior of a plate.

    Parameters
    ----------
    mean : length D, predicted responses
    errors : D x D covariance of the model's errors
    """
    return PlatePrior(
        mean=assay.carry * mean, covariance=assay.scale * errors + assay.level, noise=assay.noise, level=assay.level
    )


def condition(
    prior: PlatePrior,
    places: Places,
    values: Doubles,
    variances: Doubles | float = 0.0,
    plates: Places | None = None,
    of_others: Doubles | None = None,
) -> PlatePosterior:
    """Condition on measured responses: one K x K system.

    Parameters
    ----------
    places : K places of measured drugs; a drug may stand there several times
    values : length K, measured, in standard deviations of each drug
    variances : of the measured values themselves, by their replicates; added to the noise of the assay
    plates : length K, the plate (0, 1, ...) of each value, each with a level of its own; what is expected is that of a
        further measurement on plate 0. None: one plate
    of_others : D' x D covariance of f with that of D' drugs outside the process; None: there are none
    """
    plates = np.zeros(len(places), np.intp) if plates is None else plates
    missed, first = prior.covariance[places] - prior.level, prior.level * (plates == 0.0)[:, None]
    across = missed + first
    levels = prior.level * (plates[:, None] == plates)
    noise = np.diag(np.broadcast_to(prior.noise + np.asarray(variances), len(places)))
    inverse = np.linalg.inv(missed[:, places] + levels + noise + 1e-9 * np.eye(len(places)))
    weight = inverse @ (values - prior.mean[places])
    others = np.empty((0, len(places))) if of_others is None else of_others[:, places]
    return PlatePosterior(
        mean=prior.mean + across.T @ weight,
        covariance=prior.covariance - across.T @ inverse @ across,
        noise=prior.noise,
        mean_elsewhere=prior.mean + missed.T @ weight,
        variance_elsewhere=np.diag(prior.covariance) - prior.level - np.einsum("kd,kj,jd->d", missed, inverse, missed),
        level=float(first[:, 0] @ weight),
        of_others=others @ weight,
        others_less=np.einsum("dk,kj,dj->d", others + first[:, 0], inverse, others + first[:, 0]),
    )


def informative(prior: PlatePrior, available: Places, count: int, measured: Places | None = None) -> Places:
    """The drugs whose measurement takes most variance from the other available ones, one after another.

    Greedy: each is the best after those before it; ties go to the first. Similar drugs follow late by themselves.

    Parameters
    ----------
    available : places of the drugs that may be chosen, and about which something is to be learned
    count : how many, at most
    measured : places of drugs measured already
    """
    left, chosen = np.sort(available), []
    covariance = prior.covariance
    if measured is not None and len(measured):
        covariance = condition(prior, measured, prior.mean[measured]).covariance
        left = np.setdiff1d(left, measured)
    covariance = covariance[np.ix_(left, left)].copy()
    free = np.ones(len(left), bool)
    for _ in range(min(count, len(left))):
        total = np.maximum(np.diag(covariance), 0.0) + prior.noise + 1e-9
        taken = np.square(covariance[free]).sum(axis=0) - np.where(free, np.square(np.diag(covariance)), 0.0)
        best = int(np.argmax(np.where(free, taken / total, -np.inf)))
        chosen.append(int(left[best]))
        free[best] = False
        covariance -= np.outer(covariance[best], covariance[best]) / total[best]
    return np.array(chosen, np.intp)
