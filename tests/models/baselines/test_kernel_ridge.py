"""Kernel ridge and low rank against scikit-learn and linear algebra, drug by drug, on the measured lines."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from screen.models import Subjects
from screen.models.baselines import kernel_ridge, leave_one_out, ridge
from screen.models.baselines.naive import drug_means
from tests.models.pairs import training_set


def test_left_out_errors_are_those_of_leaving_out() -> None:
    world = training_set()
    kernel = world.lines.scaled.astype(np.float64) @ world.lines.scaled.T
    found = leave_one_out.solve(leave_one_out.gram(kernel), world.response, 3.0)
    for drug in range(3):
        seen = np.isfinite(world.response[:, drug])
        part, y = kernel[np.ix_(seen, seen)], world.response[seen, drug].astype(np.float64)
        predicted = cross_val_predict(KernelRidge(alpha=3.0, kernel="precomputed"), part, y, cv=LeaveOneOut())
        assert found.errors[seen, drug] == pytest.approx(y - predicted, abs=1e-9)
        assert np.isnan(found.errors[~seen, drug]).all()
        assert (found.weights[~seen, drug] == 0).all()


def test_the_best_penalty_is_that_of_least_error() -> None:
    world = training_set()
    of = leave_one_out.gram(world.lines.scaled.astype(np.float64) @ world.lines.scaled.T)
    errors = {penalty: leave_one_out.solve(of, world.response, penalty).error for penalty in (0.1, 10.0, 1000.0)}
    assert leave_one_out.best(of, world.response, errors).penalty == min(errors, key=errors.__getitem__)


def test_kernel_ridge_answers_as_scikit_learn_does() -> None:
    world = training_set()
    fitted = kernel_ridge.fit_kernel_ridge(world)
    X = world.lines.scaled.astype(np.float64)
    same = np.equal.outer(np.array(world.lines.lineages), np.array(world.lines.lineages))
    kernel = np.exp(-((X[:, None] - X[None]) ** 2).sum(axis=2) / fitted.width) + 0.15 * same + 25.0
    offset = drug_means(world.response)
    predicted = fitted.predict(world.lines, world.drugs)
    for drug in range(4):
        seen = np.isfinite(world.response[:, drug])
        actual = KernelRidge(alpha=fitted.penalty, kernel="precomputed").fit(
            kernel[np.ix_(seen, seen)], world.response[seen, drug] - offset[drug]
        )
        assert predicted[:, drug] == pytest.approx(actual.predict(kernel[:, seen]) + offset[drug], abs=1e-5)


def test_low_rank_answers_vary_in_few_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    world = training_set()
    monkeypatch.setattr(ridge, "FACTORS", 3)
    few, all_ways = ridge.low_rank(world), ridge.fit_ridge(world)
    assert np.linalg.matrix_rank(few.beta) == 3
    assert np.linalg.matrix_rank(all_ways.beta) == 12
    monkeypatch.setattr(ridge, "FACTORS", 12)
    assert ridge.low_rank(world).beta == pytest.approx(all_ways.beta)


def test_ridge_of_genes_is_deaf_to_the_lineage() -> None:
    world = training_set()
    deaf, details = ridge.ridge_of_genes(world), ridge.fit_ridge(world)
    renamed = Subjects(world.lines.scaled, ("Lung",) * len(world.lines))
    assert (deaf.predict(renamed, world.drugs) == deaf.predict(world.lines, world.drugs)).all()
    assert (details.predict(renamed, world.drugs) != details.predict(world.lines, world.drugs)).any()
