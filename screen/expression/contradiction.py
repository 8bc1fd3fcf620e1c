"""What in the values speaks against a declared unit."""

import numpy as np

from screen.expression.unit_evidence import FLOOR, LOGGED, Evidence, antilog
from screen.expression.units import WHOLE
from screen.records import Floats

_MANY = 500
"""Genes from which an unlogged profile passes 32 somewhere, for sure."""
_ENOUGH = 20
_CENTRE, _SPREAD = 1.5, 0.3
"""Of z-scores: most distance of the typical gene's mean from 0, and least standard deviation."""
_CEILING = {
    "log2tpm1": 20.0,
    "log2tpm0.001": 20.0,
    "log2cpm1": 20.0,
    "log2fpkm1": 24.0,
    "log2fpkm0.001": 24.0,
    "log2counts1": 30.0,
    "log2rsem1": LOGGED,
    "array": 24.0,
    "tpm": 1.001e6,
    "cpm": 1.001e6,
}
_LINEAR = ("counts", "cpm", "tpm", "fpkm", "rsem")
_OFFSET = {"tpm": None, "cpm": None, "log2tpm1": 1.0, "log2cpm1": 1.0, "log2tpm0.001": 0.001}
"""Units whose plain values sum to a million over a whole transcriptome; None where they are plain."""
_SUMS = (0.2e6, 1.06e6)
"""Bounds on that sum: genes may be left out, none can be added."""
_ROUNDED = (0.95e6, 1.01e6)
"""Bounds on it where whole TPM are rounded ones."""


def contradicts(levels: Floats, evidence: Evidence, unit: str) -> str | None:
    """Why the values (n x g) cannot be in that unit; ``None`` where they can.

    Parameters
    ----------
    evidence : of these levels
    """
    if unit.startswith("zscore"):
        return _no_zscore(evidence, within_sample=unit != "zscore")
    lowest = FLOOR - 1e-3 if unit.endswith("0.001") else 0.0
    if evidence.low < lowest:
        return f"the smallest value is {evidence.low:.4g}"
    if evidence.high > _CEILING.get(unit, np.inf):
        return f"the largest value is {evidence.high:.4g}, where {_CEILING[unit]:g} is the most possible"
    if unit in _LINEAR and evidence.high <= LOGGED and levels.shape[1] >= _MANY:
        return f"no value is above {evidence.high:.4g}: this looks logged"
    return _not_counted(levels, evidence, unit) or _wrong_sum(levels, evidence, unit)


def _no_zscore(evidence: Evidence, *, within_sample: bool) -> str | None:
    if evidence.floor:
        return f"the smallest value, {evidence.low:.4f}, is log2(0.001): this is log2(x + 0.001)"
    if evidence.low >= 0 and evidence.size >= _ENOUGH:
        return f"none of {evidence.size} values is negative"
    if evidence.size < 5 * _ENOUGH or evidence.standardised or within_sample:
        return None
    if evidence.centre > _CENTRE or evidence.spread < _SPREAD:
        return f"the {evidence.centre_words}, where z-scores lie about 0 with 1"
    return None


def _not_counted(levels: Floats, evidence: Evidence, unit: str) -> str | None:
    """Whole numbers where there can be none, or none where there must be."""
    if evidence.size < 10 * _ENOUGH:
        return None
    if unit == "counts" and evidence.whole < 0.05:
        return "hardly any value is a whole number"
    if unit.startswith("log2") and evidence.whole == 1 and evidence.high > 1:
        return f"all values are whole numbers (up to {evidence.high:.0f}): nothing is logged here"
    if unit == "array" and float((levels == evidence.low).sum()) > 0.05 * evidence.size:
        return f"{float((levels == evidence.low).mean()):.0%} of the values are {evidence.low:.4g}: zeros of sequencing"
    return None


def _wrong_sum(levels: Floats, evidence: Evidence, unit: str) -> str | None:
    if unit in ("fpkm", "log2fpkm1", "log2fpkm0.001"):
        return _sums_like_tpm(levels, evidence, unit)
    if unit not in _OFFSET:
        return None
    offset = _OFFSET[unit]
    plain = evidence.some if offset is None else antilog(evidence.some, 2.0, offset)
    total = float(np.median(np.nansum(plain, axis=1)))
    if total > _SUMS[1] or (total < _SUMS[0] and levels.shape[1] >= 1.5 * WHOLE):
        return f"a profile sums to {total:.3g}, where {unit.removeprefix('log2').upper()[:3]} sum to a million"
    if (
        offset is None
        and evidence.whole == 1
        and evidence.size >= 10 * _ENOUGH
        and not _ROUNDED[0] < total < _ROUNDED[1]
    ):
        return f"all values are whole numbers and a profile sums to {total:.3g}, not to a million: read counts"
    return None


def _sums_like_tpm(levels: Floats, evidence: Evidence, unit: str) -> str | None:
    offset = {"fpkm": None, "log2fpkm1": 1.0, "log2fpkm0.001": 0.001}[unit]
    plain = evidence.some if offset is None else antilog(evidence.some, 2.0, offset)
    sums = np.nansum(plain, axis=1)
    if levels.shape[1] >= WHOLE and bool((np.abs(sums - 1e6) < 5e3).all()):
        return "every profile sums to a million: this is TPM"
    return None
