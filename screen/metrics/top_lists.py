"""What a ranking is for: the top 5% of a line's drugs, as the model lists them and as they were measured.

Absolute: by response. Selective: by how far the response lies below the drug's own, in SD over the training lines; ties
there (a model that knows nothing of the line) are broken by the absolute order.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from screen.metrics.correlation import Doubles, Values

SHARE = 0.05
FEWEST_DRUGS = 40
"""A line measured on fewer drugs has no top list."""
NAMES = ("precision_top5", "ndcg_top5", "selective_precision_top5", "selective_ndcg_top5", "selective_z_top5")


def list_figures(predicted: Values, response: Values, mean: Values, sd: Values) -> Mapping[str, Doubles]:
    """Of each line, by name of :data:`NAMES`; length L, NaN for a line of few drugs.

    Parameters
    ----------
    predicted, response : L x D, NaN where not predicted or not measured; low = sensitive
    mean, sd : L x D, of each drug over the lines that the fold learned from
    """
    found = {name: np.full(len(response), np.nan) for name in NAMES}
    top = max(float(np.nanmax(response)), 1.0)
    for row in range(len(response)):
        there = np.flatnonzero(np.isfinite(predicted[row]) & np.isfinite(response[row]))
        if there.size < FEWEST_DRUGS:
            continue
        scores, truth = predicted[row, there].astype(float), response[row, there].astype(float)
        z_scores, z_truth = ((values - mean[row, there]) / sd[row, there] for values in (scores, truth))
        size = math.ceil(SHARE * there.size)
        listed = np.argsort(scores, kind="stable")[:size]
        selective = np.lexsort((scores, np.round(z_scores, 6)))[:size]
        values = (
            *_hits(listed, truth, top - truth),
            *_hits(selective, z_truth, np.maximum(-z_truth, 0)),
            z_truth[selective].mean(),
        )
        for name, value in zip(NAMES, values, strict=True):
            found[name][row] = value
    return found


def _hits(listed: NDArray[np.intp], truth: Values, gain: Values) -> tuple[float, float]:
    """Share of the list that belongs there, and its discounted gain relative to the best list (nDCG)."""
    # Not scikit-learn's ndcg_score: the same value to 1e-16, at 38 times the time a line, and no order of ties of ours.
    belongs = np.zeros(truth.size, bool)
    order = np.argsort(truth, kind="stable")[: listed.size]
    belongs[order] = True
    discount = 1 / np.log2(np.arange(2, listed.size + 2))
    best = float(gain[order] @ discount)
    return float(belongs[listed].mean()), float(gain[listed] @ discount) / best if best > 0 else 0.0
