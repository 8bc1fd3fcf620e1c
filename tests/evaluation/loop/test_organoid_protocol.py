"""Stored rankings held against organoids that came back."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import pipeline
from screen.metrics.figure import Figure
from screen.models.bundle import Bundle
from screen.models.conditioning.response_scale import response_scale
from screen.models.conditioning.stored_covariance import covariance_of
from screen.ranking.apply_model import score_members
from screen.settings import Settings, Training
from screen.store import open_store, stored_models
from tests.ranking.test_with_results import ranked
from tests.store.test_lab_results import curve

ORGANOIDS = 12


@pytest.fixture
def settings(ranked_store: Path, quick: Training, tmp_path: Path) -> Settings:
    copy = tmp_path / "s.duckdb"
    pipeline.backup(Settings(store=ranked_store), copy)
    return Settings(store=copy, training=quick)


def add(settings: Settings, organoids: int, unit: str = "uM") -> None:
    """Organoids whose responses are what the model predicts, a shift of the organoid, and what drugs have in common."""
    rng = np.random.default_rng(3)
    with open_store(settings.store, write=True) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, "STAD"))
        patients = ranked(store)[:organoids]
        known, drugs = covariance_of(bundle), bundle.manifest["drugs"]
        names = dict(store.sql("SELECT drug_id, name FROM drugs").iter_rows())
        made = score_members(store, bundle, patients, settings)
        place = {drug: i for i, drug in enumerate(made.library.drug_ids)}
        predicted = response_scale(bundle).responses(made.members).mean(axis=0)[:, [place[drug] for drug in drugs]]
        missed = rng.multivariate_normal(np.zeros(len(drugs)), known.errors.among, size=organoids)
        truth = predicted + known.sds * (missed + rng.normal(size=(organoids, 1)))
        rows = [
            curve(
                patient,
                curve_id=f"{patient}-{column}",
                batch=patient,
                plates=patient,
                treatment=f"T{column}",
                drug_ids=[drug],
                drug_names=[names[drug]],
                auc_gdsc=float(truth[row, column]),
                auc_gdsc_sd=0.01,
                dose_unit=unit,
            )
            for row, patient in enumerate(patients)
            for column, drug in enumerate(drugs)
        ]
        with store.transaction():
            store.append("lab_curves", pl.concat(rows))


def value(figures: list[Figure], model: str, metric: str) -> float | None:
    (found,) = (f for f in figures if (f.model, f.metric) == (model, metric))
    return found.value


def test_the_model_stands_beside_drug_mean_ridge_and_offset(settings: Settings) -> None:
    add(settings, ORGANOIDS)
    figures = pipeline.evaluate(settings, "organoids", ["STAD"])
    assert {f.model for f in figures} == {"prior", "drug-mean", "ridge", "offset", "process"}
    assert value(figures, "drug-mean", "r_double") == 0
    process, prior = value(figures, "process", "r_double"), value(figures, "prior", "r_double")
    assert process is not None
    assert prior is not None
    assert process > prior
    level = value(figures, "offset", "r_double")
    assert level is not None
    assert abs(level - prior) < 0.1
    offset, alone = value(figures, "offset", "rmse_sd"), value(figures, "prior", "rmse_sd")
    assert offset is not None
    assert alone is not None
    assert offset < alone
    assert all(f.low is not None for f in figures if f.model == "process")


def test_few_organoids_have_no_interval_and_relative_doses_teach_nothing(settings: Settings) -> None:
    add(settings, 3, unit="relative")
    figures = pipeline.evaluate(settings, "organoids")
    assert all(f.low is None for f in figures)
    assert any("n too small" in (f.note or "") for f in figures if f.model == "prior")
    assert all("relative" in (f.note or "") for f in figures if f.model == "process")
    assert value(figures, "prior", "r_double") is not None


def test_a_store_without_plates_says_so(settings: Settings) -> None:
    figures = pipeline.evaluate(settings, "organoids")
    assert all((f.note or "").startswith("not evaluable") for f in figures)
