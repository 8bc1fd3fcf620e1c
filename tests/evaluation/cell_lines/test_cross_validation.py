"""Tasks: one file for each model and fold, read again, made again only where something it saw has changed."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.cell_lines.cross_validation import FoldTask, cross_validate, cut_fold
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cell_lines.out_of_fold import figures_of, pool_results, pooled
from screen.tasks.progress import silent
from tests.evaluation.planted import benchmark

BENCHMARK = benchmark()
SPLIT = split_of("lines", BENCHMARK, 0)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    first = cross_validate(BENCHMARK, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.safetensors")}
    victim = sorted(made)[0]
    victim.write_bytes(b"cut off")
    again = cross_validate(BENCHMARK, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)
    assert {p for p, at in made.items() if p.stat().st_mtime_ns != at} == {victim}
    assert len(made) == len(SPLIT.folds)
    for one, other in zip(first["drug-mean"].folds, again["drug-mean"].folds, strict=True):
        assert (one.predicted == other.predicted).all()


def test_the_key_follows_all_that_a_model_sees() -> None:
    fold_data = cut_fold(BENCHMARK, SPLIT.folds[0], 0)
    training_set = fold_data.training_set
    folds_data = [
        fold_data,
        replace(fold_data, training_set=replace(training_set, seed=1)),
        replace(fold_data, training_set=replace(training_set, response=training_set.response + 1)),
        replace(fold_data, drugs=replace(fold_data.drugs, pathways=("",) * len(fold_data.drugs))),
    ]
    keys = {FoldTask(model, actual).file_name for actual in folds_data for model in ("ridge", "drug-mean")}
    assert len(keys) == 8
    assert FoldTask("ridge", cut_fold(BENCHMARK, SPLIT.folds[0], 0)).file_name in keys


def test_the_key_follows_the_version_and_the_settings_of_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    from screen.evaluation.cell_lines import cross_validation

    row = cross_validation.all_entries()["dsn-adv"]
    assert isinstance(row.fit, partial)
    recipe, training = row.fit.args
    rows = {
        "as it was": row,
        "newer": replace(row, version=row.version + 1),
        "other settings": replace(row, fit=partial(row.fit.func, recipe, replace(training, code=training.code + 1))),
    }
    fold_data, keys = cut_fold(BENCHMARK, SPLIT.folds[0], 0), set()
    for actual in rows.values():
        monkeypatch.setattr(cross_validation, "all_entries", lambda actual=actual: {"dsn-adv": actual})
        keys.add(FoldTask("dsn-adv", fold_data).file_name)
    assert len(keys) == len(rows)


def test_a_model_that_fails_says_so_and_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from screen.evaluation.cell_lines import cross_validation

    table = cross_validation.all_entries()
    broken = replace(table["drug-mean"], fit=lambda training_set: 1 / 0)
    monkeypatch.setattr(cross_validation, "all_entries", lambda: {**table, "broken": broken})
    predictions = cross_validate(BENCHMARK, SPLIT, ["broken", "drug-mean"], 0, tmp_path, 1, silent)
    assert predictions["broken"].fault == "ZeroDivisionError: division by zero"
    assert len(predictions["drug-mean"].folds) == len(SPLIT.folds)


def test_the_planted_mechanism_is_found_on_unseen_lines_and_only_there_where_it_is(tmp_path: Path) -> None:
    for shuffled, least, most in ((False, 0.4, 1.0), (True, -0.2, 0.2)):
        world = benchmark(shuffled=shuffled)
        split = split_of("lines", world, 0)
        predictions = cross_validate(world, split, ["drug-mean", "ridge"], 0, tmp_path, 1, silent)
        rows = figures_of(pool_results(world, split, predictions, ("drug-mean", "ridge"), 0), "ridge", silent)
        found = {(row.model, row.printed_metric, row.printed_stratum): row for row in rows}
        actual = found["ridge", "r_res", "all"]
        assert least < actual.value < most
        assert actual.low < actual.value < actual.high
        assert (actual.n, actual.note) == (int(np.isfinite(world.response).sum()), "72 lines, 16 drugs")
        assert found["drug-mean", "r_res", "all"].value == pytest.approx(0, abs=1e-6)
        assert found["ridge", "r_res_less_drug-mean", "all"].value == pytest.approx(actual.value)
        assert ("drug-mean", "r_drug", "drug:D00") not in found
        assert ("ridge", "r_drug", "drug:D00") in found


def test_answers_stand_where_they_were_asked(tmp_path: Path) -> None:
    predictions = cross_validate(BENCHMARK, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)["drug-mean"]
    fold = SPLIT.folds[3]
    out = pooled(BENCHMARK, SPLIT, predictions).predicted
    expected = np.nanmean(BENCHMARK.response[fold.lines], axis=0)
    assert out[fold.test_lines] == pytest.approx(np.tile(expected, (fold.test_lines.size, 1)), abs=1e-5)
