"""Which cell lines are called sensitive to a drug, from their areas under the curve.

Neither paper states its cut: both take binary labels of GDSC and CCLE. ``waterfall`` is the rule that CCLE published
(Barretina et al. 2012): responses in order, cut where the curve is farthest from the line through its ends, at the
median where it is straight. ``quantiles`` is what ATSDP-NET names as an example: the most and the least sensitive
third, lines between them left out. The cut is made on training lines alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models.single_cell.configurations import LabelRule

Doubles = NDArray[np.float64]

STRAIGHT = 0.95
"""Correlation with a straight line from which on the order of responses has no bend (Barretina et al. 2012)."""


@dataclass(frozen=True)
class Cut:
    """Low response, sensitive."""

    sensitive_below: float
    resistant_from: float

    def labels(self, response: Doubles) -> Doubles:
        """1 sensitive, 0 resistant; NaN between the two, and where nothing was measured."""
        made = np.full(len(response), np.nan)
        made[response < self.sensitive_below] = 1.0
        made[response >= self.resistant_from] = 0.0
        return made


def cut_of(response: Doubles, rule: LabelRule) -> Cut:
    """The cut that some lines' responses (low = sensitive, NaN where not measured) make."""
    there = np.sort(response[np.isfinite(response)])
    if rule == "quantiles":
        low, high = np.quantile(there, (1 / 3, 2 / 3))
        return Cut(float(low), float(high))
    at = _bend(there)
    return Cut(at, at)


def _bend(ordered: Doubles) -> float:
    place = np.linspace(0.0, 1.0, len(ordered))
    span = ordered[-1] - ordered[0]
    if span <= 0:
        return float(np.median(ordered))
    if np.corrcoef(place, ordered)[0, 1] >= STRAIGHT:
        return float(np.median(ordered))
    # Height of the curve over the chord through its ends: the chord rises by `span` over the places.
    away = np.abs((ordered - ordered[0]) / span - place)
    return float(ordered[int(np.argmax(away))])
