"""Ridge against scikit-learn, drug by drug, on the lines each drug was measured on."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from screen.errors import StoreError
from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines import ridge
from screen.records import Floats

DRUGS = Drugs(tuple("ABCDEF"), np.zeros((6, 1), np.bool_), (frozenset(),) * 6, ("",) * 6, np.zeros((6, 1), np.float32))


def _trained(lines: tuple[Subjects, Floats]) -> TrainingSet:
    return TrainingSet(lines[0], DRUGS, lines[1], np.zeros((0, 60), np.float32))


@pytest.fixture(scope="module")
def lines() -> tuple[Subjects, Floats]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 60)).astype(np.float32)
    auc = 0.7 + 0.05 * X[:, :6] + 0.02 * rng.normal(size=(40, 6))
    auc[rng.random(auc.shape) < 0.3] = np.nan
    auc[:, 5] = np.nan
    return Subjects(X, tuple("AB"[i % 2] for i in range(40))), auc.astype(np.float32)


def _features(subjects: Subjects) -> Floats:
    one_hot = np.array([[lineage == "A", lineage == "B"] for lineage in subjects.lineages], np.float32)
    return np.hstack([subjects.scaled, ridge.LINEAGE_WEIGHT * one_hot])


def test_it_predicts_what_scikit_learn_predicts(lines: tuple[Subjects, Floats]) -> None:
    subjects, auc = lines
    fitted = ridge.fit_ridge(_trained(lines))
    X, predicted = _features(subjects), fitted.predict(subjects, DRUGS)
    for drug in range(5):
        seen = np.isfinite(auc[:, drug])
        expected = Ridge(alpha=fitted.penalty).fit(X[seen], auc[seen, drug]).predict(X)
        assert np.abs(predicted[:, drug] - expected).max() < 1e-4


def test_its_penalty_has_the_least_leave_one_out_error(lines: tuple[Subjects, Floats]) -> None:
    subjects, auc = lines
    errors = []
    for penalty in ridge.PENALTIES:
        squares = [
            (
                cross_val_predict(Ridge(alpha=penalty), _features(subjects)[seen], auc[seen, drug], cv=LeaveOneOut())
                - auc[seen, drug]
            )
            ** 2
            for drug in range(5)
            for seen in [np.isfinite(auc[:, drug])]
        ]
        errors.append(np.concatenate(squares).mean())
    assert ridge.fit_ridge(_trained(lines)).penalty == ridge.PENALTIES[int(np.argmin(errors))]


def test_a_drug_without_a_line_and_a_lineage_never_seen_fall_back_to_the_mean(lines: tuple[Subjects, Floats]) -> None:
    auc, unseen = lines[1], Subjects(np.zeros((1, 60), np.float32), ("",))
    predicted = ridge.fit_ridge(_trained(lines)).predict(unseen, DRUGS)
    assert np.isfinite(predicted).all()
    assert predicted[0, 5] == pytest.approx(np.nanmean(auc), abs=1e-6)


def test_a_drug_that_was_not_in_training_is_refused(lines: tuple[Subjects, Floats]) -> None:
    unseen = Drugs(("Z",), np.zeros((1, 1), np.bool_), (frozenset(),), ("",), np.zeros((1, 1), np.float32))
    with pytest.raises(StoreError, match="Z among them"):
        ridge.fit_ridge(_trained(lines)).predict(lines[0], unseen)
