"""A lineage read as a cohort of patients: what the frame keeps of what tumour it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.fold_protocols import split_of
from screen.evaluation.cohorts.cohort_protocol import evaluate_cohorts
from screen.evaluation.cohorts.readings import AS_IT_IS, READINGS, cohort_lineages, cut_cohort_fold, cut_unseen_lineage
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.tasks.progress import silent
from tests.evaluation.planted import benchmark

_, UNKNOWN, ALL_LINES, ITS_TYPE = READINGS
SHIFT = {"Lung": 2.0, "Breast": 0.0, "Skin": -2.0}


@pytest.fixture(scope="module")
def shifted() -> BenchmarkData:
    """Lineages differ in the gene that makes half of the drugs work."""
    plain = benchmark(lines=120)
    away = np.array([SHIFT[name] for name in plain.lineages], np.float32)
    levels, response = plain.lines.levels.copy(), plain.response.copy()
    levels[:, 0] += away
    response[:, ::2] -= 0.1 * away[:, None]
    return replace(plain, lines=replace(plain.lines, levels=levels), response=response)


@pytest.fixture(scope="module")
def figures(shifted: BenchmarkData, tmp_path_factory: pytest.TempPathFactory) -> list[Figure]:
    settings = Settings(store=tmp_path_factory.mktemp("cohorts") / "s.duckdb", workers=1)
    settings.work.mkdir(parents=True)
    return evaluate_cohorts(shifted, split_of("lines", shifted, 0), ["ridge"], settings, silent)


def value(figures: list[Figure], metric: str, reading: str, baseline: str | None = None) -> float:
    (found,) = (
        f.value
        for f in figures
        if (f.model, f.metric, f.stratum_name, f.baseline) == ("ridge", metric, reading, baseline)
    )
    assert found is not None
    return found


def test_against_all_lines_what_tumour_it_is_is_lost_and_against_its_type_it_is_kept(figures: list[Figure]) -> None:
    plain = value(figures, "r_drug", AS_IT_IS)
    assert value(figures, "r_drug", ALL_LINES) < plain - 0.1
    assert abs(value(figures, "r_drug", ITS_TYPE) - plain) < 0.05
    assert value(figures, "r_drug", ALL_LINES, AS_IT_IS) == pytest.approx(
        value(figures, "r_drug", ALL_LINES) - plain, abs=1e-9
    )


def test_within_a_lineage_patients_keep_their_order(figures: list[Figure]) -> None:
    assert value(figures, "r_drug_within_lineage", ITS_TYPE) > 0.3


def test_lists_of_unseen_lineages_stand_beside_lists_that_know_no_profile(figures: list[Figure]) -> None:
    lists = {f.model: f for f in figures if f.metric == "edi_precision" and f.stratum_kind == "all"}
    assert set(lists) == {"ridge", "drug-median", "nearest-lineages-mean", "any drug (chance)"}
    assert all(0 <= (figure.value or 0) <= 1 and figure.n == 3 for figure in lists.values())
    per_lineage = {f.stratum_name for f in figures if f.metric == "edi_precision" and f.stratum_kind == "lineage"}
    assert per_lineage == set(SHIFT)


def test_a_cohort_s_test_lines_stand_once_a_reading_and_none_is_in_training(shifted: BenchmarkData) -> None:
    fold = split_of("lines", shifted, 0).folds[0]
    cut = cut_cohort_fold(shifted, fold, 0)
    assert len(cut.fold_data.lines) == len(READINGS) * len(cut.rows)
    assert set(cut.rows.tolist()) == set(fold.test_lines.tolist())
    tested = {shifted.lines.subject_ids[row] for row in cut.rows}
    assert tested.isdisjoint(cut.fold_data.training_set.lines.ids)


def test_an_unseen_lineage_has_no_response_in_training(shifted: BenchmarkData) -> None:
    for lineage in cohort_lineages(shifted):
        cut = cut_unseen_lineage(shifted, lineage, 0)
        assert lineage not in cut.fold_data.training_set.lines.lineages
        assert set(cut.fold_data.lines.lineages) == {lineage}


def test_few_lines_are_no_cohort(shifted: BenchmarkData) -> None:
    rare = ("Eye",) * 5 + shifted.lineages[5:]
    assert cohort_lineages(replace(shifted, lineages=rare)) == ("Breast", "Lung", "Skin")


def test_work_is_read_again(shifted: BenchmarkData, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "s.duckdb", workers=1)
    split = split_of("lines", shifted, 0)
    first = evaluate_cohorts(shifted, split, ["drug-mean"], settings, silent)
    made = {path: path.stat().st_mtime_ns for path in (settings.work / "evaluate").glob("*.safetensors")}
    assert evaluate_cohorts(shifted, split, ["drug-mean"], settings, silent) == first
    assert {path: path.stat().st_mtime_ns for path in made} == made
