"""False discoveries among many tests."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def q_values(p: Array) -> Array:
    """p adjusted for all tests made (Benjamini and Hochberg 1995); NaN stays and counts as no test.

    Parameters
    ----------
    p : of any shape
    """
    from scipy.stats import false_discovery_control

    made = np.isfinite(p)
    adjusted = np.full(p.shape, np.nan)
    if made.any():
        adjusted[made] = false_discovery_control(np.clip(p[made], 0, 1))
    return adjusted
