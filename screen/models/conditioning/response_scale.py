"""From the probabilities of an ensemble's members to the responses that they predict, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.bundle import Bundle
from screen.models.conditioning.residual_covariance import Doubles

_CERTAIN = 1e-7
"""Probabilities nearer to 0 or 1 than this have no finite logit in single precision."""


@dataclass(frozen=True)
class ResponseScale:
    """logit(probability) = slope x response + intercept, a pair for each of m members."""

    slopes: Doubles
    """Length m; negative, as a low response is a sensitive one."""
    intercepts: Doubles

    def responses(self, probabilities: NDArray[np.floating]) -> Doubles:
        """m x ... responses of m x ... probabilities."""
        sure = np.clip(np.asarray(probabilities, np.float64), _CERTAIN, 1 - _CERTAIN)
        return (np.log(sure / (1 - sure)) - self._each(self.intercepts, sure)) / self._each(self.slopes, sure)

    def probabilities(self, responses: Doubles) -> NDArray[np.float32]:
        """m x ... probabilities of m x ... responses."""
        logits = self._each(self.slopes, responses) * responses + self._each(self.intercepts, responses)
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float32)

    @staticmethod
    def _each(values: Doubles, like: NDArray[np.floating]) -> Doubles:
        return values.reshape(-1, *(1,) * (like.ndim - 1))


def response_scale(bundle: Bundle) -> ResponseScale:
    """The scale of a bundle whose members predict responses, as one with a stored covariance of errors does."""
    slopes, intercepts = [], []
    for member in bundle.members:
        slope, intercept = (float(one) for one in member["calibration"])
        centre, spread = (float(one) for one in member.get("auc_scale", (0.0, 1.0)))
        slopes.append(slope / spread)
        intercepts.append(intercept - slope * centre / spread)
    return ResponseScale(np.array(slopes), np.array(intercepts))
