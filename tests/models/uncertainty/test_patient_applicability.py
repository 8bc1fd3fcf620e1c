"""Who lies outside what a model has seen."""

import numpy as np
import pytest

from screen.models.bundle import Bundle
from screen.models.uncertainty.patient_applicability import distance_to, fit_domain, judge
from screen.records import Floats

RNG = np.random.default_rng(9)
MIXING = RNG.normal(size=(5, 40))


def cohort(n: int) -> Floats:
    return (RNG.normal(size=(n, 5)) @ MIXING + RNG.normal(size=(n, 40))).astype(np.float32)


@pytest.mark.parametrize("patients", [20, 300])
def test_patients_like_the_reference_are_inside(patients: int) -> None:
    reference = Bundle({}, fit_domain(cohort(patients), seed=0))
    assert judge(reference, cohort(200)).inside.mean() > 0.8


def test_another_biology_with_the_same_range_of_values_is_outside() -> None:
    reference = Bundle({}, fit_domain(cohort(300), seed=0))
    unlike = cohort(100)
    for gene in unlike.T:
        RNG.shuffle(gene)
    found = judge(reference, unlike)
    assert found.inside.mean() < 0.1
    assert found.distance.mean() > 1.2 * judge(reference, cohort(100)).distance.mean()


def test_percentiles_of_newcomers_are_even() -> None:
    reference = Bundle({}, fit_domain(cohort(400), seed=0))
    assert judge(reference, cohort(400)).percentile.mean() == pytest.approx(0.5, abs=0.08)


def test_no_row_of_the_reference_is_kept() -> None:
    scaled = cohort(20)
    tensors = fit_domain(scaled, seed=0)
    rows = [row for tensor in tensors.values() if tensor.ndim == 2 for row in tensor]
    assert min(np.abs(row - patient).max() for row in rows for patient in scaled) > 0.1


def test_profiles_lie_as_far_as_others_like_them_and_an_odd_one_farther() -> None:
    rng = np.random.default_rng(1)
    lines = rng.normal(size=(80, 12)).astype(np.float32)
    lines[3] += 4
    distances = distance_to(lines[40:], lines[:40])
    assert distances.argmax() == 3
    assert 0.7 < np.median(distances) < 1.5
