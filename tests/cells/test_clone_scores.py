"""Clones scored by a stored model: what the store, the export and the pages say, and what forget takes."""

import json
from pathlib import Path

import anndata
import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.ranking.annotated_cells import annotate_cells
from screen.ranking.clone_request import CloneRequest
from screen.settings import Settings
from screen.synthetic.cell_files import CLONES, PATIENT, write_cells

EXPORTED = ["patient_id", "clone", "cells", "drug_id", "drug_name", "score", "low", "high"]


@pytest.fixture(scope="module")
def scored(ranked_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("clones")
    settings = Settings(store=folder / "clones.duckdb")
    pipeline.backup(Settings(store=ranked_store), settings.store)
    made = write_cells(folder, cells=600)
    pipeline.ingest(settings, [made.file.path], made.file.options)
    done = pipeline.score_clones(settings, CloneRequest(patient_id=PATIENT, model="STAD"))
    assert (done.clones, done.model) == (3, "STAD")
    assert any(note.startswith("Scored by the model of STAD; the patient's tumour is BRCA") for note in done.notes)
    return settings


def exported(settings: Settings, folder: Path) -> pl.DataFrame:
    pipeline.export(settings, "clones", folder / "clones.parquet")
    return pl.read_parquet(folder / "clones.parquet")


def test_every_drug_of_every_clone_is_exported(scored: Settings, tmp_path: Path) -> None:
    frame = exported(scored, tmp_path)
    assert frame.columns == EXPORTED
    assert set(frame["clone"]) == {*CLONES, "all"}
    assert frame.group_by("clone").len()["len"].n_unique() == 1
    assert frame.filter(~pl.col("score").is_between(pl.col("low"), pl.col("high"))).is_empty()


def test_again_gives_the_same(scored: Settings, tmp_path: Path) -> None:
    before = exported(scored, tmp_path)
    pipeline.score_clones(scored, CloneRequest(patient_id=PATIENT, model="STAD"))
    assert exported(scored, tmp_path).equals(before)


def test_the_page_lists_clones_and_sets(scored: Settings, tmp_path: Path) -> None:
    (path,) = pipeline.report_cells(scored, [PATIENT], ["json"], tmp_path)
    section = json.loads(path.read_text(encoding="utf-8"))["clones"]
    assert [one["clone"] for one in section["clones"]] == list(CLONES)
    frame = exported(scored, tmp_path)
    for drug in section["drugs"][:5]:
        mine = frame.filter((pl.col("drug_id") == drug["drug_id"]) & (pl.col("clone") != "all"))
        assert drug["worst_score"] == pytest.approx(mine["score"].min(), abs=1e-6)
        shares = {one["clone"]: one["share"] for one in section["clones"]}
        covering = mine.filter(pl.col("score") >= 0.5)["clone"]
        assert drug["covered"] == pytest.approx(sum(shares[one] for one in covering), abs=1e-6)


def test_a_patient_without_an_indication_or_model_is_told_what_to_do(scored: Settings) -> None:
    with pytest.raises(StoreError, match="no model for BRCA"):
        pipeline.score_clones(scored, CloneRequest(patient_id=PATIENT))
    with pytest.raises(StoreError, match="no cells of patient"):
        pipeline.score_clones(scored, CloneRequest(patient_id="NOBODY"))
    with pytest.raises(InputError, match="no column"):
        pipeline.score_clones(scored, CloneRequest(patient_id=PATIENT, by="karyotype", model="STAD"))


def test_forget_takes_clones_and_scores(scored: Settings, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "copy.duckdb")
    pipeline.backup(scored, settings.store)
    erased = {count.table: count.rows for count in pipeline.forget(settings, PATIENT)}
    assert erased["clone_scores"] > 0
    assert erased["clones"] == 4
    assert erased["cell_blocks"] == erased["clone_runs"] == 1
    assert exported(settings, tmp_path).is_empty()


def test_clones_and_scores_go_into_a_copy_that_anndata_opens(scored: Settings, tmp_path: Path) -> None:
    folder = next(iter(scored.store.parent.glob("synthetic_cells.h5ad")))
    done = annotate_cells(scored, folder, tmp_path / "copy.h5ad")
    before, after = anndata.read_h5ad(folder), anndata.read_h5ad(tmp_path / "copy.h5ad")
    assert (before.X != after.X).nnz == 0
    assert after.obs.drop(columns="crescreen_clone").equals(before.obs)
    assert set(after.obs["crescreen_clone"]) == {*CLONES, ""}
    assert (after.obs["crescreen_clone"] != "").sum() == done.in_clones == pipeline.list_cells(scored)[0].malignant
    frame = exported(scored, tmp_path)
    clone, names = CLONES[1], list(after.uns["crescreen"]["drug_name"])
    drug = names[7]
    mine = after.obsm["crescreen_scores"][(after.obs["crescreen_clone"] == clone).to_numpy(), 7]
    expected = frame.filter((pl.col("clone") == clone) & (pl.col("drug_name") == drug))["score"].item()
    assert mine == pytest.approx(expected)
    assert np.isnan(after.obsm["crescreen_scores"][(after.obs["crescreen_clone"] == "").to_numpy()]).all()
    with pytest.raises(InputError, match="no name for the copy"):
        annotate_cells(scored, folder, folder)
    (tmp_path / "other.h5ad").write_bytes(b"nothing")
    with pytest.raises(InputError, match="no AnnData file of cells that the store has"):
        annotate_cells(scored, tmp_path / "other.h5ad", tmp_path / "x.h5ad")
