"""Models of single cells by command: stored, scored cell by cell, resumed after a kill, exported, erased."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.models.single_cell.gene_attributions import attributions
from screen.ranking.cell_explaining import CellExplaining, CellsExplained
from screen.ranking.cell_model_steps import CellTraining
from screen.ranking.cell_sets import CellSetRequest
from screen.report.cell_pictures import PictureRequest, draw_cells
from screen.settings import Settings
from screen.store import cell_models, open_store
from screen.synthetic.cell_files import PATIENT, write_cells

EXPORTED = ["cell_id", "patient_id", "clone", "drug_id", "model", "probability", "label"]
MINE = CellSetRequest(patients=(PATIENT,))
DRUGS = ("trametinib", "alpelisib")
SMALL = {"epochs": 12, "hidden": (32,), "bottleneck": 32, "predictor": (16,)}


def training(model: str = "scdeal", **more: object) -> CellTraining:
    return CellTraining(drugs=DRUGS[:1], cell_set=MINE, model=model, changes=SMALL, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def with_cells(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("cells")
    settings = Settings(store=folder / "cells.duckdb")
    pipeline.backup(Settings(store=demo_store), settings.store)
    made = write_cells(folder, cells=500)
    pipeline.ingest(settings, [made.file.path], made.file.options)
    return settings


@pytest.fixture(scope="module")
def scored(with_cells: Settings) -> Settings:
    (done,) = pipeline.train_cells(with_cells, training())
    assert (done.model, done.note) == ("scdeal", "")
    pipeline.score_cells(with_cells, DRUGS[:1], MINE)
    return with_cells


def copy_of(settings: Settings, folder: Path) -> Settings:
    copy = Settings(store=folder / "copy.duckdb")
    pipeline.backup(settings, copy.store)
    return copy


def exported(settings: Settings, folder: Path) -> pl.DataFrame:
    pipeline.export(settings, "cells", folder / "cells.parquet")
    return pl.read_parquet(folder / "cells.parquet")


def stored(settings: Settings) -> list[tuple[object, ...]]:
    with open_store(settings.store) as store:
        return store.sql("SELECT model_id, drug_id, manifest, weights FROM cell_models ORDER BY ALL").rows()


def test_every_cell_is_exported_and_planted_cells_score_higher(scored: Settings, tmp_path: Path) -> None:
    frame = exported(scored, tmp_path)
    assert frame.columns[: len(EXPORTED)] == EXPORTED
    assert frame.height > 450  # quality control leaves some out
    assert frame.filter(pl.col("clone") == "normal")["probability"].null_count() == (frame["clone"] == "normal").sum()
    taken = frame.drop_nulls("probability")
    assert ((taken["label"] == "sensitive") == (taken["probability"] >= 0.5)).all()
    means = dict(taken.group_by("clone").agg(pl.col("probability").mean()).iter_rows())
    assert means["clone A"] > max(means["clone B"], means["clone C"]) + 0.1


def test_a_trained_model_is_sealed_and_not_trained_again(scored: Settings, tmp_path: Path) -> None:
    before = stored(scored)
    pipeline.train_cells(scored, training())
    assert stored(scored) == before
    copy = copy_of(scored, tmp_path)
    with open_store(copy.store, write=True) as store:
        store.run("UPDATE cell_models SET manifest = replace(manifest, '\"orientation\": 1', '\"orientation\": -1')")
    with pytest.raises(StoreError, match="changed since"):
        pipeline.score_cells(copy, DRUGS[:1], MINE)


def test_blocks_that_are_scored_stay(scored: Settings, tmp_path: Path) -> None:
    copy = copy_of(scored, tmp_path)
    with open_store(copy.store, write=True) as store:
        store.run("UPDATE cell_predictions SET before_transfer = list_transform(before_transfer, lambda x: x * 0)")
    (done,) = pipeline.score_cells(copy, DRUGS[:1], MINE)
    assert done.mean_before == 0
    (others,) = pipeline.score_cells(copy, DRUGS[:1], CellSetRequest(patients=(PATIENT,), cells="all"))
    assert (others.cells > done.cells, others.mean_before > 0) == (True, True)


def explaining(**more: object) -> CellExplaining:
    return CellExplaining(drugs=DRUGS[:1], cell_set=MINE, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def explained(scored: Settings) -> CellsExplained:
    labels = {"label_column": "clone", "sensitive": ("clone A",)}
    (done,) = pipeline.explain_cells(scored, explaining(**labels))
    return done


def test_an_explanation_is_complete_and_its_key_genes_are_exported(
    scored: Settings, explained: CellsExplained, tmp_path: Path
) -> None:
    assert explained.missing < 0.01
    assert 0 < explained.supported <= explained.key_sensitive + explained.key_resistant
    pipeline.export(scored, "key_genes", tmp_path / "genes.parquet")
    frame = pl.read_parquet(tmp_path / "genes.parquet")
    assert frame.height == explained.key_sensitive + explained.key_resistant
    assert ((frame["log_fold"].abs() > 0.1) & (frame["adjusted_p"] <= 0.05)).all()
    assert (frame.filter("supported")["lines_adjusted_p"] <= 0.05).all()


def test_predicted_groups_have_the_genes_of_the_labels_and_of_shuffled_labels_they_do_not(
    scored: Settings, explained: CellsExplained, tmp_path: Path
) -> None:
    assert (explained.agreement_sensitive or 0) > 0.5
    copy = copy_of(scored, tmp_path)
    (other,) = pipeline.explain_cells(copy, explaining(label_column="sample", sensitive=("library 1",)))
    assert (other.agreement_sensitive or 0) < (explained.agreement_sensitive or 0) - 0.2


def test_an_explanation_that_was_cut_off_goes_on_from_its_files(
    scored: Settings, explained: CellsExplained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_of(scored, tmp_path)
    ran = list[int]()

    def counted(*given: object) -> object:
        ran.append(1)
        if len(ran) == 2:
            raise KeyboardInterrupt
        return attributions(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("screen.models.single_cell.gene_attributions.attributions", counted)
    with pytest.raises(KeyboardInterrupt):
        pipeline.explain_cells(copy, explaining())
    assert len(list((copy.work / "cells").glob("explain-*"))) == 1
    pipeline.explain_cells(copy, explaining())
    assert len(ran) == 3  # the first part was read
    assert not list((copy.work / "cells").glob("*explain-*"))
    stored = [genes_of(one) for one in (scored, copy)]
    assert stored[0] == stored[1]


@pytest.mark.slow
def test_pictures_of_a_store_are_files_with_a_map_that_is_the_same_again(
    scored: Settings, explained: CellsExplained, tmp_path: Path
) -> None:
    request = PictureRequest(patient_id=PATIENT, labels="clone", root="clone=clone A")
    files = draw_cells(scored, request, tmp_path / "one")
    names = [file.name.removeprefix(f"cell-pictures-{PATIENT}") for file in files]
    what = ("map", "violins-trametinib", "key-genes-trametinib", "pseudotime-trametinib")
    assert names == [".html", *(f"-{one}.{ending}" for one in what for ending in ("svg", "csv"))]
    again = draw_cells(scored, request, tmp_path / "two")
    assert [file.read_bytes() for file in files] == [file.read_bytes() for file in again]
    with pytest.raises(InputError, match="no cell of"):
        draw_cells(scored, PictureRequest(patient_id=PATIENT, drugs=("alpelisib",)), tmp_path)


def genes_of(settings: Settings) -> list[tuple[object, ...]]:
    with open_store(settings.store) as store:
        return store.sql("FROM key_genes ORDER BY ALL").rows()


def test_forget_takes_the_models_and_the_predictions(
    scored: Settings, explained: CellsExplained, tmp_path: Path
) -> None:
    copy = copy_of(scored, tmp_path)
    with open_store(copy.store, write=True) as store:
        # Another patient's cells that the same model scored go with the model.
        store.run("INSERT INTO cell_model_patients SELECT model_id, 'OTHER' FROM cell_models")
        store.run("INSERT INTO cell_predictions SELECT * REPLACE ('OTHER' AS patient_id) FROM cell_predictions")
    pipeline.forget(copy, PATIENT)
    with open_store(copy.store) as store:
        for table in ("cell_models", "cell_model_patients", "cell_predictions", "cell_explanations", "key_genes"):
            assert store.scalar(f"SELECT count(*) FROM {table}") == 0, table


def test_what_cannot_be_done_says_what_can(with_cells: Settings) -> None:
    with pytest.raises(InputError, match="no model of cells"):
        pipeline.score_cells(with_cells, ["cisplatin"], MINE)
    with pytest.raises(InputError, match="one of the two"):
        CellSetRequest()
    with pytest.raises(InputError, match="no cells from a file"):
        pipeline.train_cells(with_cells, CellTraining(drugs=DRUGS, cell_set=CellSetRequest(file="nothing")))
    with pytest.raises(InputError, match="looks at no label"):
        pipeline.train_cells(with_cells, training(label_column="clone", sensitive=("clone A",)))
    with pytest.raises(InputError, match="needs labels"):
        pipeline.train_cells(with_cells, training("scdeal-few-shot"))
    with pytest.raises(InputError, match="one class alone"):
        pipeline.train_cells(with_cells, training("scdeal-few-shot", label_column="clone", sensitive=("clone Z",)))


def command(settings: Settings, *words: str) -> list[str]:
    return [sys.executable, "-m", "screen.cli", "--store", str(settings.store), "cells", *words, "--patient", PATIENT]


def killed(words: list[str], ready: Path, states: int, seconds: float = 60) -> int:
    """Start a command and kill it as soon as so many files stand in a folder; its exit code."""
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    end = time.monotonic() + seconds
    while running.poll() is None and time.monotonic() < end:
        if ready.is_dir() and len(list(ready.glob("*.safetensors"))) >= states:
            running.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    return running.wait()


@pytest.mark.slow
def test_a_kill_in_training_and_in_scoring_loses_nothing(with_cells: Settings, tmp_path: Path) -> None:
    words = ["train", *DRUGS, "--model", "scdeal", "--epochs", "8", "--seed", "5"]
    whole, cut = copy_of(with_cells, tmp_path), Settings(store=tmp_path / "cut.duckdb")
    pipeline.backup(with_cells, cut.store)
    request = CellTraining(drugs=DRUGS, cell_set=MINE, model="scdeal", changes={"epochs": 8})
    pipeline.train_cells(whole.changed(seed=5), request)
    work = cut.work / "cells"
    codes = [killed(command(cut, *words), work, states) for states in (2, 3)]
    assert codes == [-signal.SIGKILL] * 2
    assert len(list(work.glob("*.safetensors"))) >= 2
    subprocess.run(command(cut, *words), check=True, stdout=subprocess.DEVNULL)
    mine = [row for row in stored(whole) if '"seed": 5' in str(row[2])]
    assert len(mine) == 2
    assert [row for row in stored(cut) if '"seed": 5' in str(row[2])] == mine
    scoring = command(cut, "score", *DRUGS)
    running = subprocess.Popen(scoring, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2.0)
    running.send_signal(signal.SIGKILL)
    running.wait()
    subprocess.run(scoring, check=True, stdout=subprocess.DEVNULL)
    pipeline.score_cells(whole, DRUGS, MINE)
    assert exported(cut, tmp_path).equals(exported(whole, tmp_path))
    with open_store(cut.store) as store:
        assert cell_models.source_of(store, PATIENT)
