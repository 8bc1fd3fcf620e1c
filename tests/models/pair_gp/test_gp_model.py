"""The process over pairs against the same process with its covariance written out."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp.gp_model import pair_gp, spreads, without_graph
from screen.models.pair_gp.gp_selective import pair_gp_selective, selective
from screen.models.pair_gp.kernels import drug_kernels, line_kernels
from screen.records import Floats

L, D, G = 30, 9, 12
RNG = np.random.default_rng(3)
LINES = Subjects(
    RNG.normal(size=(L, G)).astype(np.float32),
    tuple("Lung" if i % 3 else "Skin" for i in range(L)),
    tuple(f"L{i}" for i in range(L)),
)
DRUGS = Drugs(
    tuple(f"D{i}" for i in range(D)),
    RNG.random((D, 64)) < 0.3,
    tuple(frozenset({"EGFR"} if i % 2 else {"MTOR", f"T{i}"}) for i in range(D)),
    tuple("P" if i % 3 else "" for i in range(D)),
    RNG.normal(size=(D, 5)).astype(np.float32),
)


def response(noise: float = 0.01) -> Floats:
    effects = LINES.scaled[:, :2] @ np.array([[1.0, 0.2], [0.1, 1.0]])
    table = 0.7 + 0.05 * effects[:, np.arange(D) % 2] + noise * RNG.normal(size=(L, D)) + 0.02 * np.arange(D)
    table += 0.05 * RNG.normal(size=(L, 1))  # what no profile tells of a line
    table[RNG.random((L, D)) < 0.2] = np.nan
    return table.astype(np.float32)


RESPONSE = response()
TRAINED = TrainingSet(LINES, DRUGS, RESPONSE, np.zeros((0, G), np.float32))


def test_a_drug_of_training_gets_what_the_process_over_lines_gives_it() -> None:
    fitted = pair_gp(TRAINED)
    kernels, similarities = drug_kernels(DRUGS, DRUGS, fitted.graph_width), line_kernels(LINES, LINES)
    of_lines, of_drugs = fitted.products.sum(axis=1), fitted.products.sum(axis=0) / fitted.products.sum()
    over_lines = np.tensordot(of_lines, similarities, axes=1)
    over_drugs = np.tensordot(of_drugs, kernels, axes=1)
    standard = (RESPONSE - drug_means(RESPONSE)) / spreads(RESPONSE)
    unseen = replace(LINES, ids=())
    found = (fitted.predict(unseen, DRUGS) - drug_means(RESPONSE)) / spreads(RESPONSE)
    assert found == pytest.approx(over_lines @ fitted.duals @ over_drugs, abs=1e-3)
    column = np.isfinite(standard[:, 2])
    share = of_lines.sum() / (of_lines.sum() + fitted.noise)
    dense = over_lines[np.ix_(column, column)] * (share / of_lines.sum())
    expected = over_lines[:, column] * (share / of_lines.sum())
    solved = np.linalg.solve(dense + (1 - share) * np.eye(column.sum()), standard[column, 2])
    assert np.corrcoef(found[:, 2], expected @ solved)[0, 1] > 0.99


def test_what_is_left_of_a_line_is_carried_to_a_new_drug_of_the_same_target() -> None:
    shift = np.where(np.arange(L) % 2, 0.2, -0.2).astype(np.float32)
    egfr = np.arange(D) % 2 == 1
    odd = np.where(egfr, RESPONSE + shift[:, None], RESPONSE)
    known = np.arange(D) < D - 2
    fitted = pair_gp(TrainingSet(LINES, DRUGS.take(np.flatnonzero(known)), odd[:, known], TRAINED.patients))
    new = DRUGS.take(np.array([D - 2, D - 1]))
    assert new.targets[0] == {"EGFR"}
    of_line, of_profile = fitted.predict(LINES, new), fitted.predict(replace(LINES, ids=()), new)
    gain = np.corrcoef(of_line[:, 0] - of_profile[:, 0], shift)[0, 1]
    assert gain > 0.5


def test_an_unseen_line_is_predicted_better_than_by_the_drugs_mean() -> None:
    seen = np.arange(L) < 22
    fitted = pair_gp(TrainingSet(LINES.take(np.flatnonzero(seen)), DRUGS, RESPONSE[seen], TRAINED.patients))
    queries = Subjects(LINES.scaled[~seen], ("",) * int((~seen).sum()))
    error = np.abs(fitted.predict(queries, DRUGS) - RESPONSE[~seen])
    naive = np.abs(np.nanmean(RESPONSE[seen], axis=0) - RESPONSE[~seen])
    assert np.nanmean(error) < 0.8 * np.nanmean(naive)


def test_a_training_line_is_known_by_its_id_and_a_new_drug_by_those_like_it() -> None:
    measured = np.arange(D) < D - 1
    fitted = pair_gp(TrainingSet(LINES, DRUGS.take(np.flatnonzero(measured)), RESPONSE[:, measured], TRAINED.patients))
    new = DRUGS.take(np.array([D - 1]))
    known, unseen = fitted.predict(LINES, new), fitted.predict(replace(LINES, ids=()), new)
    assert np.isfinite(known).all()
    assert not np.array_equal(known, unseen)


def test_what_was_not_handed_in_changes_nothing() -> None:
    one = pair_gp(TRAINED)
    alone = one.predict(LINES.take(np.array([4])), DRUGS.take(np.array([2])))
    assert alone == pytest.approx(one.predict(LINES, DRUGS)[4:5, 2:3], abs=1e-5)
    again = pair_gp(TRAINED)
    assert np.array_equal(one.predict(LINES, DRUGS), again.predict(LINES, DRUGS))


def test_without_the_graph_embedding_vectors_say_nothing() -> None:
    other = replace(DRUGS, vectors=np.zeros_like(DRUGS.vectors))
    one, two = without_graph(TRAINED), without_graph(replace(TRAINED, drugs=other))
    assert np.array_equal(one.predict(LINES, DRUGS), two.predict(LINES, other))


def test_without_general_sensitivity_no_line_is_more_sensitive_than_another_on_the_whole() -> None:
    shifted = RESPONSE + np.linspace(-0.3, 0.3, L, dtype=np.float32)[:, None]
    both = [fit(replace(TRAINED, response=shifted)).predict(LINES, DRUGS) for fit in (pair_gp, pair_gp_selective)]
    general = [np.polyfit(np.linspace(-0.3, 0.3, L), predicted.mean(axis=1), 1)[0] for predicted in both]
    assert general[0] > 0.6
    assert abs(general[1]) < 0.1


def test_the_selective_target_keeps_the_scale_of_a_drug_and_what_is_particular_to_it() -> None:
    target = selective(RESPONSE)
    assert np.isnan(target)[np.isnan(RESPONSE)].all()
    assert np.nanmean((target - drug_means(RESPONSE)) / spreads(RESPONSE), axis=1) == pytest.approx(0, abs=1e-4)
    assert selective(RESPONSE + np.float32(0.1)) == pytest.approx(target + 0.1, abs=1e-4, nan_ok=True)
