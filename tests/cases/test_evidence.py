"""A tumour board asks: is there a record for this drug in this cancer, and who looked?"""

import json
from pathlib import Path

import polars as pl
import pytest

from screen import evidence, pipeline
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store

DRUGS = "name,smiles\nEverolimus,CCO\nCisplatin,CCN\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(store=tmp_path / "board.duckdb")
    pipeline.init(settings)
    (tmp_path / "drugs.csv").write_text(DRUGS, encoding="utf-8")
    pipeline.ingest(settings, [tmp_path / "drugs.csv"], ReadOptions(kind="drug-table"))
    return settings


def register(
    settings: Settings, folder: Path, coverage: str, condition: str, drug: str, status: str = "COMPLETED"
) -> None:
    """A registry download with one trial."""
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT01234567", "briefTitle": f"{drug} in {condition}"},
            "statusModule": {"overallStatus": status},
            "conditionsModule": {"conditions": [condition]},
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": drug}]},
        }
    }
    (folder / "trials.json").write_text(json.dumps([study]), encoding="utf-8")
    pipeline.ingest(settings, [folder / "trials.json"], ReadOptions(coverage=coverage))


def says(settings: Settings, drug: str, code: str) -> str:
    """The label by trials of a drug predicted efficient."""
    with open_store(settings.store) as store:
        drug_id = store.scalar("SELECT drug_id FROM drugs WHERE name = $name", name=drug)
        pairs = pl.DataFrame({"drug_id": [drug_id], "indication": [code], "efficient": [True]})
        return str(evidence.labels(store, pairs)["label_trial"].item())


def test_a_trial_in_renal_cell_carcinoma_proves_clear_cell(settings: Settings, tmp_path: Path) -> None:
    register(settings, tmp_path, "partial", "Metastatic Renal Cell Carcinoma", "RAD001 (Everolimus) 10 mg")
    assert says(settings, "Everolimus", "KIRC") == "Proved"


def test_breast_cancer_in_the_brain_is_breast_cancer(settings: Settings, tmp_path: Path) -> None:
    register(settings, tmp_path, "full", "Brain Metastases From HER2-Positive Breast Cancer", "Everolimus")
    assert says(settings, "Everolimus", "BRCA") == "Proved"
    assert says(settings, "Everolimus", "GBM") == "Promising"


def test_a_partial_download_never_shows_absence(settings: Settings, tmp_path: Path) -> None:
    register(settings, tmp_path, "partial", "Breast Cancer", "Everolimus")
    assert says(settings, "Cisplatin", "BRCA") == "Not searched"


def test_a_trial_that_never_began_proves_nothing(settings: Settings, tmp_path: Path) -> None:
    register(settings, tmp_path, "conditions:BRCA", "Breast Cancer", "Everolimus", "WITHDRAWN")
    assert says(settings, "Everolimus", "BRCA") == "Promising"
    assert says(settings, "Everolimus", "COAD") == "Not searched"


def test_drugs_may_come_after_their_trials(tmp_path: Path) -> None:
    late = Settings(store=tmp_path / "late.duckdb")
    pipeline.init(late)
    register(late, tmp_path, "partial", "Colon Cancer", "Cisplatin")
    (tmp_path / "drugs.csv").write_text(DRUGS, encoding="utf-8")
    pipeline.ingest(late, [tmp_path / "drugs.csv"], ReadOptions(kind="drug-table"))
    assert says(late, "Cisplatin", "COAD") == "Proved"
