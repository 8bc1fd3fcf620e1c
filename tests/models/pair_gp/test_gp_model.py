"""The process over pairs against the same process with its covariance written out."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp import kronecker_gp
from screen.models.pair_gp.gp_model import pair_gp, spreads, without_graph
from screen.models.pair_gp.gp_selective import pair_gp_selective, selective
from screen.models.pair_gp.kernels import drug_kernels, graph_width, line_kernels
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


def pairs_and_weights() -> tuple[kronecker_gp.GPData, kronecker_gp.Weights]:
    kernels = drug_kernels(DRUGS, DRUGS, graph_width(DRUGS.vectors))
    measured = np.isfinite(RESPONSE).astype(np.float32)
    pairs = kronecker_gp.GPData(line_kernels(LINES, LINES), kernels, np.nan_to_num(RESPONSE - 0.7), measured)
    weights = RNG.random((4, 7)).astype(np.float32) / 10
    return pairs, kronecker_gp.Weights(weights, 0.3)


def test_conjugate_gradients_solve_with_the_covariance_of_the_measured_pairs() -> None:
    pairs, weights = pairs_and_weights()
    there = pairs.measured.ravel() == 1
    parts = [
        w * np.kron(k, g)
        for row, k in zip(weights.products, pairs.line_kernels, strict=True)
        for w, g in zip(row, pairs.drug_kernels, strict=True)
    ]
    dense = np.sum(parts, axis=0)[np.ix_(there, there)].astype(np.float64) + weights.noise * np.eye(there.sum())
    expected = np.linalg.solve(dense, pairs.response.ravel()[there])
    found = kronecker_gp.solve(pairs, weights, pairs.response[None], 1e-6, 500)[0]
    assert found.ravel()[there] == pytest.approx(expected, abs=1e-4)
    assert not found.ravel()[~there].any()


def test_the_weights_found_are_likelier_than_the_ones_it_starts_from() -> None:
    pairs, _ = pairs_and_weights()
    spread = float(pairs.response[pairs.measured == 1].std())
    pairs = replace(pairs, response=pairs.response / spread)
    few, many = (kronecker_gp.likely_weights(pairs, 0, rounds) for rounds in (0, 12))
    assert _log_likelihood(pairs, many) > _log_likelihood(pairs, few) + 5


def test_the_variances_of_a_pair_add_up_to_that_of_a_standardised_response() -> None:
    pairs, _ = pairs_and_weights()
    weights = kronecker_gp.likely_weights(pairs, 0, 5)
    assert float(weights.products.sum()) + weights.noise == pytest.approx(1, abs=1e-5)
    assert kronecker_gp.LEAST_NOISE <= weights.noise <= kronecker_gp.MOST_NOISE


def _log_likelihood(pairs: kronecker_gp.GPData, weights: kronecker_gp.Weights) -> float:
    there = pairs.measured.ravel() == 1
    parts = [
        w * np.kron(k, g)
        for row, k in zip(weights.products, pairs.line_kernels, strict=True)
        for w, g in zip(row, pairs.drug_kernels, strict=True)
    ]
    dense = np.sum(parts, axis=0)[np.ix_(there, there)].astype(np.float64) + weights.noise * np.eye(there.sum())
    y = pairs.response.ravel()[there].astype(np.float64)
    return float(-0.5 * y @ np.linalg.solve(dense, y) - 0.5 * np.linalg.slogdet(dense)[1])


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
