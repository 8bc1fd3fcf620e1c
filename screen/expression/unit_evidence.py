"""What a matrix of values shows of its unit: range, whole numbers, floor of a logarithm, centre and spread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

LOGGED = 32.0
"""No log2 of a read count or abundance is larger; linear scales pass it in any real profile."""
FLOOR = float(np.log2(0.001))
_SOFT_SAMPLES = 30
"""Samples from which genes of a subset of a z-scored cohort keep mean 0 and standard deviation 1 well enough."""
_GENES_OF_A_PROFILE = 100


@dataclass(frozen=True)
class Evidence:
    """Measured once over n x g values."""

    size: int
    """Values that are not missing."""
    low: float
    high: float
    whole: float
    """Share of whole numbers among the values above zero."""
    floor: bool
    """The smallest value is log2(0.001)."""
    centre: float
    """Median over genes of the distance of their mean from 0; of a single profile, the distance of its mean."""
    spread: float
    """Median over genes of their standard deviation; of a single profile, its standard deviation."""
    standardised: str
    """Why the values are z-scores; empty where they need not be."""
    within_sample: bool
    """Every profile has mean 0 and standard deviation 1: genes were scaled within a sample, none over samples."""
    some: Floats
    """Up to about a hundred profiles, evenly taken."""

    @property
    def centre_words(self) -> str:
        """Centre and spread, for a message."""
        return f"typical gene {self.centre:.2f} from 0 with standard deviation {self.spread:.2f}"


def evidence_of(levels: Floats) -> Evidence:
    """Measure the values (n x g, NaN where missing; at least one is not)."""
    known = levels[np.isfinite(levels)]
    low, high = float(known.min()), float(known.max())
    some = levels[:: 1 + levels.shape[0] // 100]
    within = low < 0 and _within_sample(levels)
    centre, spread, why = _standardised(levels, within_sample=within) if low < 0 else (0.0, 0.0, "")
    floor = abs(low - FLOOR) < 1e-3 and high < LOGGED
    return Evidence(known.size, low, high, whole_share(known, 0), floor, centre, spread, why, within, some)


def whole_share(values: NDArray[np.floating], tolerance: float) -> float:
    """Share of whole numbers among values above zero and below a million; 0 without any."""
    plain = values[np.isfinite(values) & (values > tolerance) & (values < 1e6)]
    if not plain.size:
        return 0.0
    return float(np.mean(np.abs(plain - np.round(plain)) <= tolerance * np.maximum(1, plain / 1000)))


def antilog(levels: Floats, base: float, offset: float) -> NDArray[np.float64]:
    """base^x - offset, never below 0."""
    return np.maximum(np.power(base, levels.astype(np.float64)) - offset, 0)


def _within_sample(levels: Floats) -> bool:
    if levels.shape[1] < _GENES_OF_A_PROFILE:
        return False
    with np.errstate(all="ignore"):
        mean, sd = np.nanmean(levels, axis=1, dtype=np.float64), np.nanstd(levels, axis=1, dtype=np.float64)
    return bool(np.all(np.abs(mean) < 0.01) and np.all(np.abs(sd - 1) < 0.02))


def _standardised(levels: Floats, *, within_sample: bool) -> tuple[float, float, str]:
    """Centre and spread of the genes, and why the values are z-scores."""
    if within_sample:
        return 0.0, 1.0, "every profile has mean 0 and standard deviation 1: scaled within each sample"
    some = levels[:, np.isfinite(levels).any(axis=0)]
    some = some[:, :: 1 + some.shape[1] // 2000].astype(np.float64)
    if levels.shape[0] < 3:
        with np.errstate(all="ignore"):
            sample_mean = np.asarray(np.nanmean(levels, axis=1, dtype=np.float64))
            sample_sd = np.asarray(np.nanstd(levels, axis=1, dtype=np.float64))
        return float(np.abs(sample_mean).mean()), float(sample_sd.mean()), ""
    mean, sd = np.abs(np.nanmean(some, axis=0)), np.nanstd(some, axis=0)
    centre, spread = float(np.median(mean)), float(np.median(sd))
    lower, upper = np.quantile(sd, [0.25, 0.75])
    unit_genes = float(np.mean((mean < 0.01) & (abs(sd - 1) < 0.2)))
    if unit_genes > 0.9:
        return centre, spread, "genes have mean 0 and standard deviation 1 over the samples"
    soft = centre < 0.2 and 0.8 < spread < 1.3 and upper < 1.6 * lower
    if soft and levels.shape[0] >= _SOFT_SAMPLES:
        why = f"genes are centred on 0 with a standard deviation of {spread:.2f} (median over genes)"
        return centre, spread, why
    return centre, spread, ""
