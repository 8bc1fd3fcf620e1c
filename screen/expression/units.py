"""Expression units: their names, and bringing values from one to another."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from screen.errors import UnitError
from screen.records import Floats

UNITS: Mapping[str, str] = {
    "counts": "read counts",
    "tpm": "TPM",
    "fpkm": "FPKM",
    "rsem": "RSEM, normalised",
    "log2tpm1": "log2(TPM + 1)",
    "log2tpm0.001": "log2(TPM + 0.001)",
    "log2rsem1": "log2(RSEM + 1)",
    "zscore": "z-score",
}
"""Unit -> its printed name."""

WHOLE = 10_000
"""From this many genes on, a profile is taken for a whole transcriptome, whose TPM sum to a million."""

_Wide = NDArray[np.float64]


def _same(levels: _Wide) -> _Wide:
    return levels


_LINEAR: Mapping[str, tuple[str, Callable[[_Wide], _Wide]]] = {
    "tpm": ("tpm", _same),
    "log2tpm1": ("tpm", lambda x: np.exp2(x) - 1),
    "log2tpm0.001": ("tpm", lambda x: np.maximum(np.exp2(x) - 0.001, 0)),
    "rsem": ("rsem", _same),
    "log2rsem1": ("rsem", lambda x: np.exp2(x) - 1),
    "fpkm": ("fpkm", _same),
    "counts": ("counts", _same),
    "zscore": ("relative", _same),
}
"""Unit -> the linear scale under it, and how to get there."""

_FROM_LINEAR: Mapping[str, Callable[[_Wide], _Wide]] = {
    "log2tpm1": lambda x: np.log2(x + 1),
    "log2rsem1": lambda x: np.log2(x + 1),
    "log2tpm0.001": lambda x: np.log2(x + 0.001),
}


def named_unit(text: str, where: str = "--unit") -> str:
    """The key of a unit however it is written: ``TPM``, ``log2(TPM + 1)``, ``z-score``.

    Raises
    ------
    UnitError
        No unit of that name.
    """
    key = re.sub(r"[^a-z0-9.]", "", text.casefold())
    if key not in UNITS:
        raise UnitError(f"no expression unit is called {text!r}", where=where, remedy=f"one of: {', '.join(UNITS)}")
    return key


def convert(levels: Floats, unit: str, target: str) -> Floats:
    """Bring values (n x g, NaN kept) from one unit to another.

    TPM and its logs go into each other, as do RSEM and its log; FPKM goes to TPM over a whole transcriptome
    (TPM_i = FPKM_i / sum_j FPKM_j x 10^6; Li and Dewey 2011). ``log2tpm0.001`` is clipped at 0 TPM.

    Raises
    ------
    UnitError
        The two have no common scale: a z-score is relative to a cohort that is not in the file, read counts
        need gene lengths.
    """
    if unit == target:
        return levels
    family, linear = _LINEAR[unit]
    wanted, _ = _LINEAR[target]
    wide: _Wide = levels.astype(np.float64)
    if family == wanted:
        plain = linear(wide)
    elif family == "fpkm" and wanted == "tpm" and levels.shape[1] >= WHOLE:
        plain = wide / np.nansum(wide, axis=1, keepdims=True) * 1e6
    else:
        raise UnitError(f"{UNITS[unit]} cannot be brought to {UNITS[target]}", remedy=_advice(unit, target))
    return np.asarray(_FROM_LINEAR.get(target, _same)(plain), dtype=np.float32)


def _advice(unit: str, target: str) -> str:
    if "zscore" in (unit, target):
        return "a z-score is relative to its own cohort: give values in the unit of the model, or train on such values"
    if unit == "fpkm":
        return f"FPKM becomes TPM only over a whole transcriptome (at least {WHOLE} genes): give the full profile"
    return f"give the profile in {UNITS[target]}"
