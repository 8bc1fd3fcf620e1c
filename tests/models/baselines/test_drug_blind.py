"""Drug-blind controls: one answer for all drugs, and each knows only what it may."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Fit, Subjects
from screen.models.baselines import drug_blind
from screen.models.baselines.naive import line_means
from tests.models.pairs import correlation, of_lines, training_set


@pytest.mark.parametrize(
    "fit", [drug_blind.general_sensitivity, drug_blind.blood_resemblance, drug_blind.random_signature]
)
def test_the_answer_is_the_same_for_every_drug(fit: Fit) -> None:
    world = training_set()
    predicted = fit(world).predict(world.lines, world.drugs)
    assert predicted.shape == world.response.shape
    assert (predicted == predicted[:, :1]).all()
    assert np.ptp(predicted[:, 0]) > 0


def test_general_sensitivity_predicts_the_mean_of_a_new_line() -> None:
    world = training_set()
    predicted = drug_blind.general_sensitivity(of_lines(world, list(range(32)))).predict(
        world.lines.take(np.arange(32, 40)), world.drugs
    )[:, 0]
    assert correlation(predicted, line_means(world.response)[32:]) > 0.5


def test_blood_resemblance_is_low_for_blood_and_sees_no_response() -> None:
    rng = np.random.default_rng(3)
    blood = np.arange(40) % 2 == 0
    scaled = (rng.normal(size=(40, 30)) + 0.7 * blood[:, None]).astype(np.float32)
    world = replace(training_set(), lines=Subjects(scaled, tuple(np.where(blood, "Myeloid", "Lung").tolist())))
    predicted = drug_blind.blood_resemblance(world).predict(world.lines, world.drugs)[:, 0]
    assert predicted[blood].max() < predicted[~blood].min()
    other = replace(world, response=1 - world.response)
    assert (drug_blind.blood_resemblance(other).predict(world.lines, world.drugs)[:, 0] == predicted).all()


def test_a_random_signature_is_drawn_by_the_seed_alone() -> None:
    world = training_set()
    first, again, other = (drug_blind.random_signature(replace(world, seed=seed)) for seed in (1, 1, 2))
    assert (first.weights == again.weights).all()
    assert (first.weights != other.weights).any()
    assert np.count_nonzero(first.weights) == drug_blind.SIGNATURE
