"""Which unit values are in: read off the values where they are evidence for one unit, or a declared one held to them.

Evidence is what only one unit shows: a sum of a million over each profile (TPM), whole numbers (read counts), an upper
quartile of 1000 (normalised RSEM), genes of mean 0 and standard deviation 1 (z-scores). A floor tells the offset of a
logarithm, not what was logged; a range alone tells nothing. Where the values fit several units, the file's name may
say which of them.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from screen.errors import UnitError
from screen.expression.contradiction import contradicts
from screen.expression.other_assays import other_assay, whole_steps
from screen.expression.unit_evidence import LOGGED, Evidence, antilog, evidence_of, whole_share
from screen.expression.units import UNITS, WHOLE, linear_unit
from screen.records import Floats

_QUARTILE = (950.0, 1050.0)
"""Bounds on the upper quartile of normalised RSEM, which the TCGA pipeline sets to 1000."""
_WHOLE_NUMBERS = 0.999
_EXPECTED_COUNTS = 0.6
"""Share of whole numbers above zero from which values are counts: expected counts (RSEM) are not all whole."""
_ENOUGH = 100
"""Values from which a share of whole numbers is evidence."""
_REMEDY = f"declare it with --unit: {', '.join(UNITS)}"
_BASES: Mapping[str, float] = {"natural": float(np.e), "base 10": 10.0, "base 2": 2.0}
_OFFSETS = (1.0, 0.1, 0.01, 0.001, 0.5)
_STORED = {("base 2", 1.0), ("base 2", 0.001)}


def detect_unit(levels: Floats, name: str = "") -> tuple[str, str]:
    """Read the unit off the values.

    Parameters
    ----------
    levels : n x g, NaN where missing
    name : the file's name, which may tell apart units that the values fit equally well

    Returns
    -------
    unit, and the reason in words

    Raises
    ------
    UnitError
        The values fit several units or none, or are another assay's.
    """
    if not np.isfinite(levels).any():
        raise UnitError("no values to tell a unit from", remedy=_REMEDY)
    refuse_other_assay(levels)
    evidence = evidence_of(levels)
    if evidence.floor:
        return _with_floor(levels, evidence, name)
    if evidence.low < 0:
        return _centred(levels, evidence, name)
    return _linear(levels, evidence, name) if evidence.high > LOGGED else _logged(levels, evidence, name)


def refuse_other_assay(levels: Floats, where: str | None = None) -> None:
    """Refuse values (n x g) that are no expression in any unit.

    Raises
    ------
    UnitError
        With what they look like.
    """
    fault = other_assay(levels)
    if fault:
        raise UnitError(
            f"this is no expression: {fault}",
            where=where,
            remedy="give gene expression (read counts, TPM, FPKM, RSEM, log2 intensities or z-scores); "
            "alterations with --as mutation-matrix, copy-number-matrix or copy-ratio-matrix",
        )


def check_unit(levels: Floats, unit: str, where: str | None = None) -> None:
    """Hold a declared unit to the values (n x g, NaN where missing).

    Raises
    ------
    UnitError
        The values cannot be in that unit.
    """
    if not np.isfinite(levels).any():
        return
    refuse_other_assay(levels, where)
    fault = contradicts(levels, evidence_of(levels), unit)
    if fault:
        raise UnitError(
            f"declared {UNITS[unit]}, but {fault}",
            where=where,
            remedy=f"declare the unit the values are in with --unit: {', '.join(UNITS)}",
        )


def rebased(levels: Floats) -> tuple[Floats, str] | None:
    """TPM under another logarithm brought to log2(TPM + 1), and what was found; ``None`` where they are not that.

    Which base and offset is told by the sum: a million over every profile.
    """
    evidence = evidence_of(levels)
    if evidence.high > LOGGED or not evidence.size:
        return None
    for base, factor in _BASES.items():
        for offset in _OFFSETS:
            if (base, offset) in _STORED or evidence.low < np.log(offset) / np.log(factor) - 1e-3:
                continue
            if _is_million(antilog(levels, factor, offset)):
                plain = np.maximum(np.power(factor, levels.astype(np.float64)) - offset, 0)
                logs = np.asarray(np.log2(plain + 1), np.float32)
                return logs, f"{base} logarithm of TPM + {offset:g} (its antilogarithm sums to a million a profile)"
    return None


def _linear(levels: Floats, evidence: Evidence, name: str) -> tuple[str, str]:
    if evidence.whole >= _WHOLE_NUMBERS:
        if levels.shape[1] >= WHOLE and evidence.low > 0:
            raise UnitError(
                f"whole numbers up to {evidence.high:.0f} and no zero: intensities of an array rather than read counts",
                remedy="give log2 intensities with --unit array",
            )
        return "counts", f"whole numbers up to {evidence.high:.0f}"
    if _is_million(evidence.some):
        if whole_steps(evidence.some):
            return "cpm", "the values of a profile sum to a million, in whole multiples of the smallest"
        return "tpm", "the values of every profile sum to a million"
    if evidence.whole > _EXPECTED_COUNTS and evidence.size >= _ENOUGH:
        return "counts", f"{evidence.whole:.0%} of the values above zero are whole numbers: expected counts"
    if levels.shape[1] >= WHOLE and _quartile_fits(evidence.some):
        return "rsem", "the upper quartile of a profile is 1000"
    return _by_name(
        ("tpm", "fpkm", "rsem", "cpm"),
        levels,
        evidence,
        name,
        f"not logged, up to {evidence.high:.4g}: TPM, FPKM and RSEM look the same here",
    )


def _logged(levels: Floats, evidence: Evidence, name: str) -> tuple[str, str]:
    plain = antilog(evidence.some, 2.0, 1.0)
    if whole_share(plain, 0.01) >= _WHOLE_NUMBERS and evidence.high > 5 and evidence.whole < _EXPECTED_COUNTS:
        return "log2counts1", "2^x - 1 are whole numbers"
    if _is_million(plain):
        return "log2tpm1", "2^x - 1 sums to a million over every profile"
    if levels.shape[1] >= WHOLE and _quartile_fits(plain):
        return "log2rsem1", "the upper quartile of 2^x - 1 in a profile is 1000"
    return _by_name(
        ("log2tpm1", "log2fpkm1", "log2rsem1", "log2cpm1"),
        levels,
        evidence,
        name,
        f"values from {evidence.low:.4g} to {evidence.high:.4g}, so logged perhaps, but log2(TPM + 1), "
        f"log2(FPKM + 1) and log2(RSEM + 1) look the same here{_sum_words(plain, levels)}",
    )


def _with_floor(levels: Floats, evidence: Evidence, name: str) -> tuple[str, str]:
    plain = antilog(evidence.some, 2.0, 0.001)
    floor = f"the smallest value, {evidence.low:.4f}, is log2(0.001)"
    if _is_million(plain):
        return "log2tpm0.001", f"{floor}, and 2^x - 0.001 sums to a million over every profile"
    return _by_name(
        ("log2tpm0.001", "log2fpkm0.001"),
        levels,
        evidence,
        name,
        f"{floor}, so log2(x + 0.001), but of TPM or of FPKM the values do not tell{_sum_words(plain, levels)}",
    )


def _centred(levels: Floats, evidence: Evidence, name: str) -> tuple[str, str]:
    why = evidence.standardised
    if why:
        return "zscore-within-sample" if evidence.within_sample else "zscore", why
    return _by_name(
        ("zscore",),
        levels,
        evidence,
        name,
        f"values from {evidence.low:.4g} to {evidence.high:.4g}, {evidence.centre_words}: z-scores, log ratios or "
        "scores of another kind, the values do not tell",
    )


def _by_name(fitting: Sequence[str], levels: Floats, evidence: Evidence, name: str, otherwise: str) -> tuple[str, str]:
    """The one of several fitting units that the file's name names, if nothing in the values speaks against it."""
    named = [unit for unit in fitting if _names(name, linear_unit(unit))]
    if len(named) == 1 and contradicts(levels, evidence, named[0]) is None:
        return named[0], f"the file's name says {UNITS[linear_unit(named[0])]}, and the values agree"
    raise UnitError(otherwise, remedy=_REMEDY)


