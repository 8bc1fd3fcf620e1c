"""Intervals of a score: what unseen cell lines say of how far a predicted response lies off, carried to the score.

The half-width of a drug (:mod:`screen.models.uncertainty.conformal`) is one of the response; the calibration's slope
turns it into one of the score's logit. It holds for cell lines drawn like those of training; on patients it is not
guaranteed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.models.ensemble.cell_line_accuracy import HeldoutPredictions
from screen.models.scoring import member_tensors
from screen.models.uncertainty.conformal import Outcome, calibrate, from_tensors
from screen.records import Floats

_CERTAIN = 1e-7
"""Scores nearer to 0 or 1 than this have no finite logit in single precision."""


class Model(Protocol):
    """What is needed of a model bundle."""

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def tensors(self) -> Mapping[str, NDArray[Any]]: ...


def kept_widths(
    heldout: HeldoutPredictions, response: Floats, drug_ids: Sequence[str]
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """What a bundle keeps of the half-widths by drug: tensors ``conformal_*``, and ``conformal`` of its manifest.

    Nothing where predictions are not on the scale of the response (the binary head): there is no residual then.

    Parameters
    ----------
    response : L x D, NaN where not measured
    """
    if not heldout.on_scale:
        return {}, {"conformal": None}
    widths = calibrate(Outcome(heldout.predicted, response), np.array([drug_ids], np.str_))
    return widths.tensors(drug_ids), {"conformal": {"level": widths.level, "overall": widths.overall}}


def score_interval(model: Model, drug_ids: Sequence[str], scores: Floats) -> tuple[Floats, Floats] | None:
    """Ends of the interval about each score, both n x D; ``None`` for a model that keeps no widths.

    NaN for a drug that was not in training: errors on unseen lines say nothing of a new drug.

    Parameters
    ----------
    drug_ids : length D
    scores : n x D, mean probability of the members
    """
    if model.manifest.get("conformal") is None:
        return None
    trained = set(model.manifest["drugs"])
    widths = from_tensors(model.tensors, model.manifest["drugs"]).of(np.array(drug_ids, np.str_))
    known = np.array([drug in trained for drug in drug_ids], np.bool_)
    away = _slope(model) * np.where(known, widths.astype(np.float64), np.nan)
    sure = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    logits = np.log(sure / (1 - sure))
    low, high = (np.asarray(1 / (1 + np.exp(-(logits + side * away))), np.float32) for side in (-1, 1))
    return np.minimum(low, scores), np.maximum(high, scores)


def _slope(model: Model) -> float:
    """Steps of logit a unit of response, without its sign: the mean over the members."""
    members = [member_tensors(model.tensors, i) for i in range(model.manifest["members"])]
    steps = [
        abs(float(own["calibration"][0]) / float(own["auc_scale"][1] if "auc_scale" in own else 1)) for own in members
    ]
    return float(np.mean(steps))
