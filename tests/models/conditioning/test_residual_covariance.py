"""Covariance of errors: found where lines tell of it, taken from similarity where they do not."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs
from screen.models.conditioning.residual_covariance import moments, positive, residual_covariance
from screen.models.pair_gp.kernels import drug_kernels, graph_width
from tests.evaluation.planted import benchmark

D = 16


@pytest.fixture(scope="module")
def drugs() -> Drugs:
    """Two pathways; half of the drugs in each."""
    plain = benchmark().drugs
    return replace(plain, targets=(frozenset(),) * D)


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    pathway = np.arange(D) % 2
    return 0.6 * (pathway[:, None] == pathway) + 0.4 * np.eye(D)


def errors(truth: np.ndarray, lines: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).multivariate_normal(np.zeros(D), truth, size=lines)


def test_many_lines_give_the_covariance_itself(drugs: Drugs, truth: np.ndarray) -> None:
    found = residual_covariance(errors(truth, 4000), drugs)
    assert np.abs(found.among - truth).max() < 0.08


def test_few_lines_lean_on_what_is_similar(drugs: Drugs, truth: np.ndarray) -> None:
    off, away = ~np.eye(D, dtype=bool), []
    for seed in range(5):
        made = errors(truth, 10, seed)
        alone, _ = moments(made, centred=True)
        found = residual_covariance(made, drugs).among
        away.append([np.square(one - truth)[off].mean() for one in (alone, found)])
    plain, blended = np.mean(away, axis=0)
    assert blended < 0.8 * plain


def test_a_drug_that_was_measured_on_no_line_goes_with_its_pathway(drugs: Drugs, truth: np.ndarray) -> None:
    made = errors(truth, 400)
    made[:, 5] = np.nan
    found = residual_covariance(made, drugs).among
    assert found[5, 1::2].mean() > 0.4
    assert abs(found[5, 0::2]).mean() < 0.2
    assert found[5, 5] == pytest.approx(1.0, abs=0.25)


def test_a_new_drug_has_the_covariance_that_similarity_tells(drugs: Drugs, truth: np.ndarray) -> None:
    known = residual_covariance(errors(truth, 400), drugs)
    kernels = drug_kernels(drugs, drugs, graph_width(drugs.vectors))
    found = known.of_similarity(kernels)
    assert found.shape == (D, D)
    assert found[0, 2] > 0.4
    assert found[0, 1] < 0.2


def test_it_is_positive_definite_with_holes_and_the_same_whenever_it_is_computed(
    drugs: Drugs, truth: np.ndarray
) -> None:
    made = errors(truth, 40)
    made[np.random.default_rng(1).random(made.shape) < 0.5] = np.nan
    one, other = residual_covariance(made, drugs), residual_covariance(made.copy(), drugs)
    assert np.linalg.eigvalsh(one.among).min() > 0
    np.testing.assert_array_equal(one.among, other.among)


def test_a_covariance_is_left_as_it_is(truth: np.ndarray) -> None:
    np.testing.assert_allclose(positive(truth), truth, atol=1e-12)
