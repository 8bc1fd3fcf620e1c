"""From a head's output to the probability that AUC lies below the median of the lineage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = 50
_SHRINK = 1e-4
"""Pull of the standardised slope towards 0, a pair: keeps perfectly separated pairs finite."""


@dataclass(frozen=True)
class Calibration:
    """P(sensitive) = 1 / (1 + exp(-(slope y + intercept)))."""

    slope: float
    intercept: float


IDENTITY = Calibration(1.0, 0.0)
"""A binary head is its own logit."""


def logistic(outputs: NDArray[np.floating], sensitive: NDArray[np.bool_]) -> Calibration:
    """Logistic regression of one variable by Newton's method.

    Parameters
    ----------
    outputs, sensitive : length N, outputs of a head on validation lines and whether AUC was below the lineage median
    """
    centre, spread = float(np.mean(outputs)), float(np.std(outputs)) or 1.0
    X = np.column_stack([(outputs - centre) / spread, np.ones(len(outputs))]).astype(np.float64)
    target = sensitive.astype(np.float64)
    pull = np.array([_SHRINK * len(X), 0.0])
    beta = np.zeros(2)
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(X @ beta, -30, 30)))
        slope = X.T @ (target - p) - pull * beta
        curve = (X * (p * (1 - p))[:, None]).T @ X + np.diag(pull) + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return Calibration(float(beta[0] / spread), float(beta[1] - beta[0] * centre / spread))
