"""Naive predictors on a table small enough to reckon by hand."""

import numpy as np
import pytest

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines import naive

NAN = np.nan
LINES = Subjects(np.zeros((4, 1), np.float32), ("Lung", "Lung", "Skin", "Skin"))
AUC = np.array([[0.8, 0.4], [0.6, NAN], [0.9, 0.8], [0.9, 0.9]], np.float32)
QUERIES = Subjects(np.zeros((2, 1), np.float32), ("Lung", "Bone"))
DRUGS = Drugs(("A", "B"), np.zeros((2, 1), np.bool_), (frozenset(),) * 2, ("",) * 2, np.zeros((2, 1), np.float32))
TRAINED = TrainingSet(LINES, DRUGS, AUC, np.zeros((0, 1), np.float32))
ALONE = naive.PRIOR_LINES


def test_drug_mean_is_the_same_for_everybody() -> None:
    assert naive.drug_mean(TRAINED).predict(QUERIES, DRUGS) == pytest.approx(np.array([[0.8, 0.7], [0.8, 0.7]]))


def test_mean_effects_shift_all_drugs_of_a_lineage_similar() -> None:
    shift = ((0 - 0.3) / 2 + (-0.2)) / (2 + ALONE)
    predicted = naive.mean_effects(TRAINED).predict(QUERIES, DRUGS)
    assert predicted[0] == pytest.approx([0.8 + shift, 0.7 + shift])
    assert predicted[1] == pytest.approx([0.8, 0.7])


def test_drug_lineage_mean_shifts_each_drug_by_its_own_thin_mean() -> None:
    predicted = naive.drug_lineage_mean(TRAINED).predict(QUERIES, DRUGS)
    assert predicted[0] == pytest.approx([0.8 - 0.2 / (2 + ALONE), 0.7 - 0.3 / (1 + ALONE)])


def test_a_drug_never_measured_gets_the_mean_over_all_pairs() -> None:
    assert naive.drug_means(np.array([[0.2, NAN], [0.4, NAN]], np.float32)) == pytest.approx([0.3, 0.3])


def test_one_mean_for_all_and_one_for_each_lineage() -> None:
    mean = np.nanmean(AUC)
    assert naive.global_mean(TRAINED).predict(QUERIES, DRUGS) == pytest.approx(np.full((2, 2), mean))
    shift = ((0 - 0.3) / 2 + (-0.2)) / (2 + ALONE)
    assert naive.lineage_mean(TRAINED).predict(QUERIES, DRUGS)[0] == pytest.approx([mean + shift] * 2)


def test_a_new_drug_is_an_average_one() -> None:
    unseen = Drugs(("Z",), np.zeros((1, 1), np.bool_), (frozenset(),), ("",), np.zeros((1, 1), np.float32))
    assert naive.drug_mean(TRAINED).predict(QUERIES, unseen) == pytest.approx(np.full((2, 1), 0.75))


def test_a_line_known_by_name_has_its_own_effect_and_an_unseen_line_its_lineage_s() -> None:
    known = Subjects(LINES.scaled, LINES.lineages, ("a", "b", "c", "d"))
    queries = Subjects(np.zeros((2, 1), np.float32), ("Lung", "Lung"), ("a", "z"))
    unseen = Drugs(("Z",), np.zeros((1, 1), np.bool_), (frozenset(),), ("",), np.zeros((1, 1), np.float32))
    fitted = naive.line_mean(TrainingSet(known, DRUGS, AUC, TRAINED.patients))
    mean, alone, lineage = np.nanmean(AUC), -0.15, ((0 - 0.3) / 2 + (-0.2)) / (2 + ALONE)
    assert fitted.predict(queries, unseen) == pytest.approx(np.array([[mean + alone], [mean + lineage]]))
    both = naive.mean_effects(TrainingSet(known, DRUGS, AUC, TRAINED.patients)).predict(queries, DRUGS)
    assert both == pytest.approx(np.array([[0.8 + alone, 0.7 + alone], [0.8 + lineage, 0.7 + lineage]]))
    assert fitted.predict(QUERIES, DRUGS)[0] == pytest.approx([mean + lineage] * 2)


def test_subjects_keep_their_names_when_taken() -> None:
    known = Subjects(LINES.scaled, LINES.lineages, ("a", "b", "c", "d"))
    assert known.take(np.array([2, 0])).ids == ("c", "a")
    assert known.take(np.array([2, 0])).places(("a", "q", "c")).tolist() == [2, 0]
    assert LINES.take(np.array([1])).places(("a",)).tolist() == [-1]
