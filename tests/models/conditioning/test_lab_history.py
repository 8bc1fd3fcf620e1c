"""What a laboratory's earlier plates say: of its noise, of how far the model holds, of its own covariance."""

import numpy as np
import pytest

from screen.models.conditioning.lab_history import (
    FEWEST_TUMOURS,
    History,
    _likelihood,
    _tumours,
    lab_process,
    likely_assay,
)
from screen.models.conditioning.plate_process import ANOTHER_ASSAY, Assay, condition

D = 20


@pytest.fixture(scope="module")
def errors() -> np.ndarray:
    factors = np.random.default_rng(0).normal(size=(D, 4)) / 2
    return np.asarray(0.6 * factors @ factors.T + 0.4 * np.eye(D))


def history(errors: np.ndarray, tumours: int, assay: Assay, seed: int = 1) -> History:
    rng = np.random.default_rng(seed)
    predicted = rng.normal(size=(tumours, D))
    covariance = assay.scale * errors + assay.level + assay.noise * np.eye(D)
    return History(
        centred=True,
        measured=assay.carry * predicted + rng.multivariate_normal(np.zeros(D), covariance, size=tumours),
        predicted=predicted,
    )


def test_the_assay_is_learned(errors: np.ndarray) -> None:
    truth = Assay(carry=0.4, scale=0.5, noise=1.0, level=0.5)
    found = likely_assay(errors, history(errors, 150, truth))
    assert found.carry == pytest.approx(truth.carry, abs=0.06)
    assert found.noise == pytest.approx(truth.noise, rel=0.25)
    assert found.level == pytest.approx(truth.level, rel=0.4)


def test_the_slope_is_that_of_the_likelihood(errors: np.ndarray) -> None:
    tumours = _tumours(history(errors, 6, ANOTHER_ASSAY))
    at = np.array([-0.2, -1.0, 0.3, 0.7])
    _, slope = _likelihood(at, errors, tumours)
    step = 1e-5
    for one in range(4):
        move = step * np.eye(4)[one]
        up, down = (_likelihood(at + side * move, errors, tumours)[0] for side in (1, -1))
        assert slope[one] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-4)


def test_few_tumours_teach_nothing(errors: np.ndarray) -> None:
    found = lab_process(errors, history(errors, FEWEST_TUMOURS - 1, Assay(noise=3.0)))
    assert found.assay == ANOTHER_ASSAY
    assert found.tumours == 0


def test_its_own_covariance_takes_part_by_how_many_tumours_it_has(errors: np.ndarray) -> None:
    other = np.diag(np.diag(errors))
    distances = []
    for tumours in (20, 100, 500):
        made = lab_process(errors, history(other, tumours, Assay(scale=1.0, noise=0.05, level=0.01)))
        wanted = other + 0.01
        distances.append(float(np.square(made.covariance - wanted)[~np.eye(D, dtype=bool)].mean()))
    assert distances[0] > distances[1] > distances[2]


def test_a_laboratory_where_the_model_says_nothing_gets_wide_intervals_and_no_claims(errors: np.ndarray) -> None:
    useless = lab_process(errors, history(errors, 100, Assay(carry=0.0, scale=0.2, noise=2.0, level=0.2)))
    trusted = lab_process(errors)
    mean, measured = np.full(D, -2.0), np.arange(4)
    doubted, hoped = (condition(one.prior(mean), measured, np.zeros(4)) for one in (useless, trusted))
    assert np.abs(doubted.mean[4:]).max() < 0.3
    assert doubted.spread.mean() > hoped.spread.mean()


def test_a_thousand_tumours_are_learned_from_in_seconds(errors: np.ndarray) -> None:
    from time import process_time

    made = history(errors, 1000, ANOTHER_ASSAY)
    start = process_time()
    assert lab_process(errors, made).tumours == 1000
    assert process_time() - start < 10
