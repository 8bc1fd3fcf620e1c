"""Plates replayed in a planted world: what the model misses goes with the drugs' factors, so a few wells tell of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_study import Study
from screen.evaluation.cell_lines.fold_protocols import few_line_folds
from screen.evaluation.cell_lines.response_metrics import draws_of
from screen.evaluation.loop.loop_data import LoopFold, Screen, loop_folds, scale_of
from screen.evaluation.loop.loop_metrics import METRICS, found_of, metrics_of
from screen.evaluation.loop.loop_protocol import MODELS, OTHER, PROTOCOLS, SAME, TRANSFER
from screen.evaluation.loop.loop_run import evaluate_loop
from screen.evaluation.loop.plate_replay import Replay, replay
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.tasks.progress import silent
from tests.evaluation.planted import benchmark

LINES, D = 160, 60


@pytest.fixture(scope="module")
def world() -> tuple[BenchmarkData, tuple[Study, ...]]:
    """60 drugs of six hidden classes that no gene tells of; two other screens with levels and scales of their own."""
    plain = benchmark(lines=LINES)
    rng = np.random.default_rng(5)
    classes, taken = np.arange(D) % 6, np.arange(D) % len(plain.drugs)
    ids = tuple(f"DRUG{i:02d}" for i in range(D))
    drugs = replace(plain.drugs.take(taken), drug_ids=ids, targets=(frozenset(),) * D, pathways=("",) * D)
    library = replace(plain.library.take(taken.tolist()), drug_ids=ids, names=ids)
    hidden = rng.normal(size=(LINES, 6))[:, classes]
    profile = plain.lines.levels[:, :1] * (np.arange(D) % 2)
    truth = 0.08 * hidden - 0.05 * profile + np.linspace(0.4, 0.9, D)
    trained_on, one, other = (truth + 0.04 * rng.normal(size=truth.shape) for _ in range(3))
    data = replace(plain, drugs=drugs, library=library, response=trained_on.astype(np.float32))
    studies = tuple(
        Study(name, drugs, (scale * (table + 0.1 * rng.normal(size=(LINES, 1))) + 3).astype(np.float32))
        for name, table, scale in (("elsewhere", one, 10.0), ("a third", other, 0.5))
    )
    return data, studies


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(store=tmp_path_factory.mktemp("loop") / "s.duckdb", workers=1)


@pytest.fixture(scope="module")
def figures(world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings) -> dict[str, list[Figure]]:
    found = evaluate_loop(*world, settings, None, ["ridge"], silent)
    return {protocol: one.figures for protocol, one in found.items()}


@pytest.fixture(scope="module")
def folds(world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings) -> tuple[LoopFold, ...]:
    data, _ = world
    return loop_folds(data, few_line_folds(data, 0), "ridge", settings, silent)


def value(figures: list[Figure], model: str, metric: str, baseline: str | None = None) -> float:
    (found,) = (
        f.value for f in figures if (f.model, f.metric, f.stratum_kind, f.baseline) == (model, metric, "all", baseline)
    )
    assert found is not None
    return found


def test_every_protocol_has_every_row_and_metric(figures: dict[str, list[Figure]]) -> None:
    assert set(figures) == set(PROTOCOLS)
    for made in figures.values():
        there = {(f.model, f.metric) for f in made if f.stratum_kind == "all" and f.baseline is None}
        assert there == {(model, metric) for model in MODELS for metric in METRICS}


def test_the_history_of_the_training_screen_is_no_row_of_its_own(figures: dict[str, list[Figure]]) -> None:
    rows = [f for f in figures[SAME] if f.model == "process-history"]
    assert {f.value for f in rows} == {None}
    assert all((f.note or "").startswith("not evaluable") for f in rows)


def test_a_plate_tells_of_drugs_that_no_profile_does(figures: dict[str, list[Figure]]) -> None:
    same = figures[SAME]
    assert value(same, "process", "r_double") > value(same, "offset", "r_double") + 0.3
    assert value(same, "process", "rmse_sd") < value(same, "prior", "rmse_sd") - 0.1
    assert value(same, "process", "r_double", "offset") == pytest.approx(
        value(same, "process", "r_double") - value(same, "offset", "r_double"), abs=1e-9
    )


def test_between_laboratories_one_number_gives_the_level_and_not_the_order(figures: dict[str, list[Figure]]) -> None:
    other = figures[OTHER]
    assert value(other, "offset", "r_drug") > value(other, "prior", "r_drug") + 0.05
    assert abs(value(other, "offset", "r_double") - value(other, "prior", "r_double")) < 0.02
    assert value(other, "process", "r_double") > value(other, "offset", "r_double") + 0.2
    assert value(other, "process-history", "rmse_sd") < value(other, "prior", "rmse_sd")


def test_a_third_laboratory_is_not_given_the_level_of_the_first(figures: dict[str, list[Figure]]) -> None:
    moved = figures[TRANSFER]
    assert value(moved, "process", "rmse_sd") < value(moved, "prior", "rmse_sd")
    assert abs(value(moved, "offset", "r_drug") - value(moved, "prior", "r_drug")) < 0.03


def test_intervals_hold_what_they_say(figures: dict[str, list[Figure]]) -> None:
    assert 0.87 < value(figures[SAME], "process", "coverage_90") < 0.99


def test_each_laboratory_and_each_choice_stands_by_itself(figures: dict[str, list[Figure]]) -> None:
    screens = {f.stratum_name for f in figures[OTHER] if f.stratum_kind == "screen"}
    assert screens == {"elsewhere", "a third"}
    plates = {f.stratum_name for f in figures[SAME] if f.stratum_kind == "plate"}
    assert {"nothing measured", "8 informative", "16 predicted", "24 random"} <= plates


def test_no_other_screen_is_said(world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings) -> None:
    found = evaluate_loop(world[0], (), settings, None, ["ridge"], silent)
    assert all((f.note or "").startswith("not evaluable") for f in found[OTHER].figures)


def test_several_models_are_refused(world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings) -> None:
    with pytest.raises(InputError, match="not on"):
        evaluate_loop(*world, settings, None, ["ridge", "drug-mean"], silent)


def test_nothing_of_a_test_line_but_its_plate_reaches_its_predictions(
    world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings, folds: tuple[LoopFold, ...]
) -> None:
    data, _ = world
    fold = folds[0]
    trained_on = Screen("trained_on", fold.measured)
    how = Replay(plate=trained_on, truth=trained_on, in_training=True)
    made = replay(folds[:1], how, 0)
    spoiled = data.response.copy()
    spoiled[fold.rows] = np.where(made.on_plate[fold.rows] == 1, spoiled[fold.rows], 77.0)
    again = loop_folds(replace(data, response=spoiled), few_line_folds(data, 0), "ridge", settings, silent)
    other = Screen("trained_on", again[0].measured)
    repeated = replay(again[:1], replace(how, plate=other, truth=other), 0)
    np.testing.assert_array_equal(repeated.predicted, made.predicted)
    np.testing.assert_array_equal(repeated.on_plate, made.on_plate)


def test_a_pair_on_the_plate_is_not_counted(folds: tuple[LoopFold, ...]) -> None:
    trained_on = Screen("trained_on", folds[0].measured)
    made = replay(folds, Replay(plate=trained_on, truth=trained_on, wells=8, in_training=True), 0)
    assert (np.isfinite(made.truth) & (made.on_plate == 1)).sum() == 0
    assert np.nansum(made.on_plate, axis=1).tolist() == [8.0] * LINES
    assert np.isfinite(made.truth).sum() == LINES * (D - 8)


def test_figures_are_those_of_the_definitions(folds: tuple[LoopFold, ...]) -> None:
    trained_on = Screen("trained_on", folds[0].measured)
    made = replay(folds, Replay(plate=trained_on, truth=trained_on, wells=16, in_training=True), 0)
    found = metrics_of(made, draws_of(LINES, 0, 3))
    seen = np.isfinite(made.truth)
    by_drug = [
        np.corrcoef(made.predicted_response[seen[:, d], d], made.response[seen[:, d], d])[0, 1]
        for d in range(D)
        if seen[:, d].sum() >= 30
    ]
    assert found["r_drug"][0] == pytest.approx(np.mean(by_drug), abs=1e-6)
    predicted, truth = (
        np.concatenate([table[row, seen[row]] - table[row, seen[row]].mean() for row in range(LINES)])
        for table in (made.predicted, made.truth)
    )
    assert found["r_double"][0] == pytest.approx(np.corrcoef(predicted, truth)[0, 1], abs=1e-9)
    off = (made.predicted - made.truth)[seen]
    assert found["rmse_sd"][0] == pytest.approx(np.sqrt(np.mean(off**2)), abs=1e-9)
    assert found["coverage_90"][0] == pytest.approx(np.mean(np.abs(off) <= 1.645 * made.spread[seen]), abs=1e-9)
    hits = []
    for row in range(LINES):
        there = np.flatnonzero(seen[row])
        size = int(np.ceil(0.05 * len(there)))
        best = [set(there[np.argsort(table[row, there])[:size]]) for table in (made.predicted, made.truth)]
        hits.append(len(best[0] & best[1]) / size)
    assert found["selective_precision_top5"][0] == pytest.approx(np.mean(hits), abs=1e-9)


def test_two_rounds_with_a_plate_between_find_more_of_what_is_personal_than_one(folds: tuple[LoopFold, ...]) -> None:
    trained_on = Screen("trained_on", folds[0].measured)
    weights = draws_of(LINES, 0, 1)
    how = Replay(plate=trained_on, truth=trained_on, wells=8, in_training=True)
    two = found_of(replay(folds, how, 0), 8, weights)
    one = found_of(replay(folds, replace(how, wells=0), 0), 16, weights)
    assert two["selective_found_top5"][0] > one["selective_found_top5"][0] + 0.1
    assert all(0 <= float(values[0]) <= 1 for values in (*one.values(), *two.values()))


def test_a_drug_of_few_lines_has_no_scale() -> None:
    table = np.full((40, 2), np.nan)
    table[:29, 0], table[:, 1] = np.arange(29), 1.0
    assert np.isnan(scale_of(table).mean).all()


def test_same_inputs_same_figures(
    world: tuple[BenchmarkData, tuple[Study, ...]], settings: Settings, figures: dict[str, list[Figure]], tmp_path: Path
) -> None:
    again = evaluate_loop(*world, settings, None, ["ridge"], silent)
    assert again[TRANSFER].figures == figures[TRANSFER]
