"""Drugs of one indication beside the others, against the same counted by hand."""

import numpy as np
import polars as pl
import pytest

from screen.ranking.between_indications import between_indications, line_contrasts
from screen.ranking.shortlists import current_runs, export
from screen.settings import Ranking
from screen.store import Store
from tests.report.filled import CODES, fill


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(12, 9, 7))
    return store


def test_how_often_a_patient_here_scores_higher_is_counted_pair_by_pair(full: Store) -> None:
    rows = between_indications(full, Ranking(), current_runs(full))
    scores = export(full, "scores")
    drug = rows["drug_id"][3]
    for code in CODES:
        row = rows.row(by_predicate=(pl.col("indication") == code) & (pl.col("drug_id") == drug), named=True)
        of_drug = scores.filter(pl.col("drug_id") == drug)
        here = of_drug.filter(pl.col("indication") == code)["score"].to_numpy()
        there = of_drug.filter(pl.col("indication") != code)["score"].to_numpy()
        won = (here[:, None] > there).mean() + (here[:, None] == there).mean() / 2
        assert row["higher"] == pytest.approx(won)
        assert row["score"] == pytest.approx(here.mean(), abs=1e-6)
        assert row["score_elsewhere"] == pytest.approx(there.mean(), abs=1e-6)
        assert row["sensitive"] == pytest.approx((here >= 0.5).mean())
        assert (row["patients"], row["others"]) == (len(here), len(there))


def test_an_indication_alone_has_nothing_to_compare_with(full: Store) -> None:
    rows = between_indications(full, Ranking(), current_runs(full)[:1])
    assert rows["higher"].is_null().all()
    assert rows["score_elsewhere"].is_null().all()


def test_measured_lines_of_a_type_are_tested_against_all_others(full: Store) -> None:
    drug = full.scalar("SELECT min(drug_id) FROM drugs WHERE smiles IS NOT NULL")
    key = full.scalar("SELECT min(drug_key) FROM drug_keys WHERE drug_id = $drug", drug=drug)
    full.run(
        """INSERT INTO cell_line_records BY NAME
           SELECT 'c' AS source_id, 'L' || i AS cell_line_id, if(i < 8, 'BRCA', 'LUAD') AS oncotree_code
           FROM range(30) r(i)"""
    )
    full.run(
        """INSERT INTO responses BY NAME
           SELECT 'd' AS source_id, 'GDSC2' AS dataset, 'AUC' AS metric, 'L' || i AS cell_line_ref, $key AS drug_key,
                  $key AS drug_name, if(i < 8, 0.5, 0.8) + i / 1000 AS value, 1 AS repeats FROM range(30) r(i)""",
        key=key,
    )
    found = line_contrasts(full, "GDSC2", {"BRCA": {"BRCA"}, "OV": {"HGSOC"}}, [str(drug)])
    here, none = found["BRCA", str(drug)], found["OV", str(drug)]
    assert (here.here, here.elsewhere) == (8, 22)
    values = np.array([(0.5 if i < 8 else 0.8) + i / 1000 for i in range(30)])
    assert here.difference == pytest.approx(np.median(values[:8]) - np.median(values[8:]))
    assert here.p is not None
    assert here.p < 0.001
    assert here.q == here.p  # one test alone
    assert (none.here, none.difference, none.p, none.q) == (0, None, None, None)
