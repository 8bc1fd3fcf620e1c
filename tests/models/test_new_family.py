"""How a family of models is added: one module and one row. Nothing else is touched, and the whole road is walked."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.models import families
from screen.models.bundle import Bundle
from screen.models.contract import ModelFamily
from screen.models.families import FamilyRow
from screen.settings import Settings, Training
from screen.store import open_store, stored_models
from tests.models.planted import measured, planted, trained

MODEL = "nearest-line"


def nearest_line() -> ModelFamily:
    from tests.models import nearest_line

    return nearest_line


@pytest.fixture(autouse=True)
def _row(monkeypatch: pytest.MonkeyPatch) -> None:
    row = FamilyRow(kind=MODEL, models=(MODEL,), load=nearest_line)
    monkeypatch.setattr(families, "FAMILIES", (*families.FAMILIES, row))


def test_it_learns_a_planted_mechanism_and_is_measured_beside_the_baselines(tmp_path: Path) -> None:
    bundle = trained(tmp_path, *planted(), model=MODEL)
    assert measured(bundle, MODEL, "r_res") > 0.2
    assert bundle.manifest["settings"] == {"model": MODEL, "dataset": "", "folds": 2}
    assert {row["model"] for row in bundle.manifest["evaluation"]} >= {MODEL, "ridge", "drug-mean"}


def test_it_is_trained_stored_ranked_exported_and_screened_with(demo_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "own.duckdb", training=Training(folds=2), device="cpu")
    pipeline.backup(Settings(store=demo_store), settings.store)
    (made,) = pipeline.train(settings, ["STAD"], MODEL)
    assert (made.model, made.members) == (MODEL, 2)
    (ranked,) = pipeline.rank(settings, ["STAD"])
    assert ranked.patients == made.patients
    pipeline.export(settings, "scores", tmp_path / "scores.parquet")
    scores = pl.read_parquet(tmp_path / "scores.parquet")
    assert scores.height == ranked.patients * ranked.drugs
    assert scores["score"].is_between(0, 1).all()
    assert scores["score"].n_unique() > ranked.drugs
    assert (scores["score_low"] <= scores["score_high"]).all()
    with open_store(settings.store) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, "STAD"))
    assert bundle.manifest["kind"] == MODEL
    (tmp_path / "some.smi").write_text("CCO ethanol\nCCN amine\n")
    (screened,) = pipeline.rank_library(settings, ["STAD"], tmp_path / "some.smi", tmp_path / "out")
    assert screened.drugs == 2


def test_a_store_with_its_model_is_refused_by_a_version_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = trained(tmp_path, *planted(), model=MODEL)
    monkeypatch.setattr(families, "FAMILIES", families.FAMILIES[:-1])
    with pytest.raises(StoreError, match="'nearest-line' cannot be scored by this version"):
        families.family_of(bundle)
    with pytest.raises(InputError, match="no model 'nearest-line'"):
        families.family_of_model(MODEL)


def test_every_family_provides_the_contract() -> None:
    for row in families.FAMILIES:
        family = row.load()
        assert set(family.SETTINGS) <= set(Training.__dataclass_fields__)
        assert all(callable(getattr(family, name)) for name in ("fit", "scorer", "drug_inputs"))
    kinds, models = [row.kind for row in families.FAMILIES], families.trainable()
    assert len(set(kinds)) == len(kinds)
    assert len(set(models)) == len(models)
    assert np.isin(["pair-gp", "dsn-adv", MODEL], models).all()
