"""Which unit values are in: told from the values alone, or a declared one held against them."""

import numpy as np

from screen.errors import UnitError
from screen.expression.units import UNITS, WHOLE
from screen.records import Floats

_FLOOR = float(np.log2(0.001))
_LOGGED = 32.0
"""No log2 of a read count or abundance is larger; linear scales pass it in any real profile."""
_MILLION = (0.6e6, 1.05e6)
"""Bounds on the sum of TPM over the protein-coding or over all genes."""
_QUARTILE = (950, 1050)
"""Bounds on the upper quartile of normalised RSEM, which the TCGA pipeline sets to 1000."""
_REMEDY = f"declare it with --unit: {', '.join(UNITS)}"


def detect_unit(levels: Floats) -> tuple[str, str]:
    """Tell the unit from the values alone.

    Parameters
    ----------
    levels : n x g, NaN where missing

    Returns
    -------
    unit, and the reason in words

    Raises
    ------
    UnitError
        The values fit several units, or none.
    """
    known = levels[np.isfinite(levels)]
    if known.size == 0:
        raise UnitError("no values to tell a unit from", remedy=_REMEDY)
    low, high = float(known.min()), float(known.max())
    if _has_floor(known, low, high):
        return "log2tpm0.001", f"the smallest value, {low:.4f}, is log2(0.001)"
    if low < 0:
        return _detect_centred(levels, low, high)
    if high > _LOGGED:
        return _detect_linear(levels, known, high)
    return _detect_logged(levels, high)


def check_unit(levels: Floats, unit: str, where: str | None = None) -> None:
    """Hold a declared unit against the values (n x g, NaN where missing).

    Raises
    ------
    UnitError
        The values cannot be in that unit.
    """
    known = levels[np.isfinite(levels)]
    if known.size == 0:
        return
    fault = _contradiction(levels, known, unit)
    if fault:
        raise UnitError(
            f"declared {UNITS[unit]}, but {fault}",
            where=where,
            remedy=f"declare the unit the values are in with --unit: {', '.join(UNITS)}",
        )


def _has_floor(known: Floats, low: float, high: float) -> bool:
    return abs(low - _FLOOR) < 1e-3 and high < _LOGGED


def _detect_centred(levels: Floats, low: float, high: float) -> tuple[str, str]:
    # Spread by quartiles: published z-scores hold outliers in the tens of thousands.
    by_gene = 0 if levels.shape[0] >= 8 else None
    q1, middle, q3 = np.nanquantile(_some_genes(levels), [0.25, 0.5, 0.75], axis=by_gene)
    centre, spread = float(np.median(np.abs(middle))), float(np.median(q3 - q1)) / 1.349
    if centre < 0.75 and 0.2 < spread < 2.5:
        return "zscore", f"negative values, centred on 0 with a spread of {spread:.2f} (median over genes)"
    raise UnitError(
        f"values from {low:.4g} to {high:.4g}, typical gene at {centre:.2f} with spread {spread:.2f}: "
        "neither a z-score nor log2(TPM + 0.001) with its floor of -9.9658",
        remedy=_REMEDY,
    )


def _some_genes(levels: Floats) -> Floats:
    """Up to about a thousand of the measured genes, evenly taken."""
    measured = levels[:, np.isfinite(levels).any(axis=0)]
    return measured[:, :: 1 + measured.shape[1] // 1000]


def _detect_linear(levels: Floats, known: Floats, high: float) -> tuple[str, str]:
    if bool((known == np.round(known)).all()):
        return "counts", f"whole numbers up to {high:.0f}"
    if levels.shape[1] >= WHOLE:
        some = _some_profiles(levels)
        total, upper = _typical_sum(some), _upper_quartile(some)
        if 0.98e6 <= total <= 1.02e6:
            return "tpm", f"the values of a profile sum to {total:.3g}"
        if _QUARTILE[0] <= upper <= _QUARTILE[1]:
            return "rsem", f"the upper quartile of a profile is {upper:.0f}"
    raise UnitError(f"not logged, up to {high:.4g}: TPM, FPKM and RSEM look alike here", remedy=_REMEDY)


def _detect_logged(levels: Floats, high: float) -> tuple[str, str]:
    if levels.shape[1] >= WHOLE:
        plain = np.exp2(_some_profiles(levels)) - 1
        total, upper = _typical_sum(plain), _upper_quartile(plain)
        if _MILLION[0] <= total <= _MILLION[1]:
            return "log2tpm1", f"2^x - 1 sums to {total:.3g} over a profile"
        if _QUARTILE[0] <= upper <= _QUARTILE[1]:
            return "log2rsem1", f"the upper quartile of 2^x - 1 in a profile is {upper:.0f}"
    raise UnitError(
        f"values from 0 to {high:.4g}, so logged, but log2(TPM + 1) and log2(RSEM + 1) look alike here", remedy=_REMEDY
    )


def _some_profiles(levels: Floats) -> Floats:
    """Up to about a hundred profiles, evenly taken."""
    return levels[:: 1 + levels.shape[0] // 100]


def _typical_sum(levels: Floats) -> float:
    return float(np.median(np.nansum(levels, axis=1)))


def _upper_quartile(levels: Floats) -> float:
    return float(np.median([np.quantile(row[row > 0], 0.75) for row in levels if (row > 0).any()]))


def _contradiction(levels: Floats, known: Floats, unit: str) -> str | None:
    """What in the range of the values speaks against the unit."""
    low, high = float(known.min()), float(known.max())
    if unit == "zscore":
        if _has_floor(known, low, high):
            return f"the smallest value, {low:.4f}, is log2(0.001): this is log2(TPM + 0.001)"
        if low >= 0 and known.size >= 20:
            return f"none of {known.size} values is negative"
        return None
    if low < (_FLOOR - 1e-3 if unit == "log2tpm0.001" else 0):
        return f"the smallest value is {low:.4g}"
    if unit == "tpm" and high <= _LOGGED and levels.shape[1] >= WHOLE:
        return f"no value is above {high:.4g}: this looks logged"
    ceiling = {"log2tpm1": 20.0, "log2tpm0.001": 20.0, "log2rsem1": _LOGGED, "tpm": 1.001e6}.get(unit, np.inf)
    return f"the largest value is {high:.4g}, where {ceiling:g} is the most possible" if high > ceiling else None
