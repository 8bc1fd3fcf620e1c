"""Nothing of a test part reaches what is learned: every kind of leak, planted, is caught by the same check."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import FoldData, cut_fold
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cell_lines.response_metrics import training_means
from screen.evaluation.cell_lines.splits import Fold
from screen.models import Fit, TrainingSet
from screen.models.baselines.ridge import fit_ridge
from screen.models.model_registry import MODELS
from screen.records import Floats
from tests.evaluation.planted import benchmark

BENCHMARK = benchmark()
Learn = Callable[[BenchmarkData, Fold], Floats]
"""What a way of learning from a fold says of the pairs tested."""
RESPONSES, PROFILES = "responses of the test part", "profiles of the test part"


def leaks(learn: Learn, fold: Fold) -> set[str]:
    """What of the test part changes predictions that it must not change."""
    predicted = learn(BENCHMARK, fold)
    queries = np.ix_(fold.test_lines, fold.test_drugs)
    response = BENCHMARK.response.copy()
    response[queries] = np.random.default_rng(0).random(response[queries].shape)
    found = {RESPONSES} if not np.array_equal(learn(_with(response=response), fold), predicted) else set()
    levels = BENCHMARK.lines.levels.copy()
    levels[fold.test_lines[0]] = 40 * np.random.default_rng(1).normal(size=levels.shape[1])
    others = learn(_with(levels=levels), fold)[1:]
    return found | ({PROFILES} if not np.allclose(others, predicted[1:], atol=1e-6) else set())


def _with(response: Floats = BENCHMARK.response, levels: Floats = BENCHMARK.lines.levels) -> BenchmarkData:
    # A new benchmark data, so that nothing cached of the old one is used.
    return replace(BENCHMARK, response=response, lines=replace(BENCHMARK.lines, levels=levels))


def by(
    fit: Fit, cut: Callable[[BenchmarkData, Fold], FoldData] = lambda benchmark, fold: cut_fold(benchmark, fold, 0)
) -> Learn:
    """Learning as the harness does it, or from fold data cut otherwise."""

    def learn(benchmark: BenchmarkData, fold: Fold) -> Floats:
        fold_data = cut(benchmark, fold)
        return fit(fold_data.training_set).predict(fold_data.lines, fold_data.drugs)

    return learn


LINES = split_of("lines", BENCHMARK, 0).folds[0]


QUICK = [
    name
    for name in MODELS
    if name not in {"random-forest", "boosting", "boosting-targets", "pair-mlp", "drugwise-nets", "elastic-net"}
]
"""The others learn from the same fold data, only slower."""


@pytest.mark.parametrize("model", QUICK)
def test_no_model_of_the_table_sees_the_test_lines(model: str) -> None:
    assert leaks(by(MODELS[model].fit), LINES) == set()


@pytest.mark.parametrize("model", [name for name in QUICK if MODELS[name].new_drugs])
@pytest.mark.parametrize("protocol", ["drugs", "both-new"])
def test_no_model_sees_responses_to_the_test_drugs(model: str, protocol: str) -> None:
    assert RESPONSES not in leaks(by(MODELS[model].fit), split_of(protocol, BENCHMARK, 0).folds[0])


def test_patients_are_scaled_without_the_test_lines() -> None:
    def learn(benchmark: BenchmarkData, fold: Fold) -> Floats:
        fold_data = cut_fold(benchmark, fold, 0)
        return np.tile(fold_data.training_set.patients[:5].mean(), (len(fold_data.lines), len(fold_data.drugs)))

    assert leaks(learn, LINES) == set()


def test_a_test_line_in_training_is_caught() -> None:
    leaky = replace(LINES, lines=np.union1d(LINES.lines, LINES.test_lines))
    assert leaks(by(fit_ridge), leaky) == {RESPONSES, PROFILES}


def test_statistics_over_all_lines_are_caught() -> None:
    def cut(benchmark: BenchmarkData, fold: Fold) -> FoldData:
        honest, scaled = cut_fold(benchmark, fold, 0), benchmark.frame.scale(benchmark.lines)
        training_set = replace(honest.training_set, lines=replace(honest.training_set.lines, scaled=scaled[fold.lines]))
        return replace(honest, training_set=training_set, lines=replace(honest.lines, scaled=scaled[fold.test_lines]))

    assert leaks(by(fit_ridge, cut), LINES) == {PROFILES}


def test_response_statistics_over_all_lines_are_caught() -> None:
    def learn(benchmark: BenchmarkData, fold: Fold) -> Floats:
        means = np.nanmean(benchmark.response, axis=0)
        return np.tile(means, (fold.test_lines.size, 1)).astype(np.float32)

    assert leaks(learn, LINES) == {RESPONSES}


def test_tuning_on_the_test_part_is_caught() -> None:
    def learn(benchmark: BenchmarkData, fold: Fold) -> Floats:
        predicted, truth = by(fit_ridge)(benchmark, fold), benchmark.response[np.ix_(fold.test_lines, fold.test_drugs)]
        shrunk = [(np.nanmean((share * predicted - truth) ** 2), share) for share in np.linspace(0.5, 1.5, 101)]
        return np.asarray(min(shrunk)[1] * predicted, np.float32)

    assert RESPONSES in leaks(learn, LINES)


def test_genes_selected_on_all_lines_are_caught() -> None:
    def learn(benchmark: BenchmarkData, fold: Fold) -> Floats:
        residual = np.nan_to_num(benchmark.response - np.nanmean(benchmark.response, axis=0))
        tied = np.abs(benchmark.lines.levels.T @ residual).max(axis=1)
        remaining = np.argsort(-tied)[:3]
        fold_data = cut_fold(benchmark, fold, 0)
        training_set: TrainingSet = replace(
            fold_data.training_set,
            lines=replace(fold_data.training_set.lines, scaled=fold_data.training_set.lines.scaled[:, remaining]),
        )
        return fit_ridge(training_set).predict(
            replace(fold_data.lines, scaled=fold_data.lines.scaled[:, remaining]), fold_data.drugs
        )

    assert leaks(learn, LINES) != set()


@pytest.mark.parametrize("protocol", ["lines", "drugs", "drugs-hard", "lineages", "both-new"])
def test_what_is_taken_off_as_known_comes_from_training(protocol: str) -> None:
    split = split_of(protocol, BENCHMARK, 0)
    fold = split.folds[0]
    queries = np.ix_(fold.test_lines, fold.test_drugs)
    response = BENCHMARK.response.copy()
    response[queries] = 0
    assert (
        training_means(_with(response=response), split).naive[queries]
        == training_means(BENCHMARK, split).naive[queries]
    ).all()


@pytest.mark.parametrize("protocol", ["drugs", "drugs-hard", "both-new"])
def test_new_drugs_have_no_twin_in_training(protocol: str) -> None:
    from screen.evaluation.cell_lines import drug_clusters

    linked = (drug_clusters.related if protocol == "drugs-hard" else drug_clusters.similar)(
        BENCHMARK.library, BENCHMARK.drugs.fingerprints
    )
    for fold in split_of(protocol, BENCHMARK, 0).folds:
        assert not linked[np.ix_(fold.drugs, fold.test_drugs)].any()
