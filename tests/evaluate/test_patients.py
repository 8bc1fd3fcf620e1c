"""Protocol patients on a planted world: responders are those in whom the drug's gene is high."""

import json
from typing import Any

import numpy as np
import polars as pl
import pytest

from screen.evaluate.patients import evaluate_patients
from screen.settings import Settings
from screen.store import Store
from screen.store.resolve import resolve_drugs
from tests.learn.planted import planted

DATA, _ = planted(patients=60)
HIGH = DATA.patients.levels[:, 0] > 0
DRUGS = DATA.library.drug_ids


def _expression(store: Store, name: str, domain: str, profiles: Any) -> None:
    store.append("expression", pl.DataFrame([
        {"source_id": name, "domain": domain, "subject_id": one, "sample_id": one, "dataset": name, "unit": "zscore",
         "gene_order_id": "g", "levels": levels.tolist()}
        for one, levels in zip(profiles.subject_ids, profiles.levels, strict=True)]))


@pytest.fixture
def filled(store: Store) -> Store:
    store.append("gene_orders", pl.DataFrame({"gene_order_id": ["g"], "genes": [list(DATA.lines.genes)]}))
    _expression(store, "lines", "cell_line", DATA.lines)
    _expression(store, "cohort", "patient", DATA.patients)
    store.append("patient_records", pl.DataFrame({
        "source_id": "c", "patient_id": DATA.patients.subject_ids, "indication": "BRCA", "authority": 0}))
    store.append("drug_structures", pl.DataFrame({
        "drug_id": DRUGS, "smiles": "C", "molecular_weight": 1.0, "heavy_atoms": 1}))
    store.append("drug_names", pl.DataFrame({
        "source_id": "d", "drug_key": [d.lower() for d in DRUGS], "name": DRUGS, "drug_id": DRUGS,
        "preferred": True, "authority": 0}))
    store.append("responses", pl.DataFrame([
        {"source_id": "r", "dataset": "SCREEN", "metric": "AUC", "cell_line_ref": line, "drug_key": drug.lower(),
         "drug_name": drug, "value": float(DATA.auc[i, j]), "repeats": 1}
        for i, line in enumerate(DATA.lines.subject_ids) for j, drug in enumerate(DRUGS)
        if np.isfinite(DATA.auc[i, j])]))
    resolve_drugs(store)
    store.append("models", pl.DataFrame({
        "model_id": ["m"], "indication": ["BRCA"], "name": ["dsn-adv"], "manifest": [json.dumps({})],
        "weights": [b""], "trained": [1]}))
    store.append("runs", pl.DataFrame({
        "run_id": ["run"], "indication": ["BRCA"], "model_id": ["m"], "settings": ["{}"], "ranked": [1]}))
    store.append("scores", pl.DataFrame([
        {"run_id": "run", "patient_id": patient, "drug_id": drug, "score": float(HIGH[i] == (j % 2 == 0)),
         "score_sd": 0.0, "rank": 1, "tied": False, "rank_low": 1, "rank_high": 1}
        for i, patient in enumerate(DATA.patients.subject_ids) for j, drug in enumerate(DRUGS)]))
    return store


def give(store: Store, drug: str, patients: range, *, truth: bool = True) -> None:
    store.append("given_drugs", pl.DataFrame([
        {"source_id": "g", "patient_id": DATA.patients.subject_ids[i], "indication": "BRCA", "drug_key": drug.lower(),
         "drug_name": drug, "response": "Complete Response", "responder": bool(HIGH[i]) == truth} for i in patients]))


def row(rows: list[dict[str, Any]], model: str, stratum: str, metric: str = "auroc") -> dict[str, Any]:
    return next(r for r in rows if (r["model"], r["stratum"], r["metric"]) == (model, stratum, metric))


def test_scores_of_the_drug_given_find_its_responders_and_so_does_ridge(filled: Store) -> None:
    give(filled, "D00", range(40))
    rows = evaluate_patients(filled, Settings(), ["BRCA"])
    own = row(rows, "dsn-adv", "within-drug")
    assert own["value"] == 1
    assert own["n"] == 40
    assert own["n_positive"] == HIGH[:40].sum()
    assert own["note"] == "p = 0.001 by permutation"
    assert row(rows, "ridge", "drug:D00")["value"] > 0.9


def test_what_knows_nothing_of_the_drug_stands_beside(filled: Store) -> None:
    give(filled, "D00", range(40))
    rows = evaluate_patients(filled, Settings(), ["BRCA"])
    assert row(rows, "dsn-adv other-drugs", "within-drug")["value"] == pytest.approx(7 / 15)
    assert row(rows, "dsn-adv general-sensitivity", "within-drug")["value"] == pytest.approx(0.5)
    assert row(rows, "dsn-adv", "within-drug", "auroc_less_other-drugs")["value"] == pytest.approx(8 / 15)


def test_seven_of_a_class_are_not_evaluable(filled: Store) -> None:
    give(filled, "D02", range(9))
    rows = evaluate_patients(filled, Settings(), ["BRCA"])
    found = row(rows, "dsn-adv", "drug:D02")
    assert found["value"] is None
    assert found["note"].startswith("not evaluable")


def test_patients_given_several_drugs_can_be_left_out(filled: Store) -> None:
    give(filled, "D00", range(40))
    give(filled, "D01", range(30, 60), truth=False)
    rows = evaluate_patients(filled, Settings(), ["BRCA"])
    assert row(rows, "dsn-adv", "within-drug")["n"] == 70
    assert row(rows, "dsn-adv", "one-drug-only")["n"] == 50


def test_without_a_known_response_there_is_nothing_to_say(filled: Store) -> None:
    assert evaluate_patients(filled, Settings(), ["BRCA"]) == []
