"""The pair process on a target from which general sensitivity is taken out: what is left is this drug in this line.

Of the standardised responses a line's mean over its drugs is subtracted before the process sees them. Predictions keep
the drugs' means and spreads, so they stand on the scale of the responses, but no line is more sensitive than another in
general: where such a model still ranks lines within a drug, it does so by what is particular to the drug.
"""

from dataclasses import replace

import numpy as np

from screen.models import TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp.gp_model import PairGP, pair_gp, spreads
from screen.records import Floats


def pair_gp_selective(training_set: TrainingSet) -> PairGP:
    """Fit :func:`screen.models.pair_gp.gp_model.pair_gp` on responses less each line's general sensitivity."""
    return pair_gp(replace(training_set, response=selective(training_set.response)))


def selective(response: Floats) -> Floats:
    """L x D responses less the line's mean standardised response, put back on each drug's scale; NaN stays NaN."""
    means, scale = drug_means(response), spreads(response)
    standard = (response - means) / scale
    seen = np.isfinite(standard)
    general = np.where(seen, standard, 0).sum(axis=1, dtype=np.float64) / np.maximum(seen.sum(axis=1), 1)
    return np.asarray(means + scale * (standard - general[:, None]), np.float32)