def _names(name: str, family: str) -> bool:
    """Whether a file's name names one of the linear units, and no other."""
    text = name.casefold()
    spellings: Mapping[str, tuple[str, ...]] = {
        "tpm": ("tpm",),
        "fpkm": ("fpkm", "rpkm"),
        "cpm": ("cpm",),
        "rsem": ("rsem", "rnaseqv2", "rna_seq_v2"),
        "zscore": ("zscore", "z-score", "z_score"),
    }
    named: dict[str, bool] = {unit: any(word in text for word in words) for unit, words in spellings.items()}
    if named["tpm"] or named["fpkm"]:  # RSEM is the program, too, that wrote the TPM
        named["rsem"] = False
    return named.get(family, False) and sum(named.values()) == 1


def _is_million(plain: NDArray[np.float64] | Floats) -> bool:
    sums = np.nansum(plain, axis=1)
    return bool(((sums > 0.98e6) & (sums < 1.02e6)).mean() > 0.95)


def _quartile_fits(plain: NDArray[np.float64] | Floats) -> bool:
    quartiles = [float(np.quantile(row[row > 0], 0.75)) for row in plain if (row > 0).any()]
    fits: Callable[[float], bool] = lambda upper: _QUARTILE[0] <= upper <= _QUARTILE[1]  # noqa: E731
    return bool(quartiles) and sum(map(fits, quartiles)) > 0.8 * len(quartiles)


def _sum_words(plain: NDArray[np.float64], levels: Floats) -> str:
    if levels.shape[1] < WHOLE:
        return ""
    return f" (a profile sums to {float(np.median(np.nansum(plain, axis=1))):.3g}, where TPM sum to a million)"
