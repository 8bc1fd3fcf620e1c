"""Expression matrices in the formats they are published in."""

from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError, UnitError
from screen.ingest import registry
from screen.records import ReadOptions
from tests.ingest.omics_files import genes, profiles, read

LEADING = ",SequencingID,ModelID,IsDefaultEntryForModel,ModelConditionID,IsDefaultEntryForMC"


def test_depmap_with_the_old_header(tmp_path: Path) -> None:
    content = ",TSPAN6 (7105),TNMD (64102),ODD (nan)\nACH-000001,4.2,0,1\nACH-000002,3.1,0.5,2\n"
    batch = read(tmp_path / "m.csv", content)
    assert batch.kind == "depmap-expression"
    assert genes(batch) == ["TSPAN6 (7105)", "TNMD (64102)", "ODD (nan)"]
    assert profiles(batch)["ACH-000002"] == pytest.approx([3.1, 0.5, 2.0])
    assert set(batch.tables["expression"].select("domain", "unit").rows()) == {("cell_line", "log2tpm1")}


@pytest.mark.parametrize("yes", ["Yes", "True", "1"])
def test_depmap_since_2025_keeps_the_default_entries(tmp_path: Path, yes: str) -> None:
    no = {"Yes": "No", "True": "False", "1": "0"}[yes]
    content = (
        f"{LEADING},TSPAN6 (7105),TNMD (64102)\n0,CDS-1,ACH-000001,{no},MC-1,{yes},9,8\n"
        f"1,CDS-2,ACH-000001,{yes},MC-1,{no},4.5,0\n2,CDS-3,ACH-000002,{yes},MC-2,{yes},3,1\n"
    )
    batch = read(tmp_path / "m.csv", content)
    assert batch.kind == "depmap-expression"
    assert profiles(batch) == {"ACH-000001": [4.5, 0.0], "ACH-000002": [3.0, 1.0]}
    assert "1 rows left out: not the default entry of their model" in batch.notes


def test_xena_toil(tmp_path: Path) -> None:
    content = (
        "sample\tTCGA-A1-A0SB-01\tTCGA-A1-A0SB-11\tGTEX-S4Q7-0003\n"
        "ENSG00000141510.16\t4.5\t4\t3\nENSG00000146648.17\t-9.9658\t1\t2\n"
    )
    batch = read(tmp_path / "tcga_RSEM_gene_tpm.tsv", content)
    assert batch.kind == "xena-expression"
    assert profiles(batch) == {"TCGA-A1-A0SB": pytest.approx([4.5, -9.9658])}
    assert batch.tables["expression"]["unit"][0] == "log2tpm0.001"


def test_cbioportal_rsem(tmp_path: Path) -> None:
    content = (
        "Hugo_Symbol\tEntrez_Gene_Id\tTCGA-A1-A0SB-01\tTCGA-A1-A0SD-01\nTP53\t7157\t1200.5\t800\n"
        "\t100130426\t0\t12\nELMO2\t63916\t10\t20\nELMO2\t111\t1\t2\n\t\t5\t6\n"
    )
    batch = read(tmp_path / "data_mrna.txt", content)
    assert batch.kind == "cbioportal-expression"
    assert genes(batch) == ["TP53", "100130426", "ELMO2"]
    assert profiles(batch)["TCGA-A1-A0SD"] == [800, 12, 20]
    assert any(note.startswith("unit: RSEM, normalised (as this kind") for note in batch.notes)
    assert any("repeated gene identifiers" in note for note in batch.notes)


def test_a_foreign_unit_in_a_known_format_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match="the largest value is 4200") as fault:
        read(tmp_path / "m.csv", ",TSPAN6 (7105),TNMD (64102)\nACH-000001,4200,0.5\nACH-000002,31,2\n")
    assert "--unit" in str(fault.value.remedy)


def test_samples_by_genes_and_genes_by_samples_are_the_same(tmp_path: Path) -> None:
    frame = pl.DataFrame({"patient_id": ["P1", "P2"], "TP53": [0.1, -1.0], "EGFR": [2.0, 0.3]})
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "b.csv")
    frame.transpose(include_header=True, header_name="gene", column_names="patient_id").write_csv(
        tmp_path / "c.tsv", separator="\t"
    )
    found = [profiles(read(tmp_path / name, unit="zscore")) for name in ("a.parquet", "b.csv", "c.tsv")]
    assert found[0] == found[1] == found[2]


