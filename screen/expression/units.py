"""Expression units: their names, and bringing values from one to another."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from screen.errors import UnitError
from screen.records import Floats

UNITS: Mapping[str, str] = {
    "counts": "read counts",
    "cpm": "CPM",
    "tpm": "TPM",
    "fpkm": "FPKM",
    "rsem": "RSEM, normalised",
    "log2counts1": "log2(read counts + 1)",
    "log2cpm1": "log2(CPM + 1)",
    "log2tpm1": "log2(TPM + 1)",
    "log2tpm0.001": "log2(TPM + 0.001)",
    "log2fpkm1": "log2(FPKM + 1)",
    "log2fpkm0.001": "log2(FPKM + 0.001)",
    "log2rsem1": "log2(RSEM + 1)",
    "array": "log2 intensity (array)",
    "zscore": "z-score",
    "zscore-within-sample": "z-score within each sample",
}
"""Unit -> its printed name. A z-score is of a gene over the samples of its file, but for the last."""

WHOLE = 10_000
"""From this many genes on, a profile is taken for a whole transcriptome, whose TPM sum to a million."""

MODEL_UNITS: Mapping[str, str] = {
    "counts": "log2cpm1",
    "log2counts1": "log2cpm1",
    "cpm": "log2cpm1",
    "tpm": "log2tpm1",
    "log2tpm0.001": "log2tpm1",
    "fpkm": "log2tpm1",
    "log2fpkm1": "log2tpm1",
    "log2fpkm0.001": "log2tpm1",
    "rsem": "log2rsem1",
}
"""Unit -> the one that a model learns it in, where that is another: logged, and free of sequencing depth."""

_ALIASES = {
    "log2readcounts1": "log2counts1",
    "log2count1": "log2counts1",
    "rpkm": "fpkm",
    "count": "counts",
    "zscorewithinsample": "zscore-within-sample",
    "zscorewithineachsample": "zscore-within-sample",
}
_Wide = NDArray[np.float64]
_MILLION = 1e6


def _same(levels: _Wide) -> _Wide:
    return levels


def _plus_one(levels: _Wide) -> _Wide:
    return np.exp2(levels) - 1


def _plus_thousandth(levels: _Wide) -> _Wide:
    return np.maximum(np.exp2(levels) - 0.001, 0)


_LINEAR: Mapping[str, tuple[str, Callable[[_Wide], _Wide]]] = {
    "counts": ("counts", _same),
    "log2counts1": ("counts", _plus_one),
    "cpm": ("cpm", _same),
    "log2cpm1": ("cpm", _plus_one),
    "tpm": ("tpm", _same),
    "log2tpm1": ("tpm", _plus_one),
    "log2tpm0.001": ("tpm", _plus_thousandth),
    "fpkm": ("fpkm", _same),
    "log2fpkm1": ("fpkm", _plus_one),
    "log2fpkm0.001": ("fpkm", _plus_thousandth),
    "rsem": ("rsem", _same),
    "log2rsem1": ("rsem", _plus_one),
    "array": ("array", _same),
    "zscore": ("relative", _same),
    "zscore-within-sample": ("within-sample", _same),
}
"""Unit -> the linear scale under it, and how to get there."""

_FROM_LINEAR: Mapping[str, Callable[[_Wide], _Wide]] = {
    unit: (lambda x: np.log2(x + 0.001)) if unit.endswith("0.001") else (lambda x: np.log2(x + 1))
    for unit in UNITS
    if unit.startswith("log2")
}
_SHARE_OF_SUM = {("fpkm", "tpm"), ("counts", "cpm")}
"""Scales that differ by each profile's own sum."""


def named_unit(text: str, where: str = "--unit") -> str:
    """The key of a unit however it is written: ``TPM``, ``log2(TPM + 1)``, ``z-score``.

    Raises
    ------
    UnitError
        No unit of that name.
    """
    key = re.sub(r"[^a-z0-9.]", "", text.casefold())
    key = _ALIASES.get(key, key)
    if key not in UNITS:
        raise UnitError(f"no expression unit is called {text!r}", where=where, remedy=f"one of: {', '.join(UNITS)}")
    return key


def linear_unit(unit: str) -> str:
    """The unlogged form of a unit, itself where it has none.

    >>> linear_unit("log2tpm0.001"), linear_unit("zscore")
    ('tpm', 'zscore')
    """
    family = _LINEAR[unit][0]
    return family if family in UNITS else unit


def convert(levels: Floats, unit: str, target: str) -> Floats:
    """Bring values (n x g, NaN kept) from one unit to another.

    TPM and its logs go into each other, as do FPKM, RSEM, CPM and read counts and theirs. Over a whole transcriptome
    FPKM go to TPM (TPM_i = FPKM_i / sum_j FPKM_j x 10^6; Li and Dewey 2011) and read counts to CPM
    (CPM_i = count_i / sum_j count_j x 10^6), profile by profile: nothing depends on the other samples.
    ``log2tpm0.001`` is clipped at 0 TPM.

    Raises
    ------
    UnitError
        The two have no common scale: a z-score is relative to a cohort that is not in the file, TPM from read
        counts need gene lengths; or the profile is too short for its sum to stand for the transcriptome's.
    """
    if unit == target:
        return levels
    family, linear = _LINEAR[unit]
    wanted, _ = _LINEAR[target]
    wide: _Wide = levels.astype(np.float64)
    if family == wanted:
        plain = linear(wide)
    elif (family, wanted) in _SHARE_OF_SUM and levels.shape[1] >= WHOLE:
        plain = linear(wide)
        plain = plain / np.nansum(plain, axis=1, keepdims=True) * _MILLION
    else:
        raise UnitError(f"{UNITS[unit]} cannot be brought to {UNITS[target]}", remedy=_advice(family, wanted, target))
    return np.asarray(_FROM_LINEAR.get(target, _same)(plain), dtype=np.float32)


def _advice(family: str, wanted: str, target: str) -> str:
    if {"relative", "within-sample"} & {family, wanted}:
        return "a z-score is relative to its own cohort: give values in the unit of the model, or train on such values"
    if (family, wanted) in _SHARE_OF_SUM:
        return (
            f"{UNITS[family]} become {UNITS[wanted]} only over a whole transcriptome (at least {WHOLE} genes): "
            "give the full profile"
        )
    if family == "counts":
        return "TPM need gene lengths: give TPM as the quantifier writes it, or train a model on read counts"
    return f"give the profile in {UNITS[target]}"
