"""Intervals of a score: errors of predicted responses on unseen cell lines, carried over to the score.

The half-width of a drug (:mod:`screen.models.uncertainty.conformal`) is one of the response; the calibration's slope
turns it into one of the score's logit. It holds for cell lines like those of training; on patients it is not
guaranteed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.bundle import Bundle
from screen.models.contract import HeldoutPredictions
from screen.models.uncertainty.conformal import Outcome, calibrate, from_tensors
from screen.records import Floats

ALTERED_WIDTHS = "altered_widths"
"""Tensor, length D: half-widths of predictions that have heard a line's alterations."""
_CERTAIN = 1e-7
"""Scores nearer to 0 or 1 than this have no finite logit in single precision."""


def stored_widths(
    heldout: HeldoutPredictions, response: Floats, drug_ids: Sequence[str]
) -> tuple[dict[str, Floats], dict[str, Any]]:
    """What a bundle holds of the half-widths by drug: tensors ``conformal_*``, and ``conformal`` of its manifest.

    Nothing where predictions are not on the scale of the response (the binary head): there is no residual then.

    Parameters
    ----------
    response : L x D, NaN where not measured
    """
    if not heldout.on_scale:
        return {}, {"conformal": None}
    widths = calibrate(Outcome(heldout.predicted, response), np.array([drug_ids], np.str_))
    return widths.tensors(drug_ids), {"conformal": {"level": widths.level, "overall": widths.overall}}


def interval_of(
    bundle: Bundle, drug_ids: Sequence[str], scores: Floats, heard: NDArray[np.bool_] | None = None
) -> tuple[Floats, Floats] | None:
    """Ends of the interval about each score, both n x D; ``None`` for a model without widths.

    NaN for a drug that was not in training: errors on unseen lines tell nothing about a new drug.

    Parameters
    ----------
    drug_ids : length D
    scores : n x D, mean probability of the members
    heard : n x D, scores that know every alteration the drug hangs on; others have the wider interval of the two
    """
    if bundle.manifest.get("conformal") is None:
        return None
    trained = set(bundle.manifest["drugs"])
    widths = _widths(bundle, drug_ids, heard)
    known = np.array([drug in trained for drug in drug_ids], np.bool_)
    away = _slope(bundle) * np.where(known, widths.astype(np.float64), np.nan)
    sure = np.clip(scores.astype(np.float64), _CERTAIN, 1 - _CERTAIN)
    logits = np.log(sure / (1 - sure))
    low, high = (np.asarray(1 / (1 + np.exp(-(logits + side * away))), np.float32) for side in (-1, 1))
    return np.minimum(low, scores), np.maximum(high, scores)


def _widths(bundle: Bundle, drug_ids: Sequence[str], heard: NDArray[np.bool_] | None) -> Floats:
    """Length D, or n x D where alterations can be heard."""
    plain, names = from_tensors(bundle.tensors, bundle.manifest["drugs"]), np.array(drug_ids, np.str_)
    if heard is None or ALTERED_WIDTHS not in bundle.tensors:
        return plain.of(names)
    each = dict(zip(bundle.manifest["drugs"], map(float, bundle.tensors[ALTERED_WIDTHS]), strict=True))
    altered = replace(plain, groups=each).of(names)
    return np.where(heard, altered, np.maximum(plain.of(names), altered))


def _slope(bundle: Bundle) -> float:
    """Steps of logit a unit of response, without its sign: the mean over the members."""
    steps = [
        abs(float(member["calibration"][0]) / float(member["auc_scale"][1] if "auc_scale" in member else 1))
        for member in bundle.members
    ]
    return float(np.mean(steps))
