"""Genes that models rest on: a planted gene is first, in its direction; attributions add up to what is explained."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.pipeline import predict_resistance
from screen.report.content.attributed_drugs import attributed_drugs, what_they_show
from screen.resistance.attributions import FIRST, summed
from screen.settings import Settings
from screen.store import open_store
from screen.store.resistance_tables import attributions_table
from tests.biomarkers import marked
from tests.command import crescreen


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = marked.marked(tmp_path_factory.mktemp("explained"), lines=120, patients=40)
    predict_resistance(
        settings, ["LUAD"], drugs="cisplatin,docetaxel", models=["vae-ld", "xgboost", "ridge"], attributions=True
    )
    return settings


@pytest.fixture(scope="module")
def genes(explained: Settings) -> pl.DataFrame:
    with open_store(explained.store) as store:
        return attributions_table(store, "LUAD")


def test_the_planted_gene_is_first_and_goes_with_resistance(genes: pl.DataFrame) -> None:
    planted = genes.filter((pl.col("gene") == marked.RESISTANCE) & (pl.col("drug_name") == marked.DRUG))
    assert set(planted["model"]) == {"VAE_LD", "XGBoost"}  # a ridge has no attributions here
    assert set(planted["goes_with"]) == {"resistance"}
    assert (planted["association_rank"] == 1).all()
    assert planted.filter(pl.col("model") == "VAE_LD").select("rank", "again").row(0) == (1, 1.0)
    assert planted.filter(pl.col("model") == "XGBoost")["rank"][0] <= 5  # a tree is given three genes of 32


def test_where_nothing_is_planted_refits_agree_less(genes: pl.DataFrame) -> None:
    rows = genes.filter(pl.col("model") == "VAE_LD").select("drug_name", "refit_correlation").unique()
    found = dict(rows.iter_rows())
    assert found["docetaxel"] < found[marked.DRUG]


def test_the_page_and_the_export_have_them(explained: Settings, genes: pl.DataFrame, tmp_path: Path) -> None:
    out = tmp_path
    where = ("--store", str(explained.store))
    assert crescreen("report", "resistance", "LUAD", "--format", "html", "--out", str(out), *where).code == 0
    page = (out / "resistance-LUAD.html").read_text(encoding="utf-8")
    assert "Genes that the models rest on: LUAD" in page
    assert marked.RESISTANCE in page
    assert crescreen("export", "attributions", "--out", str(out / "a.csv"), *where).code == 0
    assert pl.read_csv(out / "a.csv").height == genes.height
    found = attributed_drugs(genes)
    assert {(one.drug, one.model) for one in found} == {
        (drug, model) for drug in ("cisplatin", "docetaxel") for model in ("VAE_LD", "XGBoost")
    }
    assert "of its refits" in what_they_show(found)
    assert what_they_show(()) == ""


def test_a_run_without_them_leaves_none_behind(explained: Settings) -> None:
    predict_resistance(explained, ["LUAD"], drugs="cisplatin", models=["ridge"])
    with open_store(explained.store) as store:
        assert attributions_table(store, "LUAD").is_empty()


def test_refits_are_summed_by_share_direction_and_how_often_a_gene_is_first() -> None:
    rng = np.random.default_rng(0)
    size = rng.random((4, 1, 3 * FIRST)).astype(np.float32)
    size[:, 0, 7] = 50
    direction = np.ones_like(size)
    direction[:, 0, 7] = -1
    direction[0, 0, 7] = 1
    found = summed(size, direction)
    assert found["share"].sum() == pytest.approx(1)
    assert found["share"][0].argmax() == 7
    assert (found["direction"][0, 7], found["again"][0, 7]) == (-1, 0.75)
    assert abs(found["refit_correlation"][0]) < 0.2
    assert summed(size[:1].repeat(4, axis=0), direction)["refit_correlation"][0] == pytest.approx(1)
