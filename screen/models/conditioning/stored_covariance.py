"""What a bundle keeps so that its model can be conditioned on a plate: covariance of errors, scale of each drug."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.conditioning.residual_covariance import Doubles, DrugCovariance, residual_covariance
from screen.models.contract import Drugs, HeldoutPredictions
from screen.records import Floats

FEWEST_LINES = 8
"""A drug measured on fewer lines has the scale of all together."""
_AMONG, _WEIGHTS, _MEANS, _SDS = "plate_covariance", "plate_kernels", "plate_means", "plate_sds"


@dataclass(frozen=True)
class StoredCovariance:
    """Of the D drugs of training, in their order."""

    errors: DrugCovariance
    means: Doubles
    """Length D: mean response over the training lines."""
    sds: Doubles
    """Length D: standard deviation."""


def stored_covariance(heldout: HeldoutPredictions, response: Floats, drugs: Drugs) -> dict[str, NDArray[Any]]:
    """Tensors of a bundle; none where predictions are not on the scale of the response: there is no error then.

    Parameters
    ----------
    heldout : L x D, of members that never saw the line
    response : L x D, NaN where not measured
    """
    if not heldout.on_scale:
        return {}
    means, sds = scale_of_drugs(response)
    found = residual_covariance((response.astype(np.float64) - heldout.predicted) / sds, drugs)
    tensors = {_AMONG: found.among, _WEIGHTS: found.weights, _MEANS: means, _SDS: sds}
    return {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()}


def covariance_of(bundle: Bundle) -> StoredCovariance:
    """What :func:`stored_covariance` put there.

    Raises
    ------
    InputError
        The model was trained by a version that did not, or predicts no response.
    """
    tensors: Mapping[str, NDArray[Any]] = bundle.tensors
    if _AMONG not in tensors:
        code, name = bundle.manifest["indication"], bundle.manifest["name"]
        raise InputError(
            f"model {name!r} of {code} cannot learn from plates: it keeps no covariance of its errors",
            where=f"rank {code} --with-results",
            remedy=f"train it again: crescreen train {code} --model pair-gp",
        )
    among, weights, means, sds = (np.asarray(tensors[name], np.float64) for name in (_AMONG, _WEIGHTS, _MEANS, _SDS))
    return StoredCovariance(DrugCovariance(among, weights), means, sds)


def scale_of_drugs(response: Floats) -> tuple[Doubles, Doubles]:
    """Mean and standard deviation of each drug of L x D responses; of a drug of few lines those of all pairs."""
    there = np.isfinite(response)
    count = there.sum(axis=0)
    values = np.where(there, response, 0.0).astype(np.float64)
    means = values.sum(axis=0) / np.maximum(count, 1)
    sds = np.sqrt(np.square(np.where(there, values - means, 0.0)).sum(axis=0) / np.maximum(count, 1))
    usual = (count >= FEWEST_LINES) & (sds > 1e-6)
    return np.where(usual, means, values.sum() / max(there.sum(), 1)), np.where(usual, sds, _usual_sd(sds, usual))


def _usual_sd(sds: Doubles, usual: NDArray[np.bool_]) -> float:
    return float(np.median(sds[usual])) if usual.any() else 1.0
