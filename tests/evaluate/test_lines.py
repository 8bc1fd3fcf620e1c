"""Protocol lines, on folds of one's own."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.evaluate.lines import evaluate_lines, read_folds
from tests.learn.planted import SETTINGS, planted


def test_the_models_stand_beside_each_other_on_given_folds(tmp_path: Path) -> None:
    data, vectors = planted()
    folds = {line: i % 2 + 3 for i, line in enumerate(data.lines.subject_ids[:60])}
    rows = evaluate_lines(data, vectors, SETTINGS, tmp_path, folds)
    assert {row["model"] for row in rows} == {"dsn-adv", "drug-mean", "mean-effects", "drug-lineage-mean", "ridge"}
    assert {row["stratum"] for row in rows} == {"all", "solid"}
    own = {row["metric"]: row for row in rows if row["model"] == "dsn-adv" and row["stratum"] == "all"}
    assert own["r_res"]["low"] < own["r_res"]["value"] < own["r_res"]["high"]
    assert own["r_drug"]["note"] == "60 unseen cell lines, 16 drugs"
    assert {"r_drug_less_ridge", "r_drug_less_drug-mean", "rmse", "global_r"} <= own.keys()


@pytest.mark.parametrize("rows", ["line,fold\nA,1", "cell_line_id,test_fold\nA,x", "cell_line_id,test_fold\nA,",
                                  "cell_line_id,test_fold\nA,1\nA,2", ""])
def test_a_table_that_holds_no_folds_is_one_clear_error(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "folds.csv"
    path.write_text(rows)
    with pytest.raises(InputError, match=r"folds\.csv"):
        read_folds(path)


@pytest.mark.real
def test_the_frozen_folds_are_read(real_data: Path) -> None:
    folds = read_folds(real_data / "folds" / "lines.csv")
    assert len(folds) == 485
    assert set(folds.values()) == {0, 1, 2, 3, 4}
