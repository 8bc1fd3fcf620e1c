"""Metrics against scipy and scikit-learn; their intervals against draws made the slow way."""

import numpy as np
import pytest
from scipy.stats import pearsonr
from sklearn.metrics import roc_auc_score

from screen.metrics import correlation

RNG = np.random.default_rng(3)
ONCE = np.ones((1, 30))


@pytest.fixture(scope="module")
def pair() -> tuple[correlation.Values, correlation.Values]:
    response = RNG.normal(size=(30, 6))
    response[RNG.random(response.shape) < 0.2] = np.nan
    return response + RNG.normal(size=(30, 6)) + np.arange(6) * 1000, response


def test_r_drug_is_the_mean_of_scipys(pair: tuple[correlation.Values, correlation.Values]) -> None:
    predicted, response = pair
    each = [
        pearsonr(predicted[seen, d], response[seen, d]).statistic
        for d in range(6)
        for seen in [np.isfinite(response[:, d])]
    ]
    assert correlation.r_drug(predicted, response, ONCE)[0] == pytest.approx(np.mean(each), abs=1e-9)


def test_weights_are_repeats_of_lines(pair: tuple[correlation.Values, correlation.Values]) -> None:
    predicted, response = pair
    weights = correlation.draw_weights(30, 3, seed=0)
    for sampled in weights:
        rows = np.repeat(np.arange(30), sampled.astype(int))
        for metric in (correlation.r_drug, correlation.pooled_r, correlation.rmse):
            assert metric(predicted, response, sampled[None])[0] == pytest.approx(
                metric(predicted[rows], response[rows], np.ones((1, 30)))[0], abs=1e-9
            )


def test_pooled_r_and_rmse_are_the_plain_ones(pair: tuple[correlation.Values, correlation.Values]) -> None:
    predicted, response = pair
    seen = np.isfinite(response)
    assert correlation.pooled_r(predicted, response, ONCE)[0] == pytest.approx(
        pearsonr(predicted[seen], response[seen]).statistic
    )
    assert correlation.rmse(predicted, response, ONCE)[0] == pytest.approx(
        np.sqrt(np.mean((predicted - response)[seen] ** 2))
    )


def test_a_constant_prediction_counts_zero_and_a_thin_drug_not_at_all() -> None:
    response = RNG.normal(size=(30, 2))
    response[5:, 1] = np.nan
    assert correlation.r_drug(np.ones((30, 2)), response, ONCE)[0] == 0
    assert correlation.r_drug(response, response, ONCE)[0] == pytest.approx(1)


def pairs(n: int = 60, signal: float = 0.0) -> correlation.Pairs:
    positive = RNG.random(n) < 0.4
    return correlation.Pairs(
        (RNG.normal(size=n) + signal * positive).round(1)[:, None], positive, np.zeros(n, np.intp), np.arange(n) // 2
    )


def test_auroc_is_scikit_learns_ties_half() -> None:
    found = pairs(signal=1.0)
    expected = roc_auc_score(found.positive, found.scores[:, 0])
    assert found.auroc(np.ones((1, 30)))[0] == pytest.approx(expected)


def test_auroc_compares_within_groups_only() -> None:
    scores, positive = np.array([[1.0], [0.0], [11.0], [10.0]]), np.array([True, False, False, True])
    assert correlation.Pairs(scores, positive, np.array([0, 0, 1, 1]), np.arange(4)).auroc(np.ones((1, 4)))[0] == 0.5


def test_several_scorings_are_averaged() -> None:
    one, other = pairs(), pairs()
    both = correlation.Pairs(np.hstack([one.scores, other.scores]), one.positive, one.groups, one.subjects)
    swapped = correlation.Pairs(other.scores, one.positive, one.groups, one.subjects)
    everyone = np.ones((1, 30))
    assert both.auroc(everyone)[0] == pytest.approx((one.auroc(everyone)[0] + swapped.auroc(everyone)[0]) / 2)


def test_permutation_tells_signal_from_noise() -> None:
    assert pairs(signal=2.0).permutation_p(seed=0) < 0.01
    assert pairs(signal=-2.0).permutation_p(seed=0) > 0.99


def test_seven_responders_are_not_evaluable() -> None:
    positive = np.arange(30) < 7
    few = correlation.Pairs(np.zeros((30, 1)), positive, np.zeros(30, np.intp), np.arange(30))
    assert not few.evaluable()
    assert correlation.Pairs(np.zeros((30, 1)), np.arange(30) < 8, few.groups, few.subjects).evaluable()


def test_an_interval_holds_the_value_and_narrows_with_more_lines() -> None:
    widths = []
    for n in (20, 400):
        x, noise = RNG.normal(size=(n, 3)), RNG.normal(size=(n, 3))
        found = correlation.estimate(lambda w, x=x, y=x + noise: correlation.r_drug(x, y, w), n, seed=0)  # type: ignore[misc]
        assert found.low < found.value < found.high
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2
