"""Exact tests say what libraries say; a planted difference between sets is found, and too few drugs are told."""

import numpy as np
import pytest
from scipy import stats

from screen.results.comparisons import compare_sets, correlations, exchange_p, sign_p


def test_the_exchange_test_is_scipy_s_exact_permutation_test() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.normal(0.6, 0.2, 6), rng.normal(0.4, 0.2, 5)
    found = stats.permutation_test((one, two), lambda a, b: a.mean() - b.mean(), n_resamples=np.inf)
    assert exchange_p(list(one), list(two)) == pytest.approx(found.pvalue, abs=0.01)


def test_the_paired_test_is_scipy_s_exact_sign_test() -> None:
    paired = np.random.default_rng(2).normal(0.2, 0.2, 9)
    found = stats.permutation_test((paired,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert sign_p(paired) == pytest.approx(found.pvalue, abs=1e-9)


def test_a_planted_difference_is_found_in_each_organoid_and_over_all() -> None:
    rng = np.random.default_rng(3)
    areas = {
        f"o{number}": {"A": list(rng.normal(0.6, 0.05, 6)), "C": list(rng.normal(0.2, 0.05, 3))} for number in range(6)
    }
    found = compare_sets(areas)
    over = next(one for one in found if one.scope == "all")
    assert (over.first, over.second, over.organoids) == ("A", "C", 6)
    assert over.p == pytest.approx(2 / 2**6)
    assert over.low is not None
    assert over.low > 0.3
    assert over.reading == "set A does better than set C"
    assert len(found) == 7


def test_too_few_are_told_not_tested() -> None:
    (one,) = compare_sets({"o": {"A": [0.5, 0.6], "C": [0.1]}})
    assert one.p is None
    assert one.reading == "n too small: 2 and 1 drugs"


def test_correlations_need_four_shared() -> None:
    names, values = correlations(
        {"a": {"x": 1, "y": 2, "z": 3, "w": 4}, "b": {"x": 2, "y": 4, "z": 6, "w": 7}, "c": {"x": 1, "y": 2}}
    )
    assert names == ["a", "b", "c"]
    assert values[0, 1] == pytest.approx(1.0)
    assert np.isnan(values[0, 2])
