"""Areas under a curve and doses read off it, each with its range, direction and bounds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.dose_response.hill import Hill
from screen.dose_response.points import Array


@dataclass(frozen=True)
class Span:
    """Doses that areas are over: log10, arrays of one length."""

    low: Array
    high: Array

    def take(self, rows: NDArray[np.int64]) -> "Span":
        """The spans at ``rows``."""
        return Span(self.low[rows], self.high[rows])


def mean_viability(curve: Hill, span: Span) -> Array:
    """Mean height of each curve over its span, the area under it over its width: 1 is no effect.

    The integral of f over log dose is closed: ``log10(1 + (dose / EC50)^slope) / slope``.
    """
    width = span.high - span.low
    part = (_antiderivative(curve, span.high) - _antiderivative(curve, span.low)) / np.where(width > 0, width, 1.0)
    at_point = (curve.top - curve.at(span.low)) / np.where(curve.drop > 0, curve.drop, 1.0)
    part = np.where(width > 0, part, at_point)
    return np.asarray(curve.top - curve.drop * part)


def _antiderivative(curve: Hill, log_dose: Array) -> Array:
    power = curve.slope * (log_dose - curve.log_ec50) * np.log(10.0)
    return np.asarray(np.logaddexp(0.0, power) / (np.log(10.0) * curve.slope))


def gdsc_auc(curve: Hill, span: Span) -> Array:
    """A curve as GDSC's ``AUC``: 0 to 1, **lower is sensitive**, over the screen's own doses.

    GDSC fits a logistic from 1 to 0 and reports the area under it as a share of the area of the doses screened (Vis et
    al. 2016, Pharmacogenomics 17:691); the same share of any curve with another bottom, kept within 0 and 1.
    """
    return np.asarray(np.clip(mean_viability(curve, span), 0.0, 1.0))


def absolute_ic50(curve: Hill, tested: Span) -> tuple[Array, list[str]]:
    """Dose (log10) at which viability is half the vehicle's, never beyond the doses tested, and how it is censored.

    Returns
    -------
    dose : the crossing, or the bound that it lies beyond
    censored : ``""`` measured, ``">"`` above the highest dose, ``"<"`` below the lowest
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (curve.top - 0.5) / curve.drop
        crossing = curve.log_ec50 + np.log10(part / (1.0 - part)) / curve.slope
    above = ~(curve.at(tested.high) <= 0.5)
    below = curve.at(tested.low) < 0.5
    dose = np.where(above, tested.high, np.where(below, tested.low, crossing))
    return dose, [">" if over else "<" if under else "" for over, under in zip(above, below, strict=True)]
