"""Naive predictors on a table small enough to reckon by hand."""

import numpy as np
import pytest

from screen.models import Subjects, naive

NAN = np.nan
LINES = Subjects(np.zeros((4, 1), np.float32), ("Lung", "Lung", "Skin", "Skin"))
AUC = np.array([[0.8, 0.4], [0.6, NAN], [0.9, 0.8], [0.9, 0.9]], np.float32)
ASKED = Subjects(np.zeros((2, 1), np.float32), ("Lung", "Bone"))
ALONE = naive.PRIOR_LINES


def test_drug_mean_is_the_same_for_everybody() -> None:
    assert naive.drug_mean(LINES, AUC).predict(ASKED) == pytest.approx(np.array([[0.8, 0.7], [0.8, 0.7]]))


def test_mean_effects_shift_all_drugs_of_a_lineage_alike() -> None:
    shift = ((0 - 0.3) / 2 + (-0.2)) / (2 + ALONE)
    predicted = naive.mean_effects(LINES, AUC).predict(ASKED)
    assert predicted[0] == pytest.approx([0.8 + shift, 0.7 + shift])
    assert predicted[1] == pytest.approx([0.8, 0.7])


def test_drug_lineage_mean_shifts_each_drug_by_its_own_thin_mean() -> None:
    predicted = naive.drug_lineage_mean(LINES, AUC).predict(ASKED)
    assert predicted[0] == pytest.approx([0.8 - 0.2 / (2 + ALONE), 0.7 - 0.3 / (1 + ALONE)])


def test_a_drug_never_measured_gets_the_mean_over_all_pairs() -> None:
    assert naive.drug_means(np.array([[0.2, NAN], [0.4, NAN]], np.float32)) == pytest.approx([0.3, 0.3])
