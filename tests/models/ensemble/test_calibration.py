"""Outputs become probabilities."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from screen.models.ensemble.calibration import logistic

RNG = np.random.default_rng(5)


def test_it_is_logistic_regression() -> None:
    y = RNG.normal(2.0, 3.0, size=400)
    sensitive = RNG.random(400) < 1 / (1 + np.exp(y - 2))
    found = logistic(y, sensitive)
    expected = LogisticRegression(C=1e6).fit(y[:, None], sensitive)
    assert found.slope == pytest.approx(expected.coef_[0, 0], rel=0.02)
    assert found.intercept == pytest.approx(expected.intercept_[0], rel=0.02)


@pytest.mark.parametrize("sensitive", [np.arange(20) < 10, np.ones(20, bool)])
def test_separated_or_one_sided_labels_stay_finite(sensitive: np.ndarray) -> None:  # type: ignore[type-arg]
    found = logistic(np.arange(20.0), sensitive)
    assert np.isfinite([found.slope, found.intercept]).all()
    assert found.slope <= 1e-6
