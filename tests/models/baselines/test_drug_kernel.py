"""New drugs from known ones: similarity by hand, closed form against scikit-learn, nothing of a held-out drug seen."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from screen.models import Drugs, Fit, Subjects
from screen.models.baselines import drug_similarity
from screen.models.baselines.drug_kernel import complete, fit_drug_kernel, nearest_drugs
from screen.models.baselines.ridge import fit_ridge
from tests.models.pairs import correlation, of_lines, training_set, without_drugs

OLD, NEW = list(range(9)), np.arange(9, 12)


def test_similarity_by_hand() -> None:
    bits = np.zeros((3, 4), np.bool_)
    bits[0, :2], bits[1, 1:4] = True, True
    drugs = Drugs(
        ("a", "b", "c"),
        bits,
        (frozenset("XY"), frozenset("Y"), frozenset()),
        ("p", "p", ""),
        np.zeros((3, 1), np.float32),
    )
    found = drug_similarity.relatedness(drugs, drugs)
    assert found[0, 1] == pytest.approx(0.25**3 + 0.3 / np.sqrt(2) + 0.03)
    assert np.diag(found) == pytest.approx([1.33, 1.33, 0])
    assert (found[2] == 0).all()


def test_relatedness_is_a_kernel() -> None:
    drugs = training_set().drugs
    assert np.linalg.eigvalsh(drug_similarity.relatedness(drugs, drugs)).min() > -1e-9


def test_gaps_of_a_known_line_and_all_of_an_unseen_line_are_filled_by_ridge() -> None:
    world = training_set()
    known, predicted = complete(world), fit_ridge(world).predict(world.lines, world.drugs)
    measured = np.isfinite(world.response)
    assert known.responses(world.lines) == pytest.approx(np.where(measured, world.response, predicted))
    nameless = Subjects(world.lines.scaled, world.lines.lineages)
    assert known.responses(nameless) == pytest.approx(predicted)


def test_kernel_answers_as_scikit_learn_does() -> None:
    world = training_set(gaps=0)
    old = without_drugs(world, OLD)
    fitted = fit_drug_kernel(old)
    K = drug_similarity.relatedness(old.drugs, old.drugs)
    actual = KernelRidge(alpha=fitted.penalty, kernel="precomputed").fit(
        K, (old.response - old.response.mean(axis=1, keepdims=True)).T.astype(np.float64)
    )
    across = drug_similarity.relatedness(world.drugs.take(NEW), old.drugs)
    expected = actual.predict(across).T + old.response.mean(axis=1, keepdims=True)
    assert fitted.predict(world.lines, world.drugs.take(NEW)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("fit", [fit_drug_kernel, nearest_drugs])
def test_a_new_drug_is_told_from_its_family(fit: Fit) -> None:
    world = training_set()
    fitted = fit(without_drugs(world, OLD))
    predicted = fitted.predict(world.lines, world.drugs.take(NEW))
    assert correlation(predicted, world.response[:, NEW]) > 0.9
    unseen = fit(of_lines(without_drugs(world, OLD), list(range(30)))).predict(
        world.lines.take(np.arange(30, 40)), world.drugs.take(NEW)
    )
    assert correlation(unseen, world.response[30:, NEW]) > 0.6


@pytest.mark.parametrize("fit", [fit_drug_kernel, nearest_drugs])
def test_a_known_drug_is_left_to_ridge(fit: Fit) -> None:
    world = training_set()
    old, first, both = without_drugs(world, OLD), world.drugs.take(np.array([0])), world.drugs.take(np.array([0, 11]))
    fitted = fit(old)
    predicted = fitted.predict(world.lines, both)
    assert predicted[:, :1] == pytest.approx(fit_ridge(old).predict(world.lines, first))
    assert predicted[:, 1:] == pytest.approx(fitted.predict(world.lines, both.take(np.array([1]))))


def test_nearest_drugs_weigh_by_similarity() -> None:
    world = training_set(gaps=0)
    old = without_drugs(world, [0, 1])
    similar = drug_similarity.tanimoto(world.drugs.take(np.array([3])).fingerprints, old.drugs.fingerprints)[0]
    expected = old.response @ similar / similar.sum()
    predicted = nearest_drugs(old).predict(world.lines, world.drugs.take(np.array([3])))[:, 0]
    assert predicted == pytest.approx(expected, abs=1e-4)
