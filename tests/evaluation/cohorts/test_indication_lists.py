"""Drugs effective in most of a cohort, and lists that know no profile."""

import numpy as np

from screen.evaluation.cohorts.indication_lists import effective_in_most, lowest, often_measured, precision

RNG = np.random.default_rng(0)


def test_the_drugs_most_lines_respond_to_best_are_listed() -> None:
    response = RNG.uniform(0.8, 1, (30, 100)).astype(np.float32)
    response[:, :3] = RNG.uniform(0, 0.1, (30, 3))
    listed = effective_in_most(response, np.arange(100))
    assert {0, 1, 2} <= listed
    assert len(listed) >= 10


def test_ties_at_the_last_place_all_enter() -> None:
    response = np.ones((2, 40), np.float32)
    response[0, :2], response[1, 2:4] = 0, 0
    assert effective_in_most(response, np.arange(40)) == {0, 1, 2, 3}


def test_a_drug_that_was_seldom_measured_is_not_listed() -> None:
    response = RNG.uniform(size=(20, 50)).astype(np.float32)
    response[:10, 7] = np.nan
    drugs = often_measured(response)
    assert 7 not in drugs
    assert 7 not in lowest(np.nan_to_num(response.mean(axis=0), nan=-1), drugs)


def test_precision_is_the_share_of_the_list() -> None:
    assert precision(frozenset({1, 2, 3, 4}), frozenset({1, 2, 9})) == 0.5
