"""Predicted resistance against what was recorded of patients who had the drug: AUROC, or why there is none."""

from collections.abc import Sequence

import numpy as np

from screen.metrics.correlation import DRAWS, FEWEST_A_CLASS, Pairs, estimate


def recorded_response(probability: Sequence[float], responder: Sequence[bool | None], seed: int) -> str:
    """In words: how often a patient who did not respond has the higher probability of resistance.

    Parameters
    ----------
    probability, responder : of the patients who had the drug; ``None`` where the response was not recorded
    """
    known = [(p, not r) for p, r in zip(probability, responder, strict=True) if r is not None]
    if not known:
        had = f"{len(probability)} had it, no response recorded" if probability else "nobody had it on record"
        return f"not testable: {had}"
    failed = sum(resisted for _, resisted in known)
    counts = f"{len(known)} had it, {len(known) - failed} responded"
    if min(failed, len(known) - failed) < FEWEST_A_CLASS:
        return f"not testable: {counts}, {FEWEST_A_CLASS} of each are needed"
    scores, positive = np.array([[p] for p, _ in known]), np.array([resisted for _, resisted in known])
    places = np.arange(len(known))
    found = estimate(Pairs(scores, positive, np.zeros(len(known), np.intp), places).auroc, len(known), seed, DRAWS)
    return f"AUROC {found.value:.2f} ({found.low:.2f} to {found.high:.2f}); {counts}"
