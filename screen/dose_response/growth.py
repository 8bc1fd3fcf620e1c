"""Growth rate metrics, where the number of cells at the start is known.

GR (Hafner et al. 2016, Nature Methods 13:521) compares growth rates instead of end points: 1 is the vehicle's growth,
0 none, below 0 cells are lost. It does not depend on how fast untreated cells divide.
"""

from dataclasses import dataclass

import numpy as np

from screen.dose_response.points import Array

_TINY = 1e-6


@dataclass(frozen=True)
class Growth:
    """One curve's growth rate metrics."""

    aoc: float
    """Area over the GR curve, mean of 1 - GR over log dose."""
    gr50: float
    """Dose at which GR crosses one half, by interpolation over log dose; NaN where it does not within the doses."""
    gr_max: float
    """At the highest dose."""


def growth_rate(viability: Array, at_start: Array | float) -> Array:
    """GR of each well: ``2^(log2(x / x0) / log2(control / x0)) - 1``.

    Parameters
    ----------
    viability : signal over the vehicle's at the end
    at_start : signal at the start over the vehicle's at the end; 1 or more is no growth: NaN
    """
    start = np.asarray(at_start, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        doublings = np.log2(np.maximum(viability, _TINY) / start) / np.log2(1.0 / start)
    return np.where((start > 0) & (start < 1), 2.0**doublings - 1.0, np.nan)


def dead_scaled(growth: Array, dead: float) -> Array:
    """GR with its negative part scaled so that -1 is the killing control's, as organoid assays need.

    A viability assay reads some signal of dead cultures, so plain GR never comes near -1.

    Parameters
    ----------
    dead : GR of the killing control, below 0; otherwise nothing is scaled
    """
    if not dead < 0:
        return growth
    return np.where(growth < 0, growth / -dead, growth)


def growth_metrics(dose: Array, growth: Array) -> Growth:
    """Area, crossing and last value of the mean GR of each dose."""
    values = np.unique(dose)
    mean = np.array([np.nanmean(growth[dose == one]) for one in values])
    log_dose = np.log10(values)
    if len(values) < 2 or not np.isfinite(mean).all():
        return Growth(float("nan"), float("nan"), float(mean[-1]) if len(mean) else float("nan"))
    area = float(np.trapezoid(1.0 - mean, log_dose) / (log_dose[-1] - log_dose[0]))
    below = np.flatnonzero((mean[:-1] > 0.5) & (mean[1:] <= 0.5))
    if not len(below):
        return Growth(area, float("nan"), float(mean[-1]))
    at = int(below[0])
    share = (mean[at] - 0.5) / (mean[at] - mean[at + 1])
    return Growth(area, float(10 ** (log_dose[at] + share * (log_dose[at + 1] - log_dose[at]))), float(mean[-1]))
