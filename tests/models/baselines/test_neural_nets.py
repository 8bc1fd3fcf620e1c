"""Plain nets as models: what they learn, when they stop, and that a seed is all that sets two apart."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Fit
from screen.models.baselines import neural_nets
from screen.models.baselines.naive import drug_means
from tests.models.pairs import correlation, training_set

FITS = [neural_nets.pair_mlp, neural_nets.drugwise_nets]


@pytest.mark.parametrize("fit", FITS)
def test_it_learns_what_the_drug_mean_does_not_say(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural_nets, "_RATE", 1e-2)
    world = training_set()
    predicted = fit(world).predict(world.lines, world.drugs)
    means = drug_means(world.response)
    assert correlation(predicted - means, world.response - means) > 0.5


@pytest.mark.parametrize("fit", FITS)
def test_a_seed_sets_two_apart(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neural_nets, "EPOCHS", 2)
    world = training_set()
    first, again, other = (fit(replace(world, seed=seed)).predict(world.lines, world.drugs) for seed in (0, 0, 1))
    assert first.tobytes() == again.tobytes()
    assert (first != other).any()


@pytest.mark.parametrize("fit", FITS)
def test_what_does_not_help_on_the_lines_kept_aside_is_not_kept(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of pure noise the net keeps next to nothing."""
    world = training_set(gaps=0)
    noise = np.random.default_rng(5).normal(size=world.response.shape).astype(np.float32)
    monkeypatch.setattr(neural_nets, "PATIENCE", 3)
    predicted = fit(replace(world, response=noise)).predict(world.lines, world.drugs)
    assert predicted.std() < 0.5
