"""Resistant or sensitive: a cell line's response to a drug against the most sensitive fifth of the training lines.

The cut is each drug's own, so that a label says how a line stands among lines and not how potent the drug is. A fifth
is near the share of sensitive lines in published binarised responses; it was set before anything was measured.
"""

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

SENSITIVE_SHARE = 0.2
"""Of a drug's training lines: at or below this quantile of the response a line is sensitive."""
FEWEST_LINES = 100
"""Measured lines below which a drug is not predicted."""
FEWEST_A_CLASS = 8


def cuts_of(responses: Floats) -> Floats:
    """Length D: each drug's cut over the lines of ``responses`` (n x D, NaN not measured, low is sensitive)."""
    found = np.full(responses.shape[1], np.nan, np.float32)
    there = np.isfinite(responses).any(axis=0)
    found[there] = np.nanquantile(responses[:, there], SENSITIVE_SHARE, axis=0)
    return found


def resistant(responses: Floats, cuts: Floats) -> Floats:
    """n x D: 1 resistant, 0 sensitive, NaN not measured."""
    known = np.isfinite(responses) & np.isfinite(cuts)
    return np.where(known, (responses > cuts).astype(np.float32), np.float32(np.nan))


def predictable(responses: Floats) -> NDArray[np.bool_]:
    """Length D: drugs measured in enough lines, of both classes."""
    labels = resistant(responses, cuts_of(responses))
    enough = np.isfinite(labels).sum(axis=0) >= FEWEST_LINES
    classes = np.minimum((labels == 1).sum(axis=0), (labels == 0).sum(axis=0))
    return np.asarray(enough & (classes >= FEWEST_A_CLASS))
