"""Controls on patients: each does what it says, and knows no more."""

import numpy as np
import polars as pl
import pytest

from screen.evaluation.cell_lines.cross_validation import FoldData
from screen.evaluation.patients.cohort_scores import PatientCohort
from screen.evaluation.patients.negative_controls import beyond, of_drugs, permuted, signatures, type_rates
from screen.models import Drugs, Subjects, TrainingSet

RNG = np.random.default_rng(3)
GENES, LINES, PATIENTS = 40, 90, 50


def drugs(count: int) -> Drugs:
    return Drugs(
        tuple(f"D{i}" for i in range(count)),
        np.zeros((count, 8), bool),
        (frozenset[str](),) * count,
        ("",) * count,
        np.zeros((count, 3), np.float32),
    )


def cohort() -> PatientCohort:
    lineages = tuple(("Lymphoid", "Lung", "Skin")[i % 3] for i in range(LINES))
    levels = RNG.normal(size=(LINES, GENES)).astype(np.float32)
    levels[::3, :5] += 2
    patients = RNG.normal(size=(PATIENTS, GENES)).astype(np.float32)
    response = np.arange(LINES * 4, dtype=np.float32).reshape(LINES, 4)
    training_set = TrainingSet(Subjects(levels, lineages), drugs(4), response, patients)
    return PatientCohort(
        "BRCA",
        tuple(f"P{i}" for i in range(PATIENTS)),
        tuple(f"G{i}" for i in range(GENES)),
        FoldData(training_set, Subjects(patients, ("",) * PATIENTS), drugs(4)),
        drugs(4),
    )


def test_responses_are_dealt_anew_within_lineages_and_line_by_line() -> None:
    one = cohort()
    dealt = permuted(one, seed=1).fold_data.training_set.response
    was = one.fold_data.training_set.response
    assert sorted(dealt[:, 0]) == sorted(was[:, 0])
    assert (dealt != was).any()
    lineage = np.array(one.fold_data.training_set.lines.lineages)
    for row in range(LINES):
        source = int(dealt[row, 0]) // 4
        assert lineage[source] == lineage[row]
        assert (dealt[row] == was[source]).all()


def test_what_a_control_explains_is_taken_out_and_nothing_else() -> None:
    control = RNG.normal(size=200).astype(np.float32)
    positive = RNG.normal(size=200).astype(np.float32)
    scores = np.stack([3 * control + positive, positive, np.full(200, np.nan)], axis=1)
    left = beyond(scores, control)
    assert abs(np.corrcoef(left[:, 0], control)[0, 1]) < 1e-5
    assert np.corrcoef(left[:, 0], positive)[0, 1] > 0.99
    assert np.isnan(left[:, 2]).all()


def test_a_control_that_says_nothing_takes_nothing_out() -> None:
    scores = RNG.normal(size=(20, 2)).astype(np.float32)
    assert np.allclose(beyond(scores, np.ones(20, np.float32)), scores - scores.mean(axis=0), atol=1e-6)


def test_the_type_is_read_off_the_labels() -> None:
    known = pl.DataFrame({"type": ["A", "A", "B", "B"], "positive": [True, True, True, False]})
    assert type_rates(known).tolist() == [1, 1, 0.5, 0.5]


def test_signatures_are_random_and_the_same_every_time() -> None:
    one = cohort()
    made = signatures([one, one], seed=0)
    assert made.shape == (2 * PATIENTS, 1000)
    assert np.array_equal(made, signatures([one, one], seed=0))
    assert np.abs(np.corrcoef(made[:PATIENTS, :20].T) - np.eye(20)).max() < 0.8


def test_some_drugs_alone_can_be_learned_and_asked_about() -> None:
    few = of_drugs(cohort(), ["D2", "not one of them"]).fold_data
    assert few.drugs.drug_ids == few.training_set.drugs.drug_ids == ("D2",)
    assert few.training_set.response[:, 0].tolist() == pytest.approx((np.arange(LINES) * 4 + 2).tolist())
