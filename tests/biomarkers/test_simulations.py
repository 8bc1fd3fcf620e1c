"""The analysis of markers errs no more often than it says; the whole of it: python -m tests.biomarkers.simulations."""

import numpy as np

from tests.biomarkers.simulations import called_predictive, followed, null_findings, prognostic_q


def test_among_null_genes_hardly_one_is_found() -> None:
    prognostic, associated = null_findings(3_000)
    assert prognostic <= 3
    assert associated <= 3


def test_a_planted_prognostic_marker_is_found_and_never_called_predictive() -> None:
    predictive, found = called_predictive(60)
    assert found == 1
    assert predictive <= 0.05


def test_a_planted_interaction_is_called_predictive() -> None:
    predictive, _ = called_predictive(20, interaction=-1.4)
    assert predictive >= 0.8


def test_a_marker_planted_among_thousands_is_the_first() -> None:
    q = prognostic_q(followed(3, genes=2_000))
    assert int(np.argmin(q)) == 0
    assert q[0] <= 0.05
