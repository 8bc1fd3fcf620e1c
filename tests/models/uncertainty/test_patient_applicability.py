"""Who lies outside what a model has seen."""

from types import SimpleNamespace

import numpy as np
import pytest

from screen.models.uncertainty.patient_applicability import fit_domain, heldout_distances, judge
from screen.records import Floats

RNG = np.random.default_rng(9)
MIXING = RNG.normal(size=(5, 40))


def cohort(n: int) -> Floats:
    return (RNG.normal(size=(n, 5)) @ MIXING + RNG.normal(size=(n, 40))).astype(np.float32)


@pytest.mark.parametrize("patients", [20, 300])
def test_patients_like_the_reference_are_inside(patients: int) -> None:
    reference = SimpleNamespace(tensors=fit_domain(cohort(patients), seed=0))
    assert judge(reference, cohort(200)).inside.mean() > 0.8


def test_another_biology_with_the_same_range_of_values_is_outside() -> None:
    reference = SimpleNamespace(tensors=fit_domain(cohort(300), seed=0))
    stranger = cohort(100)
    for gene in stranger.T:
        RNG.shuffle(gene)
    found = judge(reference, stranger)
    assert found.inside.mean() < 0.1
    assert found.distance.mean() > 1.2 * judge(reference, cohort(100)).distance.mean()


def test_percentiles_of_newcomers_are_even() -> None:
    reference = SimpleNamespace(tensors=fit_domain(cohort(400), seed=0))
    assert judge(reference, cohort(400)).percentile.mean() == pytest.approx(0.5, abs=0.08)


def test_no_row_of_the_reference_is_kept() -> None:
    scaled = cohort(20)
    tensors = fit_domain(scaled, seed=0)
    rows = [row for tensor in tensors.values() if tensor.ndim == 2 for row in tensor]
    assert min(np.abs(row - patient).max() for row in rows for patient in scaled) > 0.1


def test_a_line_held_out_lies_as_far_as_lines_like_it_and_an_odd_one_farther() -> None:
    rng = np.random.default_rng(1)
    lines = rng.normal(size=(80, 12)).astype(np.float32)
    lines[3] += 4
    distances = heldout_distances(lines, np.arange(80) % 4)
    assert distances.argmax() == 3
    assert 0.7 < np.median(distances) < 1.5
