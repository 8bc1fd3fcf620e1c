"""Mean and spread of a new drug's responses, from similar drugs: a small Gaussian process, one value a drug."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Doubles = NDArray[np.float64]

_PRIOR_LOG = -1.0
_PRIOR_PULL = 0.04
"""Log variances are pulled to _PRIOR_LOG with this precision: a few dozen drugs must not settle them alone."""
_JITTER = 1e-8


@dataclass(frozen=True)
class Level:
    """value(d) = centre + k(d)' alpha, with k the weighted kernels to the training drugs."""

    centre: float
    weights: Floats
    """J, of the kernels."""
    alpha: Floats
    """D."""

    def of(self, kernels: Floats) -> Floats:
        """Values of D' drugs from their kernels to the training drugs, J x D' x D."""
        similarity = np.tensordot(self.weights, kernels, axes=1)
        return np.asarray(self.centre + similarity @ self.alpha, np.float32)


def fit_level(values: Floats, kernels: Floats) -> Level:
    """Variances by marginal likelihood with a weak prior, then the weights of the drugs.

    Parameters
    ----------
    values : length D, one a training drug
    kernels : J x D x D among them
    """
    from scipy.optimize import minimize

    centre, spread = float(np.mean(values)), float(np.std(values)) or 1.0
    target, covariances = (values.astype(np.float64) - centre) / spread, kernels.astype(np.float64)
    start = np.full(len(kernels) + 1, _PRIOR_LOG)
    found = minimize(
        _loss, start, args=(target, covariances), jac=True, method="L-BFGS-B", bounds=[(-7.0, 3.0)] * len(start)
    )
    variances = np.exp(found.x)
    alpha = np.linalg.solve(_covariance(variances, covariances), target)
    return Level(centre, variances[:-1].astype(np.float32), (spread * alpha).astype(np.float32))


def _covariance(variances: Doubles, kernels: Doubles) -> Doubles:
    explained = np.tensordot(variances[:-1], kernels, axes=1)
    return np.asarray(explained + (variances[-1] + _JITTER) * np.eye(kernels.shape[1]))


def _loss(logs: Doubles, target: Doubles, kernels: Doubles) -> tuple[float, Doubles]:
    """Minus the log posterior of the log variances, and its gradient."""
    variances = np.exp(logs)
    covariance = _covariance(variances, kernels)
    inverse = np.linalg.inv(covariance)
    alpha = inverse @ target
    parts = [*kernels, np.eye(len(target))]
    slopes = [0.5 * (np.einsum("ij,ji->", inverse, part) - alpha @ part @ alpha) for part in parts]
    off = logs - _PRIOR_LOG
    loss = 0.5 * target @ alpha + 0.5 * np.linalg.slogdet(covariance)[1] + 0.5 * _PRIOR_PULL * off @ off
    return float(loss), np.asarray(slopes) * variances + _PRIOR_PULL * off
