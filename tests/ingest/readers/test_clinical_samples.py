"""cBioPortal's samples: whose they are, of which tumour type, microsatellites."""

from pathlib import Path

import pytest

from screen import pipeline
from screen.errors import InputError
from screen.ingest import registry
from screen.records import Batch, ReadOptions
from screen.settings import Settings
from screen.store import open_store

_ABOVE = (
    "#Sample Identifier\tPatient Identifier\tOncotree Code\tCancer Type\tDetailed\tMSI Type\tTMB\n"
    "#a\tb\tc\td\te\tf\tg\n#STRING\tSTRING\tSTRING\tSTRING\tSTRING\tSTRING\tNUMBER\n#1\t1\t1\t1\t1\t1\t1\n"
)
_HEADER = "SAMPLE_ID\tPATIENT_ID\tONCOTREE_CODE\tCANCER_TYPE\tCANCER_TYPE_DETAILED\tMSI_TYPE\tTMB_NONSYNONYMOUS\n"
_ROWS = (
    "P-1-T01\tP-1\tIDC\tBreast Cancer\tBreast Invasive Ductal Carcinoma\tStable\t3.3\n"
    "P-2-T01\tP-2\tLUAD\tNon-Small Cell Lung Cancer\tLung Adenocarcinoma\tInstable\t22\n"
    "P-2-T02\tP-2\tLUAD\tNon-Small Cell Lung Cancer\tLung Adenocarcinoma\tDo not report\t11\n"
    "P-3-T01\tP-3\tNSCLC\tNon-Small Cell Lung Cancer\tNon-Small Cell Lung Cancer\tStable\t1\n"
    "P-4-T01\tP-4\tSKCM\tMelanoma\tCutaneous Melanoma\tNA\t9\n"
    "P-4-T02\tP-4\tCOAD\tColorectal Cancer\tColon Adenocarcinoma\tStable\t2\n"
)


def _read(folder: Path, text: str, options: ReadOptions | None = None) -> Batch:
    (folder / "data_clinical_sample.txt").write_text(text)
    return registry.read(folder / "data_clinical_sample.txt", options or ReadOptions())[1]


def test_types_of_patients_and_their_microsatellites(tmp_path: Path) -> None:
    batch = _read(tmp_path, _ABOVE + _HEADER + _ROWS)
    assert batch.kind == "cbioportal-samples"
    found = batch.tables["patient_records"].select("patient_id", "indication").rows()
    assert found == [("P-1", "BRCA"), ("P-2", "LUAD"), ("P-3", None), ("P-4", None)]
    states = batch.tables["alterations"].select("sample_id", "kind", "levels", "details").rows()
    assert states == [
        ("P-1-T01", "msi", [0.0], ["MSS"]),
        ("P-2-T01", "msi", [1.0], ["MSI-H"]),
        ("P-3-T01", "msi", [0.0], ["MSS"]),
        ("P-4-T02", "msi", [0.0], ["MSS"]),
    ]
    words = " ".join(batch.notes)
    assert "tumours of several types, their type is left open: P-4" in words
    assert "1 patients whose type stands for no indication" in words
    assert "TMB_NONSYNONYMOUS" in words


def test_one_type_for_all(tmp_path: Path) -> None:
    batch = _read(tmp_path, _ABOVE + _HEADER + _ROWS, ReadOptions(indication="LUAD"))
    assert set(batch.tables["patient_records"]["indication"]) == {"LUAD"}


def test_beside_the_table_of_patients(tmp_path: Path) -> None:
    (tmp_path / "data_clinical_patient.txt").write_text(
        "#Patient\tAge\tSex\tStatus\tMonths\n#a\tb\tc\td\te\n#STRING\tNUMBER\tSTRING\tSTRING\tNUMBER\n#1\t1\t1\t1\t1\n"
        "PATIENT_ID\tAGE\tSEX\tOS_STATUS\tOS_MONTHS\nP-1\t61\tFemale\t1:DECEASED\t12\nP-2\t70\tMale\t0:LIVING\t4\n"
    )
    _read(tmp_path, _ABOVE + _HEADER + _ROWS)
    settings = Settings(store=tmp_path / "s.duckdb")
    pipeline.init(settings)
    for name in ("patient", "sample"):
        pipeline.ingest(settings, [tmp_path / f"data_clinical_{name}.txt"], ReadOptions())
    with open_store(settings.store) as store:
        people = store.sql("SELECT patient_id, indication, age, sex FROM patients ORDER BY 1 LIMIT 2").rows()
    assert people == [("P-1", "BRCA", 61.0, "female"), ("P-2", "LUAD", 70.0, "male")]


@pytest.mark.parametrize(
    "row",
    [
        "P-5-T01\t\tLUAD\tx\tLung Adenocarcinoma\tStable\t3\n",
        "P-5\tLUAD\tx\tLung Adenocarcinoma\tStable\t3\n",
        "\tP-5-T01\tP-5\tLUAD\tx\tLung Adenocarcinoma\tStable\n",
        _HEADER,
    ],
)
def test_wrong_rows_are_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError):
        _read(tmp_path, _ABOVE + _HEADER + _ROWS + row)
