"""Alterations one a row, as laboratories and published tables list them."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls, covered

REPORT = """patient_id,gene,alteration
P-1,BRAF,V600E
P-1,ERBB2,amplification
P-1,CDKN2A,homozygous deletion
P-1,EML4,EML4-ALK fusion
P-1,KRAS,wild type
P-2,TP53,R273H
P-2,TP53,R175H
"""


def test_a_laboratory_s_list(tmp_path: Path) -> None:
    batch = read(tmp_path / "report.csv", REPORT, indication="SKCM")
    found = calls(batch)
    assert batch.kind == "alteration-table"
    assert found["P-1", "mutation"] == {"BRAF": (1, "V600E"), "KRAS": (0, "")}
    assert found["P-1", "copy_number"] == {"ERBB2": (2, "amplification"), "CDKN2A": (-2, "homozygous deletion")}
    assert found["P-1", "fusion"] == {"EML4": (1, "EML4-ALK fusion")}
    assert found["P-2", "mutation"] == {"TP53": (1, "R273H; R175H")}
    assert batch.tables["patient_records"]["indication"].to_list() == ["SKCM", "SKCM"]
    assert any("unknown, not wild type" in note for note in batch.notes)
    assert "covered_samples" not in batch.tables


def test_the_genes_of_a_panel_are_declared(tmp_path: Path) -> None:
    (tmp_path / "panel.txt").write_text("# ours\nBRAF\nKRAS\nNRAS\n")
    batch = read(tmp_path / "report.csv", REPORT, coverage=f"genes:{tmp_path / 'panel.txt'}")
    (name,) = set(batch.tables["covered_samples"]["list_name"])
    lists = dict(zip(batch.tables["gene_lists"]["list_name"], batch.tables["gene_lists"]["gene_order_id"], strict=True))
    orders = dict(batch.tables["gene_orders"].iter_rows())
    assert orders[lists[name]] == ["BRAF", "KRAS", "NRAS"]
    named = read(tmp_path / "report.csv", coverage="list:IMPACT468")
    assert covered(named)["P-2", "mutation"] == ["IMPACT468"]


def test_what_leaves_the_protein_as_it_is_is_left_out(tmp_path: Path) -> None:
    rows = "2030,TET2,Frameshift,p.Q317Rfs*30\n2030,TP53,Silent,p.P72P\n2031,FLT3,5'UTR,\n2031,NPM1,Missense,p.L1M\n"
    batch = read(tmp_path / "m.csv", "patient,gene,consequence,protein_change\n" + rows)
    assert calls(batch) == {
        ("2030", "mutation"): {"TET2": (1, "p.Q317Rfs*30")},
        ("2031", "mutation"): {"NPM1": (1, "p.L1M")},
    }
    assert "2 rows left out: the protein stays as it is" in batch.notes


def test_calls_of_cell_lines(tmp_path: Path) -> None:
    batch = read(
        tmp_path / "m.csv", "ModelID,HugoSymbol,ProteinChange\nACH-000001,BRAF,p.V600E\nACH-000002,NRAS,p.Q61K\n"
    )
    assert batch.tables["alterations"]["domain"].unique().to_list() == ["cell_line"]
    assert "patient_records" not in batch.tables


def test_one_identity_and_no_normal_tissue(tmp_path: Path) -> None:
    rows = "TCGA.A1.A0SB.01A,TP53,1\ntcga-a1-a0sb-11A,KRAS,2\nTCGA-A1-A0SD-06,MYC,-2\n"
    batch = read(tmp_path / "g.csv", "sample,gene,gistic\n" + rows)
    assert calls(batch) == {
        ("TCGA-A1-A0SB", "copy_number"): {"TP53": 1},
        ("TCGA-A1-A0SD", "copy_number"): {"MYC": -2},
    } or calls(batch)["TCGA-A1-A0SB", "copy_number"] == {"TP53": (1, None)}
    assert "1 samples of normal tissue left out" in batch.notes


def test_parquet_and_an_invented_gene(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"patient_id": ["P1", "P1"], "gene": ["RAS", "KRAS"], "cohort": ["STAD", "STAD"]},
        schema_overrides={"gene": pl.Categorical, "cohort": pl.Categorical},
    )
    frame.write_parquet(tmp_path / "mutation_long.parquet")
    batch = read(tmp_path / "mutation_long.parquet")
    assert calls(batch) == {("P1", "mutation"): {"KRAS": 1}}
    assert covered(batch) == {("P1", "mutation"): ["published table:STAD"]}
    assert "1 rows of RAS left out: no gene, but several taken together" in batch.notes


@pytest.mark.parametrize(
    ("content", "coverage", "what"),
    [
        ("patient_id,gene,gistic\nP1,TP53,3\n", None, "line 2, column gistic: '3'"),
        ("patient_id,gene,gistic\nP1,TP53,lost\n", None, "line 2: 'lost' is not a number"),
        ("patient_id,gene,alteration\n../x,TP53,R1H\n", None, "is a path"),
        ("patient_id,gene,alteration\nP1,TP53\n", None, "line 2"),
        ("patient_id,gene,alteration,surname\nP1,TP53,R1H,Doe\n", None, "direct identifiers"),
        ("sample,gene,gistic\nTCGA-A1-A0SB-11A,TP53,1\n", None, "no tumour sample"),
        (REPORT, "half", "'half' is no coverage of genes"),
        (REPORT, "genes:nowhere.txt", "the gene list cannot be read"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: str, coverage: str | None, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "t.csv", content, coverage=coverage)
    assert what in str(fault.value)
