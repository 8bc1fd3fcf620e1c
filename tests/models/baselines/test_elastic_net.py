"""Elastic net against scikit-learn's, drug by drug."""

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet

from screen.models.baselines import elastic_net
from screen.models.baselines.ridge import features
from tests.models.pairs import training_set


def test_it_answers_as_scikit_learn_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_net, "_TOLERANCE", 1e-5)
    world = training_set()
    fitted = elastic_net.fit_elastic_net(world)
    X = features(world.lines, ("Lung", "Myeloid"))[:, :-1]
    predicted = fitted.predict(world.lines, world.drugs)
    for drug in range(4):
        seen = np.isfinite(world.response[:, drug])
        y = world.response[seen, drug].astype(np.float64)
        actual = ElasticNet(alpha=fitted.penalty, l1_ratio=elastic_net.L1_RATIO, tol=1e-8, max_iter=100_000)
        actual.fit(X[seen], y / y.std())
        assert predicted[:, drug] == pytest.approx(actual.predict(X) * y.std(), abs=1e-3)


def test_a_drug_without_spread_gets_its_mean() -> None:
    world = training_set()
    world.response[:, 3] = np.nan
    world.response[:5, 3] = 0.4
    assert elastic_net.fit_elastic_net(world).predict(world.lines, world.drugs)[:, 3] == pytest.approx(0.4)
