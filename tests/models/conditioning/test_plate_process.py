"""A plate as evidence on every drug, held against the textbook's normal distribution."""

import numpy as np
import pytest

from screen.models.conditioning.plate_process import Assay, PlatePrior, condition, informative, plate_prior

D = 7


@pytest.fixture
def prior() -> PlatePrior:
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(D, 3))
    errors = factors @ factors.T / 3 + 0.3 * np.eye(D)
    return plate_prior(rng.normal(size=D), errors, Assay(carry=0.8, scale=0.7, noise=0.2, level=2.0))


def test_conditioning_is_that_of_a_normal_distribution_over_drugs_and_measurements(prior: PlatePrior) -> None:
    places, values, variances = np.array([1, 4, 4]), np.array([0.3, -1.0, -0.6]), np.array([0.1, 0.0, 0.4])
    picked = np.eye(D)[places]
    joint = np.block(
        [
            [prior.covariance, prior.covariance @ picked.T],
            [picked @ prior.covariance, picked @ prior.covariance @ picked.T + np.diag(prior.noise + variances)],
        ]
    )
    gain = joint[:D, D:] @ np.linalg.inv(joint[D:, D:])
    found = condition(prior, places, values, variances)
    np.testing.assert_allclose(found.mean, prior.mean + gain @ (values - prior.mean[places]), atol=1e-6)
    np.testing.assert_allclose(found.covariance, prior.covariance - gain @ joint[D:, :D], atol=1e-6)
    np.testing.assert_allclose(found.spread**2, np.diag(found.covariance) + 0.2, atol=1e-9)


def test_without_a_measurement_everything_stays(prior: PlatePrior) -> None:
    found = condition(prior, np.array([], np.intp), np.array([]))
    np.testing.assert_array_equal(found.mean, prior.mean)
    np.testing.assert_array_equal(found.covariance, prior.covariance)
    assert found.level == 0


def test_a_plate_that_is_higher_throughout_moves_its_level_and_nothing_elsewhere() -> None:
    wide = plate_prior(np.zeros(D), 0.5 * np.eye(D), Assay(scale=1.0, noise=0.1, level=1e4))
    found = condition(wide, np.arange(5), np.full(5, 3.0))
    assert found.level == pytest.approx(3.0, abs=1e-2)
    np.testing.assert_allclose(found.mean, 3.0, atol=1e-2)
    np.testing.assert_allclose(found.mean_elsewhere, 0.0, atol=1e-2)


def test_another_assay_is_told_of_by_what_the_model_misses_alone(prior: PlatePrior) -> None:
    places, values = np.array([0, 2]), np.array([1.0, 0.0])
    missed = prior.covariance - prior.level
    inverse = np.linalg.inv(prior.covariance[np.ix_(places, places)] + prior.noise * np.eye(2))
    found = condition(prior, places, values)
    expected = prior.mean + missed[:, places] @ inverse @ (values - prior.mean[places])
    np.testing.assert_allclose(found.mean_elsewhere, expected, atol=1e-6)
    variance = np.diag(missed - missed[:, places] @ inverse @ missed[places])
    np.testing.assert_allclose(found.variance_elsewhere, variance, atol=1e-6)


def test_the_first_well_is_the_one_that_tells_most_and_its_double_comes_last() -> None:
    covariance = np.full((5, 5), 0.6) + 0.4 * np.eye(5)
    covariance[3] = covariance[:, 3] = [0.05, 0.05, 0.05, 1.0, 0.05]
    covariance[0, 1] = covariance[1, 0] = 0.999
    prior = PlatePrior(mean=np.zeros(5), covariance=covariance, noise=0.1, level=0.0)
    chosen = informative(prior, np.arange(5), 4)
    assert chosen[0] in (0, 1)
    assert {0, 1} - {int(chosen[0])} & set(chosen[:2].tolist()) == set()
    assert len(set(chosen.tolist())) == 4


def test_each_well_is_the_best_after_those_before_it(prior: PlatePrior) -> None:
    available, chosen = np.array([0, 2, 3, 5, 6]), []
    for place in informative(prior, available, 3).tolist():
        left = {}
        for candidate in [one for one in available.tolist() if one not in chosen]:
            places = np.array([*chosen, candidate])
            after = condition(prior, places, prior.mean[places])
            others = [one for one in available.tolist() if one not in places]
            before = condition(prior, np.array(chosen, np.intp), prior.mean[np.array(chosen, np.intp)])
            left[candidate] = (np.diag(before.covariance) - np.diag(after.covariance))[others].sum()
        assert place == max(left, key=lambda one: left[one])
        chosen.append(place)


def test_what_is_measured_already_is_not_chosen_again_and_counts(prior: PlatePrior) -> None:
    first = informative(prior, np.arange(D), 4)
    assert informative(prior, np.arange(D), 2, measured=first[:2]).tolist() == first[2:].tolist()
