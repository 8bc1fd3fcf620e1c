"""Splits go by line or by drug, and what is tested is never learned from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cell_lines.splits import Fold, Split, read_folds
from tests.evaluation.planted import benchmark

BENCHMARK = benchmark()


@pytest.mark.parametrize("protocol", ["lines", "lineages"])
def test_each_measured_pair_is_asked_about_once(protocol: str) -> None:
    split = split_of(protocol, BENCHMARK, 0)
    requested = np.zeros(BENCHMARK.response.shape, int)
    for fold in split.folds:
        requested[np.ix_(fold.test_lines, fold.test_drugs)] += 1
    assert (requested == 1).all()


def test_a_lineage_is_left_out_whole() -> None:
    for fold in split_of("lineages", BENCHMARK, 0).folds:
        out = {BENCHMARK.lineages[row] for row in fold.test_lines}
        assert out.isdisjoint({BENCHMARK.lineages[row] for row in fold.lines})


def test_the_same_seed_deals_the_same_folds_and_another_seed_others() -> None:
    keys = [split_of("lines", BENCHMARK, seed).key for seed in (0, 0, 1)]
    assert keys[0] == keys[1] != keys[2]


def test_a_split_that_learns_from_its_test_lines_is_refused() -> None:
    rows, drugs = np.arange(10), np.arange(3)
    leak = Fold("0", rows, drugs, rows[9:], drugs)
    with pytest.raises(InputError, match="lines of the test fold are in its training"):
        Split("lines", "leaky", "lines", (leak,)).require()
    with pytest.raises(InputError, match="drugs of the test fold"):
        Split("drugs", "leaky", "drugs", (replace(leak, test_drugs=drugs[:1]),)).require()


def test_given_folds_are_taken_and_lines_without_one_only_train(tmp_path: Path) -> None:
    path = tmp_path / "folds.csv"
    rows = [f"{line},{i % 2 + 3}" for i, line in enumerate(BENCHMARK.lines.subject_ids[:60])]
    path.write_text("\n".join(["cell_line_id,test_fold", *rows]))
    split = split_of("lines", BENCHMARK, 0, read_folds(path))
    assert [fold.name for fold in split.folds] == ["3", "4"]
    assert sum(fold.test_lines.size for fold in split.folds) == 60
    further = np.setdiff1d(BENCHMARK.measured, np.concatenate([fold.test_lines for fold in split.folds]))
    assert further.size == BENCHMARK.measured.size - 60
    assert all(np.isin(further, fold.lines).all() for fold in split.folds)
    assert split.how == f"folds of folds.csv; {further.size} lines that it does not name only train"
    with pytest.raises(InputError, match="do not serve protocol 'drugs'"):
        split_of("drugs", BENCHMARK, 0, read_folds(path))


@pytest.mark.parametrize(
    "rows",
    [
        "line,fold\nA,1",
        "cell_line_id,test_fold\nA,x",
        "cell_line_id,test_fold\nA,",
        "cell_line_id,test_fold\nA,1\nA,2",
        "",
        "drug_key,test_fold\na,",
    ],
)
def test_a_table_that_holds_no_folds_is_one_clear_error(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "folds.csv"
    path.write_text(rows)
    with pytest.raises(InputError, match=r"folds\.csv"):
        read_folds(path)


@pytest.mark.real
def test_the_frozen_folds_are_read(real_data: Path) -> None:
    user_folds = read_folds(real_data / "folds" / "lines.csv")
    assert (user_folds.column, len(user_folds.fold_of), set(user_folds.fold_of.values())) == (
        "cell_line_id",
        485,
        set("01234"),
    )
    assert read_folds(real_data / "folds" / "drugs.csv").column == "drug_key"
