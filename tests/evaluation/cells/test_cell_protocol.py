"""Models of cells against labels: planted sensitivity is found, shuffled labels are not, folds keep labels apart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError
from screen.evaluation.cells.cell_figures import cell_metrics, over_seeds
from screen.evaluation.cells.cell_predictors import cell_folds
from screen.evaluation.cells.cell_protocol import without_lines_of_cells
from screen.evaluation.cells.cell_request import CellEvaluation
from screen.evaluation.printing import figure_text
from screen.ranking.cell_sets import CellSetRequest, read_cell_set
from screen.ranking.clone_request import CloneRequest
from screen.settings import Settings
from screen.store import open_store
from screen.synthetic.cell_files import PATIENT, write_cells
from screen.training.cell_model_data import bulk_lines, measured_drug

SMALL = {"epochs": 10, "hidden": (32,), "bottleneck": 32, "predictor": (16,)}


def request(**more: object) -> CellEvaluation:
    made = CellEvaluation(
        drug="trametinib",
        cell_set=CellSetRequest(patients=(PATIENT,)),
        label_column="clone",
        sensitive=("clone A",),
        label_kind="simulated",
        models=("scdeal",),
        seeds=2,
        changes=SMALL,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def store_with(demo_store: Path, folder: Path, **cells: object) -> Settings:
    settings = Settings(store=folder / "cells.duckdb")
    pipeline.backup(Settings(store=demo_store), settings.store)
    made = write_cells(folder, cells=400, **cells)  # type: ignore[arg-type]
    pipeline.ingest(settings, [made.file.path], made.file.options)
    return settings


@pytest.fixture(scope="module")
def settings(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return store_with(demo_store, tmp_path_factory.mktemp("labelled"))


def test_planted_sensitivity_is_measured_beside_simpler_models(settings: Settings, tmp_path: Path) -> None:
    found = {(f.model, f.metric, f.baseline): f for f in pipeline.evaluate_cells(settings, request())}
    after, before = found["scdeal", "auroc", None], found["scdeal-before-transfer", "auroc", None]
    assert after.value is not None
    assert before.value is not None
    assert after.value > 0.85
    assert found["scdeal", "auroc_reversed", None].value == pytest.approx(1 - after.value)
    less = found["scdeal", "auroc", "scdeal-before-transfer"]
    assert less.value == pytest.approx(after.value - before.value)
    assert found["all-majority", "auroc", None].value == 0.5
    assert {"boosting", "logistic-regression", "clone-pseudobulk"} <= {model for model, *_ in found}
    assert found["clone-pseudobulk", "auroc", None].value is None
    assert "simulated: " in str(after.note)
    again = pipeline.evaluate_cells(settings, request())
    assert [f.value for f in again] == [f.value for f in found.values()]
    pipeline.write_card(settings, tmp_path / "MODELS.md")
    card = (tmp_path / "models" / "protocols.md").read_text("utf-8")
    assert f"| scdeal | {figure_text(after)} | {figure_text(before)} | {figure_text(less)} |" in card
    assert "| all-majority | 0.500 |  |  |" in card
    pipeline.export(settings, "evaluation", tmp_path / "e.parquet")
    rows = pl.read_parquet(tmp_path / "e.parquet").filter(pl.col("protocol") == "cells")
    assert {"auroc", "auroc_less_scdeal-before-transfer", "precision_sensitive", "f1_resistant"} <= set(rows["metric"])


def test_where_levels_are_dealt_out_nothing_is_found(demo_store: Path, tmp_path: Path) -> None:
    shuffled = store_with(demo_store, tmp_path, shuffle=True)
    figures = [f for f in pipeline.evaluate_cells(shuffled, request()) if f.baseline is None]
    found = {(f.model, f.metric): f.value for f in figures}
    for model in ("scdeal", "scdeal-before-transfer", "boosting"):
        assert abs((found[model, "auroc"] or 0.0) - 0.5) < 0.12


def test_few_shot_is_measured_on_cells_of_other_folds_alone(settings: Settings) -> None:
    with pytest.raises(InputError, match="cells of other folds alone"):
        request(models=("scdeal-few-shot",))
    found = pipeline.evaluate_cells(
        settings, request(models=("scdeal-few-shot",), folds=2, changes=SMALL | {"epochs": 2})
    )
    assert any(f.model == "scdeal-few-shot" and "2 folds of cells" in str(f.note) for f in found)


def test_clones_scored_by_the_default_stand_beside(ranked_store: Path, tmp_path: Path) -> None:
    settings = store_with(ranked_store, tmp_path)
    pipeline.score_clones(settings, CloneRequest(patient_id=PATIENT, model="STAD"))
    changes = SMALL | {"epochs": 1}
    found = {(f.model, f.metric): f for f in pipeline.evaluate_cells(settings, request(changes=changes))}
    clone = found["clone-pseudobulk", "auroc"]
    assert clone.value is not None
    assert clone.low is None


def test_folds_share_out_both_classes_and_hold_each_cell_once() -> None:
    labels = np.array([1.0] * 20 + [0.0] * 55)
    folds = cell_folds(labels, 5, 3)
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(75))
    assert {int(labels[test].sum()) for _, test in folds} == {4}
    assert all(not set(training) & set(test) for training, test in folds)


def test_metrics_name_their_class() -> None:
    labels, scores = np.array([1.0, 1.0, 0.0, 0.0, 0.0]), np.array([0.9, 0.4, 0.6, 0.1, 0.2], np.float32)
    found = cell_metrics(labels, scores)
    assert (found["precision_sensitive"], found["recall_sensitive"], found["f1_sensitive"]) == (0.5, 0.5, 0.5)
    assert found["recall_resistant"] == pytest.approx(2 / 3)
    assert found["auroc"] == pytest.approx(5 / 6)
    assert found["ap_chance"] == 0.4
    inverse = cell_metrics(1 - labels, scores)
    assert inverse["auroc"] == pytest.approx(found["auroc_reversed"])


def test_the_interval_is_of_the_mean_over_seeds() -> None:
    made = over_seeds([0.6, 0.7, 0.8])
    assert (made.value, round(made.high - made.value, 3)) == (pytest.approx(0.7), 0.248)
    assert np.isnan(over_seeds([0.5, 0.5]).low)


def test_lines_that_the_cells_are_of_train_nothing(settings: Settings) -> None:
    with open_store(settings.store) as store:
        lines = bulk_lines(store, settings)
        drug = measured_drug(store, lines, "trametinib")
        (part,) = read_cell_set(store, request().cell_set)
    whole, none = without_lines_of_cells(lines, drug.drug_id, [part])
    assert none == 0
    measured = [line for line, there in zip(lines.line_ids, np.isfinite(whole), strict=True) if there]
    column = pl.Series("cell_line", [measured[i % 3] for i in range(len(part.matrix))])
    of_lines = replace(part, matrix=replace(part.matrix, other=part.matrix.other.with_columns(column)))
    response, count = without_lines_of_cells(lines, drug.drug_id, [of_lines])
    assert count == 3
    assert [line for line, there in zip(lines.line_ids, np.isfinite(response), strict=True) if there] == measured[3:]


def test_an_interval_stays_where_a_figure_can_lie() -> None:
    assert over_seeds([0.1, 0.9]).high == 1.0
    assert over_seeds([0.1, 0.9]).low == 0.0
    assert over_seeds([-0.5, 0.5], -1.0).low == -1.0
