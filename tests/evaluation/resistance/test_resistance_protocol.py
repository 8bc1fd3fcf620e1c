"""Protocol resistance end to end on planted lines; its metrics against scikit-learn's; a test fold leaks nowhere."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from screen.evaluation.resistance.class_metrics import ClassifiedLines, aurocs, f1s, resistance_figures
from screen.evaluation.resistance.resistance_protocol import cut_fold, line_split
from screen.resistance.line_data import load_lines
from screen.resistance.resistance_tasks import CodesTask, head_task
from screen.settings import Settings
from screen.store import open_store
from screen.tasks.progress import silent
from tests.biomarkers import marked
from tests.command import crescreen


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return marked.marked(tmp_path_factory.mktemp("resistance"), lines=120, patients=60, treated=False)


def in_store(settings: Settings) -> tuple[str, str]:
    return ("--store", str(settings.store))


def test_metrics_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    labels, scores = (rng.random((80, 2)) < 0.7).astype(np.float32), rng.random((80, 2)).astype(np.float32)
    scores[:, 0] = np.round(scores[:, 0], 1)  # ties
    labels[:5, 1] = np.nan
    once = np.ones((1, 80))
    found = aurocs(scores, labels, np.zeros(80, np.intp), once)[0]
    seen = np.isfinite(labels[:, 1])
    assert found[0] == pytest.approx(roc_auc_score(labels[:, 0], scores[:, 0]))
    assert found[1] == pytest.approx(roc_auc_score(labels[seen, 1], scores[seen, 1]))
    for positive in (0, 1):
        f1 = f1s(scores > 0.5, labels, once, positive)[0, 1]
        assert f1 == pytest.approx(f1_score(labels[seen, 1], scores[seen, 1] > 0.5, pos_label=positive))


def test_where_no_drug_can_be_evaluated_there_is_no_figure_rather_than_zero() -> None:
    everybody = ClassifiedLines(np.arange(30), np.ones((30, 1), np.float32), np.zeros(30, np.intp), ("drug",))
    figures = resistance_figures(everybody, {"a model": np.full((30, 1), 0.7, np.float32)}, 0, silent)
    assert figures
    assert {figure.value for figure in figures} == {None}


def test_scores_of_two_folds_are_not_compared() -> None:
    labels = np.array([[1], [0], [1], [0]], np.float32)
    scores = np.array([[0.2], [0.1], [0.9], [0.8]], np.float32)
    assert aurocs(scores, labels, np.array([0, 0, 1, 1]), np.ones((1, 4)))[0, 0] == 1.0
    assert aurocs(scores, labels, np.array([0, 0, 0, 0]), np.ones((1, 4)))[0, 0] == 0.75


def test_responses_of_the_test_fold_change_no_task(settings: Settings) -> None:
    with open_store(settings.store) as store:
        lines = load_lines(store, settings)
    fold = line_split(lines, settings.seed, None).folds[0]
    leaked = lines.responses.copy()
    leaked[fold.test_lines] = 0
    names = [drug.name for drug in lines.drugs]
    every = np.arange(len(names))
    files = []
    for data in (lines, replace(lines, responses=leaked)):
        cut = cut_fold(data, fold, settings.seed)
        files.append((CodesTask(cut).file_name, head_task("ridge", cut, {}, names, every).file_name))
    assert files[0] == files[1]
    trained = lines.responses.copy()
    trained[fold.lines[0]] = 0
    other = cut_fold(replace(lines, responses=trained), fold, settings.seed)
    assert head_task("ridge", other, {}, names, every).file_name != files[0][1]
    assert not set(np.asarray(lines.line_ids)[fold.lines]) & set(np.asarray(lines.line_ids)[fold.test_lines])


def test_the_table_is_measured_stored_and_exported(settings: Settings, tmp_path: Path) -> None:
    done = crescreen(*in_store(settings), "evaluate", "resistance", "--json")
    assert done.code == 0, done.err
    out = tmp_path / "figures.csv"
    assert crescreen(*in_store(settings), "export", "evaluation", "--out", str(out)).code == 0
    with out.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["protocol"] == "resistance"]
    whole = {(row["model"], row["metric"]): row for row in rows if row["stratum"] == "all"}
    models = {model for model, _ in whole}
    assert models >= {"VAE_LL", "VAE_LS", "VAE_LD", "random forest", "XGBoost", "PCA", "all resistant"}
    assert float(whole["all resistant", "auroc"]["value"]) == 0.5
    assert float(whole["all resistant", "f1_resistant"]["value"]) > 0.85
    assert float(whole["all resistant", "f1_sensitive"]["value"]) == 0
    paired = whole["VAE_LD", "auroc_less_PCA"]
    assert float(paired["low"]) <= float(paired["value"]) <= float(paired["high"])
    drug = next(
        row
        for row in rows
        if row["stratum"] == f"drug:{marked.DRUG}" and (row["model"], row["metric"]) == ("ridge, genes", "auroc")
    )
    assert float(drug["value"]) > 0.7
    work = settings.work / "resistance"
    before = {path: path.stat().st_mtime_ns for path in work.glob("*.safetensors")}
    again = crescreen(*in_store(settings), "evaluate", "resistance", "--json")
    assert again.out == done.out
    assert {path: path.stat().st_mtime_ns for path in work.glob("*.safetensors")} == before


def test_features_of_a_pretrained_model_are_taken_from_the_file_and_named(settings: Settings, tmp_path: Path) -> None:
    with open_store(settings.store) as store:
        ids = load_lines(store, settings).line_ids
    np.savez(tmp_path / "large.npz", ids=np.array(ids), features=np.random.default_rng(0).normal(size=(len(ids), 24)))
    words = ["evaluate", "resistance", "--models", "vae-ll,lineage", "--features-large", str(tmp_path / "large.npz")]
    done = crescreen(*in_store(settings), *words)
    assert done.code == 0, done.err
    with open_store(settings.store) as store:
        manifest = store.scalar("SELECT manifest FROM evaluation_manifests ORDER BY measured DESC LIMIT 1")
    assert '"large.npz"' in str(manifest)
    assert "no features of a pretrained model" not in str(manifest)
    refused = crescreen(*in_store(settings), "evaluate", "lines", "--features-large", str(tmp_path / "large.npz"))
    assert refused.code != 0
    assert "crescreen evaluate resistance" in refused.err
