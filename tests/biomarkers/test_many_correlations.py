"""Association of many markers against regressions written out, and its false findings."""

import numpy as np
import pytest

from screen.biomarkers.many_correlations import many_associations, permuted_p
from screen.metrics.false_discovery import q_values


def test_each_marker_is_the_regression_of_it_alone() -> None:
    from scipy.stats import t

    rng = np.random.default_rng(3)
    n = 120
    shared = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n), np.zeros(n)])
    markers = rng.normal(size=(n, 9)) + shared[:, :1]
    markers[rng.random(n) < 0.2, 4] = np.nan
    markers[:, 7] = 3.0
    response = markers[:, 0] * 0.2 + shared[:, 0] + rng.normal(size=n)
    found = many_associations(response, markers, shared)
    low, high = found.slope_interval()
    for place in (0, 4, 8):
        known = np.isfinite(markers[:, place])
        x = np.column_stack([markers[known, place], np.ones(known.sum()), shared[known, :2]])
        beta, rest, _, _ = np.linalg.lstsq(x, response[known], rcond=None)
        freedom = known.sum() - 4
        error = np.sqrt(rest[0] / freedom * np.linalg.inv(x.T @ x)[0, 0])
        assert found.slope[place] == pytest.approx(beta[0], abs=1e-10)
        assert found.error[place] == pytest.approx(error, rel=1e-9)
        assert found.p[place] == pytest.approx(2 * t.sf(abs(beta[0] / error), freedom), rel=1e-9)
        assert low[place] < beta[0] < high[place]
    assert np.isnan(found.p[7])


def test_nothing_is_found_among_20000_genes_of_noise() -> None:
    rng = np.random.default_rng(8)
    n, genes = 300, 20_000
    shared = rng.normal(size=(n, 4))
    response = rng.normal(size=n) + shared[:, 0]
    q = q_values(many_associations(response, rng.normal(size=(n, genes)) + shared[:, :1], shared).p)
    assert (q <= 0.05).mean() <= 0.05
    assert (q <= 0.05).sum() <= 3


def test_permuted_responses_give_flat_p_and_keep_the_markers_as_they_are() -> None:
    rng = np.random.default_rng(4)
    n = 200
    markers, shared = rng.normal(size=(n, 300)), rng.normal(size=(n, 2))
    markers[:5, 0] = np.nan
    response = markers[:, 1] * 2 + shared[:, 0]
    p = permuted_p(response, markers, shared, 40, 1)
    assert p.shape == (40, 300)
    assert 0.03 < (p < 0.05).mean() < 0.07
    assert (permuted_p(response, markers, shared, 40, 1) == p).all()


def test_q_values_leave_out_what_was_not_tested() -> None:
    p = np.array([0.01, np.nan, 0.04, 0.5])
    assert q_values(p) == pytest.approx([0.03, np.nan, 0.06, 0.5], nan_ok=True)
    assert np.isnan(q_values(np.array([np.nan]))).all()
