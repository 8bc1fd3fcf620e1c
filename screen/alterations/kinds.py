"""Kinds of alterations, the scales their values come in, and which values count as altered."""

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

KINDS = {
    "mutation": "mutation",
    "copy_number": "copy number",
    "fusion": "fusion",
    "methylation": "promoter methylation",
    "msi": "microsatellite instability",
}
"""Kind as stored -> what people call it."""
SCALES = {
    "called": "called or not (0, 1)",
    "gistic": "GISTIC's levels (-2 deep deletion, -1 shallow loss, 1 gain, 2 amplification)",
    "gain_loss": "gain or loss as called (-1, 0, 1), however far",
    "driver": "recurrent gain or loss as called (-1, 0, 1)",
    "log2ratio": "log2 of the copies over the sample's typical copies (0 is no change)",
    "log2p1": "log2(relative copies + 1) (1 is no change)",
    "msi": "0 stable, 0.5 low, 1 high",
}
"""Scale as stored -> what its values mean."""
EXOME = "exome"
"""Name of the list that holds every gene."""
MSI = "MSI"
"""Stands in place of a gene for what belongs to the whole sample."""
AMPLIFIED, LOST = 1.0, -2.0
"""Log2 ratios: twice the typical copies or more; a quarter of them or less, so that none is left in most cells."""


def states(levels: Floats, scale: str) -> NDArray[np.float32]:
    """Levels as -2 (deep deletion), -1 (loss), 0, 1 (gain), 2 (altered, amplified); NaN stays.

    A mutation, fusion or high instability is 2. Of log ratios only amplification and deep deletion are known: the
    steps between depend on purity and ploidy, which the files do not state.

    Parameters
    ----------
    levels : of any shape, in ``scale``
    scale : one of ``SCALES``
    """
    if scale == "gistic":
        return np.asarray(np.sign(levels) * np.floor(np.abs(levels)), dtype=np.float32)
    if scale in ("called", "driver"):
        return np.asarray(2 * np.sign(levels), dtype=np.float32)
    if scale == "gain_loss":
        return np.asarray(np.sign(levels), dtype=np.float32)
    if scale == "msi":
        return np.asarray(np.where(np.isnan(levels), np.nan, 2.0 * (levels >= 1)), dtype=np.float32)
    ratios = log2_ratios(levels, scale)
    shown = np.where(ratios >= AMPLIFIED, 2.0, np.where(ratios <= LOST, -2.0, 0.0))
    return np.asarray(np.where(np.isnan(ratios), np.nan, shown), dtype=np.float32)


def log2_ratios(levels: Floats, scale: str) -> Floats:
    """Copy numbers of either continuous scale as log2 ratios; no copies at all become -10."""
    if scale == "log2ratio":
        return np.asarray(levels, dtype=np.float32)
    if scale != "log2p1":
        raise KeyError(scale)
    relative = np.maximum(np.exp2(np.asarray(levels, dtype=np.float64)) - 1, 2.0**-10)
    return np.asarray(np.log2(relative), dtype=np.float32)


def state(kind: str, level: float, scale: str, detail: str = "") -> str:
    """One call in words: ``amplified``, ``V600E``, ``BCR::ABL1``; empty where it is no alteration."""
    value = float(states(np.array([level], dtype=np.float32), scale)[0])
    if value == 0:
        return ""
    if kind == "copy_number":
        whole = {-2.0: "deep deletion", -1.0: "shallow loss", 1.0: "low gain", 2.0: "amplified"}
        called = {-2.0: "recurrent loss", -1.0: "loss", 1.0: "gain", 2.0: "recurrent gain"}
        return (called if scale in ("gain_loss", "driver") else whole)[value]
    return detail or {"mutation": "mutated", "fusion": "fused", "methylation": "methylated", "msi": "MSI-H"}[kind]
