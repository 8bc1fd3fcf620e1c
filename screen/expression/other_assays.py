"""Values that lie in expression's layout and are none: methylation, copy number, mutations, set scores, statistics."""

import numpy as np
from numpy.typing import NDArray

from screen.expression.unit_evidence import LOGGED
from screen.records import Floats

_ENOUGH = 20
"""Values from which a range says anything."""
_FLAT_GENES = 50
_FLAT = 0.5
"""Log2 units, or a share of the typical level: real genes differ by far more between their 10th and 90th percentile."""
_COMPARED = 100
"""Genes from which profiles are compared."""
_SIMILAR, _FOREIGN = 0.6, 0.2
"""Rank correlations: of any two tumours, and below which a column has nothing of a profile."""
_SHOWN = 100


def other_assay(levels: Floats) -> str | None:
    """What the values are, if they cannot be expression in any unit; ``None`` where they may be.

    Parameters
    ----------
    levels : n x g, NaN where missing
    """
    known = levels[np.isfinite(levels)]
    if known.size < _ENOUGH:
        return None
    low, high = float(known.min()), float(known.max())
    if bool((known == np.round(known)).all()) and high <= 2:
        return _codes(low, high)
    if low >= 0 and high <= 1:
        return "every value lies between 0 and 1: methylation (beta), probabilities, p-values or shares"
    if low >= -1 and high <= 1:
        return "every value lies between -1 and 1: scores of gene sets, correlations or copy-number ratios"
    if _same_for_every_gene(levels, low, high):
        return "every gene has nearly the same level: copy numbers rather than expression"
    return None


def _codes(low: float, high: float) -> str | None:
    if low >= 0 and high <= 1:
        return "every value is 0 or 1: mutated or not, rather than expression"
    if low >= 0:
        return "every value is 0, 1 or 2: mutations or genotypes rather than expression"
    if low >= -2:
        return "every value is a whole number from -2 to 2: copy-number calls (GISTIC) rather than expression"
    return None


def _same_for_every_gene(levels: Floats, low: float, high: float) -> bool:
    """Whether the genes' typical levels hardly differ, on a linear or a logged scale without negative values."""
    if low < 0 or levels.shape[1] < _FLAT_GENES:
        return False
    with np.errstate(all="ignore"):
        typical = np.nanmedian(_some(levels), axis=0)
    typical = typical[np.isfinite(typical)]
    if typical.size < _FLAT_GENES or float(np.median(typical)) <= 0:
        return False
    spread = float(np.ptp(np.quantile(typical, [0.1, 0.9])))
    # Logged values differ by log2 units, whatever their level; linear ones by a share of it.
    return spread < _FLAT if high <= LOGGED else spread < _FLAT * float(np.median(typical))


def odd_profile(levels: Floats) -> tuple[int, str] | None:
    """A profile that is unlike all others of its file, and in what; ``None`` where there is none.

    Columns of p-values, ranks or coordinates beside real samples are found so, whatever they are called.

    Parameters
    ----------
    levels : n x g, NaN where missing
    """
    if levels.shape[0] < 2 or levels.shape[1] < _ENOUGH:
        return None
    with np.errstate(all="ignore"):
        low, high = np.nanmin(levels, axis=1), np.nanmax(levels, axis=1)
    return _odd_range(low, high) or _odd_order(levels, low)


def _odd_range(low: NDArray[np.float32], high: NDArray[np.float32]) -> tuple[int, str] | None:
    share = (low >= 0) & (high <= 1)
    signed = low < 0
    if share.any() and float(np.median(high)) > 2:
        return int(np.argmax(share)), "all its values lie between 0 and 1"
    if len(low) >= 3 and signed.mean() >= 0.6 and not signed.all():
        return int(np.argmin(signed)), "none of its values is negative, as those of the others are"
    return None


def _odd_order(levels: Floats, low: NDArray[np.float32]) -> tuple[int, str] | None:
    """By rank correlation with the typical profile, where profiles are absolute: genes keep their order."""
    whole = np.isfinite(levels).all(axis=0)
    if (low < 0).any() or whole.sum() < _COMPARED or levels.shape[0] > 1 + _SHOWN:
        return None
    ranks = np.argsort(np.argsort(levels[:, whole], axis=1, kind="stable"), axis=1).astype(np.float64)
    correlations = np.atleast_2d(np.corrcoef(ranks))
    if levels.shape[0] == 2:
        similarity = float(correlations[0, 1])
        return (1, f"its rank correlation with the other is {similarity:.2f}") if similarity < _FOREIGN else None
    typical = np.max if len(correlations) == 3 else np.median  # of three, two samples are the majority
    to_others = [float(typical(np.delete(row, i))) for i, row in enumerate(correlations)]
    worst = int(np.argmin(to_others))
    if to_others[worst] < _FOREIGN and float(np.median(to_others)) > _SIMILAR:
        return worst, f"its rank correlation with the others is {to_others[worst]:.2f}, where theirs are high"
    return None


def whole_steps(levels: Floats) -> bool:
    """Whether each profile's values are whole multiples of its smallest: counts divided by their sum (CPM).

    Parameters
    ----------
    levels : n x g, not negative
    """
    some = _some(levels)[:3].astype(np.float64)
    return bool(len(some)) and all(_stepped(row[np.isfinite(row) & (row > 0)]) for row in some)


def _stepped(values: NDArray[np.float64]) -> bool:
    if values.size < _ENOUGH:
        return False
    steps = values / values.min()
    near = steps[steps < 1000]
    return float(np.mean(np.abs(near - np.round(near)) < 0.01)) > 0.95


def _some(levels: Floats) -> Floats:
    """Up to about a hundred profiles, evenly taken."""
    return levels[:: 1 + levels.shape[0] // 100]
