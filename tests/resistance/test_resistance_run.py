"""Predicted resistance of a cohort, from files to pages; a killed call goes on; a patient who leaves is gone."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.errors import InputError
from screen.indications.first_line import first_line_codes, first_line_drugs
from screen.pipeline import forget, predict_resistance
from screen.ranking.recorded_response import recorded_response
from screen.settings import Settings
from screen.store import open_store
from screen.store.resistance_tables import resistance_id_of, resistance_table
from tests.biomarkers import marked
from tests.command import crescreen

DRUGS = ("cisplatin", "docetaxel", "gefitinib", "erlotinib", "paclitaxel", "gemcitabine")
"""Of the table for LUAD, those that the synthetic screen has."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return marked.marked(tmp_path_factory.mktemp("cohort"), lines=120, patients=60)


@pytest.fixture(scope="module")
def predicted(settings: Settings) -> Settings:
    predict_resistance(settings, ["LUAD"])
    return settings


def test_the_table_has_nine_current_or_earlier_drugs_and_a_source_for_each() -> None:
    assert len(first_line_codes()) >= 5
    for code in first_line_codes():
        rows = first_line_drugs(code)
        assert len({row.drug for row in rows}) == len(rows)
        assert all(row.source and row.for_whom and row.standing in ("current", "earlier") for row in rows)
    assert all(len(first_line_drugs(code)) >= 9 for code in ("BRCA", "LUAD", "LUSC", "PAAD", "BLCA"))


def test_every_drug_of_the_table_is_predicted_or_said_why_not(predicted: Settings) -> None:
    (found,) = predict_resistance(predicted, ["LUAD"])
    assert (found.drugs, found.tasks, found.patients) == (len(DRUGS), 4 * len(DRUGS), 60)
    assert "afatinib: not measured" in found.not_predicted
    with open_store(predicted.store) as store:
        rows = resistance_table(store, "LUAD")
    assert set(rows["drug_name"]) == set(DRUGS)
    assert set(rows["model"]) == {"VAE_LL", "VAE_LD", "XGBoost", "random forest"}
    assert (rows["patients"] == 60).all()


def test_agreement_is_the_share_of_the_same_calls(predicted: Settings) -> None:
    with open_store(predicted.store) as store:
        calls = store.sql("SELECT model, patient_id, probability FROM resistance_calls WHERE drug_name = 'cisplatin'")
        rows = resistance_table(store, "LUAD")
    row = rows.row(by_predicate=(pl.col("drug_name") == "cisplatin") & (pl.col("model") == "VAE_LD"), named=True)
    wide = calls.pivot(on="model", index="patient_id", values="probability")
    mine = wide["VAE_LD"] > 0.5
    others = [(mine == (wide[name] > 0.5)).mean() for name in ("VAE_LL", "XGBoost", "random forest")]
    assert row["agreement"] == pytest.approx(np.mean(others))
    assert row["resistant"] == mine.sum()


def test_a_planted_gene_of_resistance_decides_on_patients_too(predicted: Settings) -> None:
    predict_resistance(predicted, ["LUAD"], drugs="cisplatin", models=["ridge"])
    with open_store(predicted.store) as store:
        calls = store.sql("SELECT patient_id, probability AS p FROM resistance_calls ORDER BY 1")
    predict_resistance(predicted, ["LUAD"])
    lines = (predicted.store.parent / "tumours_tpm.csv").read_text(encoding="utf-8").splitlines()
    table = {row["patient_id"]: float(row[marked.RESISTANCE]) for row in csv.DictReader(lines)}
    level = [table[one] for one in calls["patient_id"]]
    assert np.corrcoef(level, calls["p"])[0, 1] > 0.5


def test_export_report_and_verification(predicted: Settings, tmp_path: Path) -> None:
    where = ("--store", str(predicted.store))
    out = tmp_path / "resistance.csv"
    assert crescreen("export", "resistance", "--out", str(out), *where).code == 0
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[:6] == ["indication", "drug_name", "model", "patients", "resistant", "agreement"]
    assert len(rows) == 4 * len(DRUGS)
    done = crescreen("report", "resistance", "LUAD", "--format", "html,json", "--out", str(tmp_path), *where)
    assert done.code == 0, done.err
    page = (tmp_path / "resistance-LUAD.html").read_text(encoding="utf-8")
    assert "a larger residual VAE" in page
    assert "not testable" in page
    data = json.loads((tmp_path / "resistance-all.json").read_text(encoding="utf-8"))
    assert data["tasks"] == 4 * len(DRUGS)
    assert crescreen("verify", str(tmp_path / "resistance-LUAD.json"), *where).code == 0


def test_what_cannot_be_asked_for_is_refused(settings: Settings) -> None:
    with pytest.raises(InputError, match="does not have KICH"):
        predict_resistance(settings, ["KICH"])
    with pytest.raises(InputError, match="none of the drugs can be predicted"):
        predict_resistance(settings, ["LUAD"], drugs="nonsuch")
    with pytest.raises(InputError, match="no model 'gpt'"):
        predict_resistance(settings, ["LUAD"], models=["gpt"])


def test_recorded_responses_are_tested_where_there_are_enough() -> None:
    rng = np.random.default_rng(0)
    responder = [bool(value) for value in rng.random(40) < 0.5]
    probability = [0.2 if one else 0.8 for one in responder]
    assert recorded_response(probability, responder, 0).startswith("AUROC 1.00")
    assert recorded_response([0.5] * 9, [True] * 9, 0) == ("not testable: 9 had it, 9 responded, 8 of each are needed")
    assert recorded_response([0.5], [None], 0) == "not testable: 1 had it, no response recorded"
    assert recorded_response([], [], 0) == "not testable: nobody had it on record"


def test_a_killed_call_goes_on_where_it_was_and_ends_as_one_that_was_not(predicted: Settings, tmp_path: Path) -> None:
    with open_store(predicted.store) as store:
        expected = resistance_id_of(store, "LUAD")
        rows = resistance_table(store, "LUAD")
    other = marked.marked(tmp_path, lines=120, patients=60)
    words = [sys.executable, "-m", "screen.cli", "--store", str(other.store), "resistance", "LUAD"]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    work = other.work / "resistance"
    until = time.monotonic() + 300
    while len(list(work.glob("*.safetensors"))) < 5 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    finished = {path: path.stat().st_mtime_ns for path in work.glob("*.safetensors")}
    assert len(finished) >= 5
    with open_store(other.store) as store:
        assert resistance_id_of(store, "LUAD") is None or running.returncode == 0
    predict_resistance(other, ["LUAD"])
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    with open_store(other.store) as store:
        assert resistance_table(store, "LUAD").drop("resistance_id").equals(rows.drop("resistance_id"))
        assert resistance_id_of(store, "LUAD") == expected


def test_a_forgotten_patient_is_in_no_call(predicted: Settings) -> None:
    forget(predicted, "P003")
    with open_store(predicted.store) as store:
        assert store.scalar("SELECT count(*) FROM resistance_calls WHERE patient_id = 'P003'") == 0
        assert (resistance_table(store, "LUAD")["patients"] == 59).all()