def test_columns_beside_the_genes_are_named(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.csv", "patient_id,sex,age,TP53,EGFR\nP1,F,61,1,-2\nP2,M,57,0,3\n", unit="zscore")
    assert genes(batch) == ["TP53", "EGFR"]
    assert "columns left aside, no expression: sex, age" in batch.notes


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "subjects", "genes_", "unit"),
    [
        ("cell_lines/expression_zscore.parquet", 580, 706, "zscore"),
        ("patients/expression_zscore.parquet", 5240, 1608, "zscore"),
        ("patients/xena_log2tpm_blca.csv.gz", 360, 1577, "log2tpm0.001"),
        ("patients/xena_log2tpm_stad.csv.gz", 336, 1577, "log2tpm0.001"),
        ("patients/xena_log2tpm_coadread.csv.gz", 317, 1577, "log2tpm0.001"),  # 320 rows, three patients twice
    ],
)
def test_real_matrices(real_data: Path, name: str, subjects: int, genes_: int, unit: str) -> None:
    batch = read(real_data / name)
    rows = batch.tables["expression"]
    assert (rows["subject_id"].n_unique(), len(genes(batch)), rows["unit"][0]) == (subjects, genes_, unit)
    assert set(rows["domain"]) == {"cell_line" if name.startswith("cell") else "patient"}


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("data_mrna_seq_v2_rsem.txt", "rsem"),
        ("data_mrna_seq_tpm.txt", "tpm"),
        ("data_mrna_seq_fpkm.txt", "fpkm"),
        ("data_mrna_seq_rpkm.txt", "fpkm"),
    ],
)
def test_cbioportal_names_its_units(tmp_path: Path, name: str, unit: str) -> None:
    batch = read(tmp_path / name, "Hugo_Symbol\tP-01\tP-02\nTP53\t1200.5\t800.25\nEGFR\t0.5\t7.125\n")
    assert batch.tables["expression"]["unit"][0] == unit


@pytest.mark.parametrize(
    "cells",
    ["0.61 0.73", "-0.005 -0.55", "1.36 0.14", "-1.2 2.6", "7.5 11.25"],  # beta, log2 copies, protein, ratio, array
)
def test_as_published_needs_more_than_the_layout(tmp_path: Path, cells: str) -> None:
    rows = "".join(f"G{i}A\t{i}\t{cells}\n".replace(" ", "\t") for i in range(1, 15))
    with pytest.raises(UnitError):
        read(tmp_path / "data.txt", "Hugo_Symbol\tEntrez_Gene_Id\tP-01\tP-02\n" + rows.replace("7.5", "7.75", 1))


def test_a_toil_file_is_tpm_by_its_name_or_its_sums_alone(tmp_path: Path) -> None:
    content = "sample\tTCGA-A1-A0SB-01\nENSG00000141510.16\t4.5\nENSG00000146648.17\t-9.9658\n"
    with pytest.raises(UnitError, match="of TPM or of FPKM the values do not tell"):
        read(tmp_path / "x.tsv", content)
    for name, unit in (("tcga_RSEM_gene_tpm.tsv", "log2tpm0.001"), ("tcga_RSEM_gene_fpkm.tsv", "log2fpkm0.001")):
        assert read(tmp_path / name, content).tables["expression"]["unit"][0] == unit


def test_values_stored_as_whole_thousandths_are_divided_as_the_name_says(tmp_path: Path) -> None:
    whole = pl.DataFrame(
        {"gene": ["TP53", "EGFR", "KRAS"], "ACH-000001": [-1500, 250, 900], "ACH-000002": [300, -75, 40]}
    )
    whole.write_parquet(tmp_path / "array_x1000.parquet")
    batch = read(tmp_path / "array_x1000.parquet", unit="zscore")
    assert profiles(batch)["ACH-000001"] == pytest.approx([-1.5, 0.25, 0.9])
    assert "values divided by 1000, as the file's name says" in batch.notes
    assert "platform: array" in batch.notes


def test_other_numbers_under_such_a_name_stay(tmp_path: Path) -> None:
    plain = pl.DataFrame({"gene": ["TP53", "EGFR"], "ACH-000001": [-1.5, 0.25], "ACH-000002": [0.3, -0.07]})
    plain.write_parquet(tmp_path / "rnaseq_x1000.parquet")
    batch = read(tmp_path / "rnaseq_x1000.parquet", unit="zscore")
    assert profiles(batch)["ACH-000001"] == pytest.approx([-1.5, 0.25])
    assert batch.tables["expression"]["platform"].to_list() == ["RNA-seq", "RNA-seq"]


def test_a_row_a_drug_is_no_expression(tmp_path: Path) -> None:
    path = tmp_path / "shared.csv"
    path.write_text("Drug.Name,ccle,REP_auc_mean,GDSC_auc_mean\nA,MFE296,1.59,0.94\nA,PSN1,1.68,0.88\nB,PSN1,1.2,0.7\n")
    with pytest.raises(InputError, match="stands for a drug"):
        registry.read(path, ReadOptions())
