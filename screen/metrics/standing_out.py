"""What "stands out" is worth on cell lines that a model has not seen: the list of page one, held against measurements.

A drug is listed for a line by the rules of page one: predicted response below the median of the line's lineage over
all drugs, below the drug's own middle, and lower than the prediction for nine tenths of the lines. It is a hit where
the same holds of what was measured. By chance: of as many of the line's drugs that are predicted potent, taken at
random, how many would be hits.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from screen.metrics.correlation import Doubles, Values

PLACE = 0.9
"""Floor of the place among lines, as that among patients by default."""
NAMES = ("stands_out_listed", "stands_out_hits", "stands_out_by_chance")


def standing_out(predicted: Values, response: Values, cut: Doubles, middle: Values) -> Mapping[str, Doubles]:
    """Of each line, by name of :data:`NAMES`: drugs listed, those that are hits, and hits expected by chance.

    Parameters
    ----------
    predicted, response : L x D, NaN where not predicted or not measured; low = sensitive
    cut : length L, median response of the line's lineage over all drugs, of training lines
    middle : L x D, of each drug over the lines that the fold learned from

    Notes
    -----
    Counted over pairs that are predicted and measured. A drug that is predicted the same for every line is listed for
    none: its place is the middle.
    """
    there = np.isfinite(predicted) & np.isfinite(response)
    potent = there & (predicted < cut[:, None]) & (predicted < middle)
    listed = potent & (_places(np.where(there, predicted, np.nan)) >= PLACE)
    effective = (response < cut[:, None]) & (response < middle) & (_places(np.where(there, response, np.nan)) >= PLACE)
    base = _share(potent & effective, potent)
    counts = listed.sum(axis=1).astype(float)
    return dict(zip(NAMES, (counts, (listed & effective).sum(axis=1).astype(float), counts * base), strict=True))


def _places(values: Values) -> Doubles:
    """L x D: share of the other lines of the drug with a higher value, ties half; 0 where there is none."""
    found = np.zeros(values.shape)
    for column in range(values.shape[1]):
        there = np.isfinite(values[:, column])
        measured = values[there, column]
        if measured.size > 1:
            ordered = np.sort(measured)
            below, upto = np.searchsorted(ordered, measured, "left"), np.searchsorted(ordered, measured, "right")
            found[there, column] = (measured.size - upto + (upto - below - 1) / 2) / (measured.size - 1)
    return found


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Doubles:
    """Share of each row; 0 where the whole is empty."""
    total = whole.sum(axis=1)
    share: Doubles = part.sum(axis=1) / np.maximum(total, 1)
    return share
