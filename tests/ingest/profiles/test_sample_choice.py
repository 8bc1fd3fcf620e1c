"""Which samples of a matrix are kept, and whose they are."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import profiles, read


def matrix(*ids: str, header: str = "", extra: str = "") -> str:
    rows = [f"{name},{1 + i},-{i}.5,{i}" for i, name in enumerate(ids)]
    return f"{header},TP53,EGFR,KRAS{extra}\n" + "\n".join(rows) + "\n"


def test_one_tumour_sample_a_tcga_patient_the_primary_first(tmp_path: Path) -> None:
    content = matrix(
        "TCGA-A1-A0SB-06A-11R",
        "TCGA-A1-A0SB-01B-11R",
        "TCGA-A1-A0SB-01A-11R",
        "TCGA-A1-A0SB-11A-11R",
        "TCGA.EW.A1P8.06A",
        "TCGA-A1-A0SD",
    )
    batch = read(tmp_path / "m.csv", content, unit="zscore")
    rows = batch.tables["expression"].select("subject_id", "sample_id").rows()
    assert rows == [
        ("TCGA-A1-A0SB", "TCGA-A1-A0SB-01A-11R"),
        ("TCGA-EW-A1P8", "TCGA.EW.A1P8.06A"),
        ("TCGA-A1-A0SD", "TCGA-A1-A0SD"),
    ]
    text = " / ".join(batch.notes)
    assert "1 samples of normal tissue left out: number 4 of the file" in text
    assert "2 further samples of patients already kept left out: number 1, 2 of the file" in text
    assert "TCGA" not in text  # notes outlive a forgotten patient


def test_gtex_and_target_are_left_out(tmp_path: Path) -> None:
    content = matrix("GTEX-S4Q7-0003-SM-3NM8M", "TCGA-A1-A0SB-01", "TARGET-20-PABLDZ-09", "TCGA-A1-A0SD-01")
    batch = read(tmp_path / "m.csv", content, unit="zscore")
    assert list(profiles(batch)) == ["TCGA-A1-A0SB", "TCGA-A1-A0SD"]
    assert any(note.startswith("2 GTEx and TARGET samples left out") for note in batch.notes)


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("", ("ACH-000001", "ACH-000002")),
        ("x", ("SIDM00001", "SIDM00105")),
        ("cell_line_id", ("A549", "HT-29")),
        ("ModelID", ("line one", "line two")),
    ],
)
def test_cell_lines_are_known_by_their_ids_or_their_column(tmp_path: Path, header: str, ids: tuple[str, ...]) -> None:
    batch = read(tmp_path / "m.csv", matrix(*ids, header=header), unit="zscore")
    assert set(batch.tables["expression"]["domain"]) == {"cell_line"}
    assert "patient_records" not in batch.tables


def test_a_repeated_sample_is_an_error_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 4: sample 'P1' is there twice, first at line 2"):
        read(tmp_path / "m.csv", matrix("P1", "P2", "P1"), unit="zscore")


def test_a_patient_under_several_samples_is_kept_once(tmp_path: Path) -> None:
    content = "sample_id,patient_id,TP53,EGFR\ns1,P1,1,-2\ns2,P1,3,4\ns3,P2,-5,6\n"
    batch = read(tmp_path / "m.csv", content, unit="zscore")
    assert batch.tables["expression"].select("subject_id", "sample_id").rows() == [("P1", "s1"), ("P2", "s3")]
    assert "1 further samples of patients already kept left out: number 2 of the file" in batch.notes


@pytest.mark.parametrize("bad", ["../x", "a/b", ".hidden", "P\u00851"])
def test_ids_that_are_paths_or_hold_control_characters(tmp_path: Path, bad: str) -> None:
    with pytest.raises(InputError, match="line 3: patient id"):
        read(tmp_path / "m.csv", matrix("P1", bad), unit="zscore")


def test_an_indication_is_declared_or_read_from_a_column(tmp_path: Path) -> None:
    content = "patient_id,cohort,TP53,EGFR\nP1,BRCA,1,-2\nP2,TCGA-STAD,3,4\nP3,,0,4\nP4,healthy,1,4\n"
    found = read(tmp_path / "m.csv", content, unit="zscore")
    rows = found.tables["patient_records"].select("patient_id", "indication", "authority").rows()
    assert rows == [("P1", "BRCA", 2), ("P2", "STAD", 2), ("P3", None, 2), ("P4", None, 2)]
    assert "column cohort: no indication codes, left empty: healthy" in found.notes
    declared = read(tmp_path / "m.csv", unit="zscore", indication="KIRC").tables["patient_records"]
    assert declared.select("indication", "authority").unique().rows() == [("KIRC", 1)]


def test_an_unknown_indication_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown indication 'BRCX'"):
        read(tmp_path / "m.csv", "patient_id,indication,TP53,EGFR\nP1,BRCX,1,-2\n", unit="zscore")
    with pytest.raises(InputError, match="unknown indication 'XYZ'") as fault:
        read(tmp_path / "m.csv", matrix("P1"), unit="zscore", indication="XYZ")
    assert fault.value.where == "--indication"
