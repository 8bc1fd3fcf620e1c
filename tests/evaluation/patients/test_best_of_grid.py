"""The published choice on the test patients: it flatters whatever it is given, and the null shows by how much."""

import numpy as np

from screen.evaluation.patients.best_of_grid import best_setting
from screen.metrics.correlation import Pairs

RNG = np.random.default_rng(0)
PEOPLE, TYPES = 40, 6
POSITIVE = np.tile(np.arange(PEOPLE) % 2 == 0, TYPES)


def types(people: int = PEOPLE) -> list[Pairs]:
    rows = np.arange(PEOPLE * TYPES).reshape(TYPES, PEOPLE)[:, :people]
    return [
        Pairs(one.astype(float)[:, None], POSITIVE[one], np.zeros(people, np.intp), np.arange(people)) for one in rows
    ]


def test_random_scores_chosen_so_look_like_a_result_and_are_their_own_null() -> None:
    choice = best_setting(RNG.normal(size=(len(POSITIVE), 60)).astype(np.float32), types(), seed=1)
    assert choice is not None
    assert abs(choice.average - 0.5) < 0.03
    assert choice.best > 0.65
    low, high = np.percentile(choice.random, (2.5, 97.5))
    assert low < choice.best < high
    assert abs(choice.elsewhere - 0.5) < 0.07


def test_a_signal_that_is_there_survives_on_the_other_half() -> None:
    scores = POSITIVE[:, None] + 0.8 * RNG.normal(size=(len(POSITIVE), 20))
    choice = best_setting(scores.astype(np.float32), types(), seed=1)
    assert choice is not None
    assert choice.elsewhere > 0.7
    assert choice.pairs == PEOPLE * TYPES
    assert choice.positive == PEOPLE * TYPES // 2


def test_groups_too_small_are_left_out() -> None:
    assert best_setting(np.zeros((len(POSITIVE), 3), np.float32), types(14), seed=0) is None
