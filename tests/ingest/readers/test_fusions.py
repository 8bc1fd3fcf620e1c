"""Fusions of cBioPortal, DepMap, and a table of one's own."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls


def test_structural_variants_of_cbioportal(tmp_path: Path) -> None:
    rows = [
        "Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\tEvent_Info",
        "TCGA-05-4382-01\tSOMATIC\tEML4\tALK\tEML4-ALK fusion",
        "TCGA-05-4382-01\tGERMLINE\tBRCA1\t\tdeletion",
        "TCGA-05-4384-01\tSOMATIC\tEGFR\tEGFR\tvIII",
        "TCGA-05-4389-01\tSOMATIC\t\t\tunclear",
    ]
    batch = read(tmp_path / "data_sv.txt", "\n".join(rows) + "\n")
    assert batch.kind == "fusion-table"
    assert calls(batch) == {
        ("TCGA-05-4382", "fusion"): {"EML4": (1, "EML4::ALK"), "ALK": (1, "EML4::ALK")},
        ("TCGA-05-4384", "fusion"): {"EGFR": (1, "EGFR rearrangement")},
    }
    assert "1 germline rows left out" in batch.notes
    assert "1 rows without a gene left out" in batch.notes


@pytest.mark.parametrize("name", ["BCR::ABL1", "BCR--ABL1", "BCR-ABL1 fusion", "BCR/ABL1", "BCR-ABL1 Fusion - Archer"])
def test_a_fusion_in_one_column(tmp_path: Path, name: str) -> None:
    batch = read(tmp_path / "f.csv", f"patient_id,fusion\nP1,{name}\n")
    assert calls(batch) == {("P1", "fusion"): {"BCR": (1, "BCR::ABL1"), "ABL1": (1, "BCR::ABL1")}}


def test_a_name_with_dashes_of_its_own(tmp_path: Path) -> None:
    batch = read(tmp_path / "f.csv", "ModelID,FusionName\nACH-000001,HLA-A--ROS1\n")
    assert set(calls(batch)["ACH-000001", "fusion"]) == {"HLA-A", "ROS1"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("patient_id,fusion\nP1,\n", "no row names a gene"),
        ("patient_id,fusion\n../P1,BCR::ABL1\n", "is a path"),
        ("patient_id,fusion,email\nP1,BCR::ABL1,x\n", "direct identifiers"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "f.csv", text)
    assert what in str(fault.value)
