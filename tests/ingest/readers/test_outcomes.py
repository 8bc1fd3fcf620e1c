"""Clinical tables: TCGA-CDR, cBioPortal, anybody's."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read

CDR = (
    "bcr_patient_barcode,type,age_at_initial_pathologic_diagnosis,gender,race,ajcc_pathologic_tumor_stage,"
    "OS,OS.time,DSS,DSS.time,DFI,DFI.time,PFI,PFI.time"
)
ROWS = [
    "TCGA-OR-A5J1,ACC,58,MALE,WHITE,Stage II,1,1355,1,1355,#N/A,#N/A,1,754",
    "TCGA-OR-A5J2,BRCA,,FEMALE,[Not Available],[Not Available],0,-5,0,12,#N/A,#N/A,0,0",
]


def test_tcga_cdr_with_its_byte_order_mark(tmp_path: Path) -> None:
    batch = read(tmp_path / "cdr.csv", "\ufeff" + "\n".join([CDR, *ROWS]))
    assert batch.kind == "tcga-cdr"
    assert batch.tables["patient_records"].rows() == [
        ("TCGA-OR-A5J1", "ACC", 0, 58.0, "male", "Stage II"),
        ("TCGA-OR-A5J2", "BRCA", 0, None, "female", None),
    ]
    assert batch.tables["outcomes"].rows() == [
        ("TCGA-OR-A5J1", "OS", True, 1355.0),
        ("TCGA-OR-A5J1", "DSS", True, 1355.0),
        ("TCGA-OR-A5J2", "DSS", False, 12.0),
        ("TCGA-OR-A5J1", "PFI", True, 754.0),
        ("TCGA-OR-A5J2", "PFI", False, 0.0),
    ]
    assert "OS: 1 left out, neither an event (0, 1) nor a time of zero days or more" in batch.notes
    assert "DFI: 0 patients, 2 without" in batch.notes


def test_tcga_cdr_as_published_in_a_workbook(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("TCGA-CDR")
    sheet.append([None, *CDR.split(",")])
    for number, row in enumerate(ROWS, 1):
        sheet.append([number, *(int(cell) if cell.isdigit() else cell for cell in row.split(","))])
    book.save(tmp_path / "cdr.xlsx")
    (tmp_path / "cdr.csv").write_text("\n".join([CDR, *ROWS]))
    from_book, from_text = read(tmp_path / "cdr.xlsx"), read(tmp_path / "cdr.csv")
    assert from_book.kind == "tcga-cdr"
    assert from_book.tables["outcomes"].equals(from_text.tables["outcomes"])
    assert from_book.tables["patient_records"].equals(from_text.tables["patient_records"])


def test_cbioportal_patients_in_months(tmp_path: Path) -> None:
    content = (
        "#Patient Identifier\tStatus\tMonths\tAge\tDFS\tDFS months\tType\n#a\tb\tc\td\te\tf\tg\n"
        "#STRING\tSTRING\tNUMBER\tNUMBER\tSTRING\tNUMBER\tSTRING\n#1\t1\t1\t1\t1\t1\t1\n"
        "PATIENT_ID\tOS_STATUS\tOS_MONTHS\tAGE\tDFS_STATUS\tDFS_MONTHS\tCANCER_TYPE_ACRONYM\n"
        "TCGA-A1-A0SB\t1:DECEASED\t12\t70\t0:DiseaseFree\t4\tBRCA\nTCGA-A1-A0SD\tLIVING\t2\t60\t\t\tBRCA\n"
    )
    batch = read(tmp_path / "data_clinical_patient.txt", content)
    assert batch.kind == "cbioportal-patients"
    assert batch.tables["outcomes"].rows() == [
        ("TCGA-A1-A0SB", "OS", True, 365.25),
        ("TCGA-A1-A0SD", "OS", False, pytest.approx(60.875)),
        ("TCGA-A1-A0SB", "DFI", False, pytest.approx(121.75)),
    ]
    assert batch.tables["patient_records"]["indication"].to_list() == ["BRCA", "BRCA"]


@pytest.mark.parametrize("header", ["patient_id,indication", "Patient ID,cancer_type", "case_submitter_id,project_id"])
def test_any_table_of_patients_and_their_type(tmp_path: Path, header: str) -> None:
    batch = read(tmp_path / "p.csv", f"{header},age,sex\nP1,BRCA,61,F\nP2,STAD,old,M\n")
    assert batch.kind == "clinical-table"
    assert batch.tables["patient_records"].select("patient_id", "indication", "age").rows() == [
        ("P1", "BRCA", 61.0),
        ("P2", "STAD", None),
    ]
    assert "outcomes" not in batch.tables
    assert any("1 ages are no numbers" in note for note in batch.notes)


def test_an_indication_column_beside_genes_is_a_matrix(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.csv", "patient_id,indication,TP53,EGFR\nP1,BRCA,1,-2\n", unit="zscore")
    assert batch.kind == "expression-matrix"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("patient_id,indication\nP1,BRCA\nP1,STAD\n", "line 3: patient 'P1' is there twice"),
        ("patient_id,indication\nP1,BRCA\n,BRCA\n", "line 3, column patient_id: patient id '' is empty"),
        ("patient_id,indication\nP1,NOPE\n", "line 2, column indication: unknown indication 'NOPE'"),
        ("patient_id,indication,date_of_birth\nP1,BRCA,1950\n", "direct identifiers"),
        ("patient_id,indication,first name\nP1,BRCA,Ann\n", "direct identifiers"),
        ("patient_id,indication\n../P1,BRCA\n", "is a path"),
    ],
)
def test_wrong_clinical_tables(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path / "p.csv", content)


@pytest.mark.real
def test_the_published_outcomes(real_data: Path) -> None:
    batch = read(real_data / "patients" / "TCGA-CDR.csv")
    patients = batch.tables["patient_records"]
    assert (patients.height, patients["indication"].n_unique(), patients["indication"].null_count()) == (11_160, 33, 0)
    assert dict(batch.tables["outcomes"].group_by("endpoint").len().rows())["OS"] == 11_094


GDC = "case_id\tcase_submitter_id\tproject_id\tage_at_index\tage_at_diagnosis\tgender\tajcc_pathologic_stage\n"


@pytest.mark.parametrize("absent", ["'--", "--", "not reported", "Not Reported", "[Not Available]", "Unknown", "NA"])
def test_the_portals_missing_marks(tmp_path: Path, absent: str) -> None:
    rows = "u1\tTCGA-AA-0001\tTCGA-STAD\t59\t21792\tmale\tStage I\n"
    rows += f"u2\tTCGA-AA-0002\tTCGA-STAD\t71\t26210\t{absent}\t{absent}\n"
    patients = read(tmp_path / "clinical.tsv", GDC + rows).tables["patient_records"]
    assert patients["age"].to_list() == [59, 71]
    assert patients["stage"].to_list() == ["Stage I", None]
    assert patients["sex"].to_list() == ["male", None]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("age_at_diagnosis", ("21915", "25567.5")),
        ("days_to_birth", ("-21915", "-25567.5")),
        ("age_at_index", ("60", "70")),
        ("age", ("60", "70")),
        ("diagnoses.age_at_diagnosis", ("21915", "25567.5")),
        ("demographic.age_at_index", ("60", "70")),
    ],
)
def test_ages_in_days_become_years(tmp_path: Path, column: str, cells: tuple[str, str]) -> None:
    rows = "".join(f"P{i},STAD,{cell}\n" for i, cell in enumerate(cells))
    patients = read(tmp_path / "c.csv", f"patient_id,indication,{column}\n{rows}").tables["patient_records"]
    assert patients["age"].to_list() == [60, 70]


def test_an_age_no_human_reaches_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 4, column age: 660 is no human age"):
        read(tmp_path / "c.csv", "patient_id,indication,age\nP1,STAD,60\nP2,STAD,61\nP3,STAD,660\n")


def test_one_row_a_treatment_is_one_patient_where_the_rows_agree(tmp_path: Path) -> None:
    row = "u1\tTCGA-AA-0001\tTCGA-STAD\t59\t21792\tmale\tStage I\n"
    batch = read(tmp_path / "c.tsv", GDC + row + row.replace("Stage I", "'--"))
    assert batch.tables["patient_records"]["stage"].to_list() == ["Stage I"]
    assert any("read as one" in note for note in batch.notes)
    with pytest.raises(InputError, match=r"line 3: patient .* twice, with another ajcc_pathologic_stage"):
        read(tmp_path / "d.tsv", GDC + row + row.replace("Stage I", "Stage II"))
