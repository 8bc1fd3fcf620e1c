"""Every model of the table: learns, forgets what it was not given, repeats itself, and answers what it says it does."""

import numpy as np
import pytest

from screen.errors import StoreError
from screen.models.baselines import neural_nets, trees
from screen.models.baselines.naive import drug_means
from screen.models.model_registry import BASELINES, MODELS
from tests.models.pairs import correlation, of_lines, training_set, without_drugs

TRAINED, QUERIES = list(range(30)), np.arange(30, 40)
NAMES = tuple(MODELS)
NETS = ("pair-mlp", "drugwise-nets")
"""Slow learners: what they learn is tested apart."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural_nets, "EPOCHS", 30)
    monkeypatch.setattr(trees, "FOREST_TREES", 10)
    monkeypatch.setattr(trees, "ROUNDS", 20)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_repeats_itself_whatever_it_was_not_given(name: str) -> None:
    world, part = training_set(), of_lines(training_set(), TRAINED)
    queries = world.lines.take(QUERIES)
    predicted = MODELS[name].fit(part).predict(queries, world.drugs)
    assert predicted.shape == (10, 12)
    assert predicted.dtype == np.float32
    assert np.isfinite(predicted).all()
    world.response[QUERIES] = 9
    again = MODELS[name].fit(of_lines(world, TRAINED)).predict(queries, world.drugs)
    assert again.tobytes() == predicted.tobytes()
    alone = MODELS[name].fit(part).predict(queries.take(np.array([4])), world.drugs)
    assert alone[0] == pytest.approx(predicted[4], abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_model_answers_for_new_drugs_where_it_says_so(name: str) -> None:
    world = training_set()
    fitted = MODELS[name].fit(without_drugs(world, list(range(9))))
    new = world.drugs.take(np.arange(9, 12))
    if MODELS[name].new_drugs:
        predicted = fitted.predict(world.lines, new)
        assert predicted.shape == (40, 3)
        assert np.isfinite(predicted).all()
    else:
        with pytest.raises(StoreError, match="not in training"):
            fitted.predict(world.lines, new)


@pytest.mark.parametrize("name", [name for name in NAMES if MODELS[name].kind == "baseline" and name not in NETS])
def test_a_baseline_predicts_of_new_lines_what_the_drug_mean_does_not(name: str) -> None:
    world, part = training_set(), of_lines(training_set(), TRAINED)
    predicted = MODELS[name].fit(part).predict(world.lines.take(QUERIES), world.drugs)
    means = drug_means(part.response)
    assert correlation(predicted - means, world.response[QUERIES] - means) > 0.3


def test_baselines_of_every_training_are_rows_of_the_table() -> None:
    assert {name: MODELS[name].fit for name in BASELINES} == dict(BASELINES)
