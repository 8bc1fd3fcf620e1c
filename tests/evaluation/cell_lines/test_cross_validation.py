"""Tasks: one file for each model and fold, read again, made again only where something it saw has changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.cell_lines.cross_validation import Task, answers, lesson_of
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cell_lines.result_rows import board_of, figures_of, pooled
from screen.tasks.progress import silent
from tests.evaluation.planted import panel

PANEL = panel()
SPLIT = split_of("lines", PANEL, 0)


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    first = answers(PANEL, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    victim = sorted(made)[0]
    victim.write_bytes(b"cut off")
    again = answers(PANEL, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)
    assert {p for p, at in made.items() if p.stat().st_mtime_ns != at} == {victim}
    assert len(made) == len(SPLIT.folds)
    for one, other in zip(first["drug-mean"].folds, again["drug-mean"].folds, strict=True):
        assert (one.predicted == other.predicted).all()


def test_the_key_follows_all_that_a_model_sees() -> None:
    lesson = lesson_of(PANEL, SPLIT.folds[0], 0)
    taught = lesson.taught
    lessons = [
        lesson,
        replace(lesson, taught=replace(taught, seed=1)),
        replace(lesson, taught=replace(taught, response=taught.response + 1)),
        replace(lesson, drugs=replace(lesson.drugs, pathways=("",) * len(lesson.drugs))),
    ]
    keys = {Task(model, "code", own).key for own in lessons for model in ("a", "b")}
    assert len(keys | {Task("a", "other code", lesson).key}) == 9
    assert Task("a", "code", lesson_of(PANEL, SPLIT.folds[0], 0)).key in keys


def test_a_model_that_fails_says_so_and_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from screen.evaluation.cell_lines import cross_validation

    table = cross_validation.entrants()
    broken = replace(table["drug-mean"], fit=lambda taught: 1 / 0)
    monkeypatch.setattr(cross_validation, "entrants", lambda: {**table, "broken": broken})
    said = answers(PANEL, SPLIT, ["broken", "drug-mean"], 0, tmp_path, 1, silent)
    assert said["broken"].fault == "ZeroDivisionError: division by zero"
    assert len(said["drug-mean"].folds) == len(SPLIT.folds)


def test_the_planted_mechanism_is_found_on_unseen_lines_and_only_there_where_it_is(tmp_path: Path) -> None:
    for shuffled, least, most in ((False, 0.4, 1.0), (True, -0.2, 0.2)):
        world = panel(shuffled=shuffled)
        split = split_of("lines", world, 0)
        said = answers(world, split, ["drug-mean", "ridge"], 0, tmp_path, 1, silent)
        rows = figures_of(board_of(world, split, said, ("drug-mean", "ridge"), 0), "ridge", silent)
        found = {(row.model, row.printed_metric, row.printed_stratum): row for row in rows}
        own = found["ridge", "r_res", "all"]
        assert least < own.value < most
        assert own.low < own.value < own.high
        assert (own.n, own.note) == (int(np.isfinite(world.response).sum()), "72 lines, 16 drugs")
        assert found["drug-mean", "r_res", "all"].value == pytest.approx(0, abs=1e-6)
        assert found["ridge", "r_res_less_drug-mean", "all"].value == pytest.approx(own.value)
        assert ("drug-mean", "r_drug", "drug:D00") not in found
        assert ("ridge", "r_drug", "drug:D00") in found


def test_answers_stand_where_they_were_asked(tmp_path: Path) -> None:
    said = answers(PANEL, SPLIT, ["drug-mean"], 0, tmp_path, 1, silent)["drug-mean"]
    fold = SPLIT.folds[3]
    out = pooled(PANEL, SPLIT, said).predicted
    expected = np.nanmean(PANEL.response[fold.lines], axis=0)
    assert out[fold.asked_lines] == pytest.approx(np.tile(expected, (fold.asked_lines.size, 1)), abs=1e-5)
