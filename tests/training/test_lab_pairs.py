"""Plates of a store in training: a source of their own, unseen where their patient is scored, gone with the patient."""

from pathlib import Path

import polars as pl
import pytest

from screen import pipeline
from screen.errors import InputError, StoreError
from screen.models.bundle import Bundle
from screen.settings import Settings, Training
from screen.store import Store, load, open_store, stored_models
from screen.training.data import training_data
from screen.training.lab_pairs import with_labs
from tests.ranking.test_with_results import add, ranked

TUMOURS = 6


@pytest.fixture
def settings(ranked_store: Path, quick: Training, tmp_path: Path) -> Settings:
    copy = tmp_path / "s.duckdb"
    pipeline.backup(Settings(store=ranked_store), copy)
    return Settings(store=copy, training=quick)


def patients(settings: Settings) -> list[str]:
    with open_store(settings.store) as store:
        return ranked(store)


def model(store: Store) -> Bundle:
    return Bundle.from_bytes(*stored_models.current_model(store, "STAD"))


def test_each_laboratory_is_a_source_beside_the_screens_values(settings: Settings) -> None:
    ids = patients(settings)
    for number, patient in enumerate(ids[:TUMOURS]):
        add(settings, patient, number / 3 - 1)
    add(settings, ids[TUMOURS], 0.0, lab="south")
    add(settings, ids[TUMOURS + 1], 0.0, verdict="fail")
    with open_store(settings.store) as store:
        plain = training_data(store, "STAD", load.patients_of(store, ["STAD"]), settings)
        data = with_labs(store, plain)
    assert data.auc is plain.auc
    (lab,) = data.labs
    assert (lab.lab, len(lab.rows)) == ("north", TUMOURS)
    assert [plain.patients.subject_ids[row] for row in lab.rows] == sorted(ids[:TUMOURS])
    assert "south (luminescence) has 1" in data.notes[-1]


def test_too_few_tumours_are_refused_with_what_there_is(settings: Settings) -> None:
    with pytest.raises(StoreError, match="there is none"):
        pipeline.train(settings, ["STAD"], with_lab=True)
    add(settings, patients(settings)[0], 0.0)
    with pytest.raises(StoreError, match=r"north \(luminescence\) has 1"):
        pipeline.train(settings, ["STAD"], with_lab=True)


def test_a_network_does_not_take_them(settings: Settings) -> None:
    with pytest.raises(InputError, match="cannot take a laboratory's pairs"):
        pipeline.train(settings, ["STAD"], "dsn-adv", with_lab=True)


def test_trained_ranked_conditioned_and_forgotten(settings: Settings) -> None:
    ids = patients(settings)
    for number, patient in enumerate(ids[:TUMOURS]):
        add(settings, patient, number / 3 - 1)
    with open_store(settings.store) as store:
        before = model(store).model_id
    (made,) = pipeline.train(settings, ["STAD"], "pair-gp", with_lab=True)
    assert made.model_id != before
    assert "plates of north (luminescence): 6 tumours, 72 pairs of 12 drugs" in made.learnt_from[-1]
    pipeline.rank(settings, ["STAD"])
    (conditioned,) = pipeline.rank_with_results(settings, ["STAD"], ids[0])
    assert conditioned.measured == 12
    assert conditioned.history == TUMOURS - 1
    (page,) = pipeline.report_patients(settings, [ids[TUMOURS]], ["html"], settings.store.parent / "reports")
    assert "Plates of north (luminescence): 6 tumours" in page.read_text("utf-8")
    pipeline.forget(settings, ids[0])
    with open_store(settings.store) as store:
        assert made.model_id not in store.sql("SELECT model_id FROM models")["model_id"].to_list()
        assert not store.sql("SELECT manifest FROM models").filter(pl.col("manifest").str.contains(ids[0])).height
