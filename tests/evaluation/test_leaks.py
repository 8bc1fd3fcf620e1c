"""Nothing of a test part reaches what is learned: every kind of leak, planted, is caught by the same check."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from screen.evaluation.benchmark_data import Panel
from screen.evaluation.cell_lines.cross_validation import Lesson, lesson_of
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cell_lines.response_metrics import known_of_folds
from screen.evaluation.cell_lines.splits import Fold
from screen.models import Fit, TrainingSet
from screen.models.baselines.ridge import fit_ridge
from screen.models.model_registry import MODELS
from screen.records import Floats
from tests.evaluation.planted import panel

PANEL = panel()
Learn = Callable[[Panel, Fold], Floats]
"""What a way of learning from a fold says of the pairs asked about."""
RESPONSES, PROFILES = "responses of the test part", "profiles of the test part"


def leaks(learn: Learn, fold: Fold) -> set[str]:
    """What of the test part changes predictions that it must not change."""
    said = learn(PANEL, fold)
    asked = np.ix_(fold.asked_lines, fold.asked_drugs)
    response = PANEL.response.copy()
    response[asked] = np.random.default_rng(0).random(response[asked].shape)
    found = {RESPONSES} if not np.array_equal(learn(_with(response=response), fold), said) else set()
    levels = PANEL.lines.levels.copy()
    levels[fold.asked_lines[0]] = 40 * np.random.default_rng(1).normal(size=levels.shape[1])
    others = learn(_with(levels=levels), fold)[1:]
    return found | ({PROFILES} if not np.allclose(others, said[1:], atol=1e-6) else set())


def _with(response: Floats = PANEL.response, levels: Floats = PANEL.lines.levels) -> Panel:
    # A new panel, so that nothing cached of the old one is used.
    return replace(PANEL, response=response, lines=replace(PANEL.lines, levels=levels))


def by(fit: Fit, cut: Callable[[Panel, Fold], Lesson] = lambda panel, fold: lesson_of(panel, fold, 0)) -> Learn:
    """Learning as the harness does it, or from a lesson cut otherwise."""

    def learn(panel: Panel, fold: Fold) -> Floats:
        lesson = cut(panel, fold)
        return fit(lesson.taught).predict(lesson.lines, lesson.drugs)

    return learn


LINES = split_of("lines", PANEL, 0).folds[0]


QUICK = [
    name
    for name in MODELS
    if name not in {"random-forest", "boosting", "boosting-targets", "pair-mlp", "drugwise-nets", "elastic-net"}
]
"""The others learn from the same lesson, only slower."""


@pytest.mark.parametrize("model", QUICK)
def test_no_model_of_the_table_sees_the_test_lines(model: str) -> None:
    assert leaks(by(MODELS[model].fit), LINES) == set()


@pytest.mark.parametrize("model", [name for name in QUICK if MODELS[name].new_drugs])
@pytest.mark.parametrize("protocol", ["drugs", "both-new"])
def test_no_model_sees_responses_to_the_test_drugs(model: str, protocol: str) -> None:
    assert RESPONSES not in leaks(by(MODELS[model].fit), split_of(protocol, PANEL, 0).folds[0])


def test_patients_are_scaled_without_the_test_lines() -> None:
    def learn(panel: Panel, fold: Fold) -> Floats:
        lesson = lesson_of(panel, fold, 0)
        return np.tile(lesson.taught.patients[:5].mean(), (len(lesson.lines), len(lesson.drugs)))

    assert leaks(learn, LINES) == set()


def test_a_test_line_in_training_is_caught() -> None:
    leaky = replace(LINES, lines=np.union1d(LINES.lines, LINES.asked_lines))
    assert leaks(by(fit_ridge), leaky) == {RESPONSES, PROFILES}


def test_statistics_over_all_lines_are_caught() -> None:
    def cut(panel: Panel, fold: Fold) -> Lesson:
        honest, scaled = lesson_of(panel, fold, 0), panel.frame.scale(panel.lines)
        taught = replace(honest.taught, lines=replace(honest.taught.lines, scaled=scaled[fold.lines]))
        return replace(honest, taught=taught, lines=replace(honest.lines, scaled=scaled[fold.asked_lines]))

    assert leaks(by(fit_ridge, cut), LINES) == {PROFILES}


def test_response_statistics_over_all_lines_are_caught() -> None:
    def learn(panel: Panel, fold: Fold) -> Floats:
        means = np.nanmean(panel.response, axis=0)
        return np.tile(means, (fold.asked_lines.size, 1)).astype(np.float32)

    assert leaks(learn, LINES) == {RESPONSES}


def test_tuning_on_the_test_part_is_caught() -> None:
    def learn(panel: Panel, fold: Fold) -> Floats:
        said, truth = by(fit_ridge)(panel, fold), panel.response[np.ix_(fold.asked_lines, fold.asked_drugs)]
        shrunk = [(np.nanmean((share * said - truth) ** 2), share) for share in np.linspace(0.5, 1.5, 101)]
        return np.asarray(min(shrunk)[1] * said, np.float32)

    assert RESPONSES in leaks(learn, LINES)


def test_genes_selected_on_all_lines_are_caught() -> None:
    def learn(panel: Panel, fold: Fold) -> Floats:
        residual = np.nan_to_num(panel.response - np.nanmean(panel.response, axis=0))
        tied = np.abs(panel.lines.levels.T @ residual).max(axis=1)
        kept = np.argsort(-tied)[:3]
        lesson = lesson_of(panel, fold, 0)
        taught: TrainingSet = replace(
            lesson.taught, lines=replace(lesson.taught.lines, scaled=lesson.taught.lines.scaled[:, kept])
        )
        return fit_ridge(taught).predict(replace(lesson.lines, scaled=lesson.lines.scaled[:, kept]), lesson.drugs)

    assert leaks(learn, LINES) != set()


@pytest.mark.parametrize("protocol", ["lines", "drugs", "drugs-hard", "lineages", "both-new"])
def test_what_is_taken_off_as_known_comes_from_training(protocol: str) -> None:
    split = split_of(protocol, PANEL, 0)
    fold = split.folds[0]
    asked = np.ix_(fold.asked_lines, fold.asked_drugs)
    response = PANEL.response.copy()
    response[asked] = 0
    assert (
        known_of_folds(_with(response=response), split).naive[asked] == known_of_folds(PANEL, split).naive[asked]
    ).all()


@pytest.mark.parametrize("protocol", ["drugs", "drugs-hard", "both-new"])
def test_new_drugs_have_no_twin_in_training(protocol: str) -> None:
    from screen.evaluation.cell_lines import drug_clusters

    linked = (drug_clusters.related if protocol == "drugs-hard" else drug_clusters.alike)(
        PANEL.library, PANEL.drugs.fingerprints
    )
    for fold in split_of(protocol, PANEL, 0).folds:
        assert not linked[np.ix_(fold.drugs, fold.asked_drugs)].any()
