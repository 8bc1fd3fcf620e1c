"""Drugs given to patients, with RECIST classes."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read

HEADER = "cancers\tpatient.arr\tdrug.name\tdrug.id\tresponse\tstart.time\n"


def test_recist_classes_and_days(tmp_path: Path) -> None:
    rows = [
        "ACC\tTCGA-OR-A5JM\tSunitinib\tDB01268\tClinical Progressive Disease\t378",
        "ACC\tTCGA-OR-A5JM\t5-Fluorouracil\tNA\tPartial Response\t[Not Available]",
        "BRCA\tTCGA-A1-A0SB\tTaxol\tNA\tComplete Response\t-3",
        "BRCA\tTCGA-A1-A0SD\tTaxol\tNA\tStable Disease\t1",
        "BRCA\tTCGA-A1-A0SD\tTaxol\tNA\tdid well\t1",
    ]
    batch = read(tmp_path / "d.tsv", HEADER + "\n".join(rows))
    found = batch.tables["given_drugs"]
    assert batch.kind == "given-drugs"
    assert found["responder"].to_list() == [False, True, True, False, None]
    assert found["start_day"].to_list() == [378, None, -3, 1, 1]
    assert found.row(1) == ("TCGA-OR-A5JM", "ACC", "5fluorouracil", "5-Fluorouracil", "Partial Response", True, None)
    assert "1 patients took several drugs: a response may belong to the regimen" in batch.notes
    assert "no RECIST class, taken as unknown: did well" in batch.notes


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    row = b"SKCM\tTCGA-EB-A6QY\trecombinant interferon-\xa1\xce2b\tNA\tComplete Response\t210\n"
    batch = read(tmp_path / "d.tsv", HEADER.encode() + row)
    assert batch.tables["given_drugs"]["responder"].to_list() == [True]
    assert any("not UTF-8" in note for note in batch.notes)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("XYZ\tTCGA-OR-A5JM\tSunitinib\t\tStable Disease\t1", "unknown indication 'XYZ'"),
        ("ACC\t../x\tSunitinib\t\tStable Disease\t1", "is a path"),
    ],
)
def test_wrong_rows_are_named_by_line(tmp_path: Path, row: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as fault:
        read(tmp_path / "d.tsv", HEADER + row)
    assert "line 2" in str(fault.value)


@pytest.mark.real
def test_ding_2016(real_data: Path) -> None:
    rows = read(real_data / "patients" / "drug_response_ding2016.tsv").tables["given_drugs"]
    assert (rows.height, rows["patient_id"].n_unique()) == (1230, 573)
    assert rows["responder"].value_counts().sort("responder").rows() == [(False, 490), (True, 740)]
