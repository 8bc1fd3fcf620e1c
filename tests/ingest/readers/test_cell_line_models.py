"""DepMap's table of models."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read

HEADER = (
    "ModelID,PatientID,CellLineName,StrippedCellLineName,SangerModelID,COSMICID,OncotreeCode,"
    "OncotreePrimaryDisease,OncotreeLineage\n"
)
OVCAR = "ACH-000001,PT-1,NIH:OVCAR-3,NIHOVCAR3,SIDM00105,905933.0,HGSOC,Ovarian Epithelial Tumor,Ovary/Fallopian Tube\n"


def test_a_model(tmp_path: Path) -> None:
    batch = read(tmp_path / "Model.csv", HEADER + OVCAR)
    assert batch.kind == "depmap-model"
    assert batch.tables["cell_line_records"].row(0) == (
        "ACH-000001",
        "NIH:OVCAR-3",
        "Ovary/Fallopian Tube",
        "HGSOC",
        "Ovarian Epithelial Tumor",
        "SIDM00105",
        "905933",
    )


def test_a_model_without_a_name_takes_the_stripped_one(tmp_path: Path) -> None:
    batch = read(tmp_path / "Model.csv", HEADER + "ACH-000002,PT-2,,HL60,,,,Non-Cancerous,Myeloid\n")
    assert batch.tables["cell_line_records"].row(0)[:3] == ("ACH-000002", "HL60", "Myeloid")
    assert "1 without an OncoTree code" in batch.notes


def test_columns_differ_between_releases(tmp_path: Path) -> None:
    content = "DepMap_ID,cell_line_name,lineage,primary_disease\nACH-000001,A,lung,LUAD\n"
    batch = read(tmp_path / "sample_info.csv", content)
    assert batch.tables["cell_line_records"].row(0) == ("ACH-000001", "A", "lung", None, "LUAD", None, None)
    assert "no column for sanger_id" in batch.notes


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (OVCAR + OVCAR, "line 3, column ModelID: 'ACH-000001' is there twice"),
        ("," + OVCAR[11:], "line 2, column ModelID: empty"),
    ],
)
def test_each_model_once(tmp_path: Path, rows: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path / "Model.csv", HEADER + rows)


@pytest.mark.real
def test_the_published_table(real_data: Path) -> None:
    rows = read(real_data / "cell_lines" / "Model.csv").tables["cell_line_records"]
    assert rows.height == 1864
    assert rows["oncotree_code"].null_count() == 106
    assert rows["sanger_id"].count() == 1215
    assert rows["cosmic_id"].drop_nulls().str.contains(r"^\d+$").all()
