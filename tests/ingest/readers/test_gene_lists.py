"""Gene panels, gene lists of published tables, and which sample belongs to which."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.records import Batch
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import covered

TARGETED = "stable_id: IMPACT3\ndescription: three genes\ngene_list: BRAF\tKRAS\tTP53\tKRAS\n"


def lists(batch: Batch) -> dict[tuple[str, str | None], list[str]]:
    orders = dict(batch.tables["gene_orders"].iter_rows())
    rows = batch.tables["gene_lists"].iter_rows(named=True)
    return {(row["list_name"], row["kind"]): orders[row["gene_order_id"]] for row in rows}


def test_a_panel_of_cbioportal(tmp_path: Path) -> None:
    batch = read(tmp_path / "data_gene_panel_impact3.txt", TARGETED)
    assert batch.kind == "gene-panel"
    assert lists(batch) == {("IMPACT3", None): ["BRAF", "KRAS", "TP53"]}
    assert batch.tables["gene_lists"]["basis"].to_list() == ["gene panel IMPACT3"]


def test_the_panel_of_each_sample(tmp_path: Path) -> None:
    rows = "SAMPLE_ID\tmutations\tcna\tmethylation\nP-1\tIMPACT3\tNA\tX\nP-2\tWES\tIMPACT3\tX\n"
    batch = read(tmp_path / "data_gene_panel_matrix.txt", rows)
    assert covered(batch) == {
        ("P-1", "mutation"): ["IMPACT3"],
        ("P-2", "mutation"): ["exome"],
        ("P-2", "copy_number"): ["IMPACT3"],
    }
    assert "columns left aside: methylation" in batch.notes


def test_the_gene_list_of_a_published_table(tmp_path: Path) -> None:
    rows = "cohort,kind,gene,altered_patients\nSTAD,mutation,TP53,2\nSTAD,mutation,RAS,3\nSTAD,cnv,MYC,1\n"
    batch = read(tmp_path / "covered.csv", rows)
    assert batch.kind == "covered-genes"
    assert lists(batch) == {
        ("published table:STAD", "mutation"): ["TP53"],
        ("published table:STAD", "copy_number"): ["MYC"],
    }
    assert set(batch.tables["gene_lists"]["basis"]) == {"gene list of the published table"}


def test_who_was_looked_at(tmp_path: Path) -> None:
    batch = read(tmp_path / "mutcnv_patients.csv", "patient_id,cohort\nP1,STAD\nP2,ours\n")
    assert batch.kind == "covered-patients"
    assert covered(batch)["P2", "copy_number"] == ["published table:ours"]
    assert batch.tables["patient_records"]["indication"].to_list() == ["STAD", None]


def test_a_table_of_patients_and_cohorts_alone_is_clinical(tmp_path: Path) -> None:
    assert read(tmp_path / "patients.csv", "patient_id,cohort\nP1,STAD\n").kind == "clinical-table"


def test_a_list_of_one_s_own(tmp_path: Path) -> None:
    batch = read(tmp_path / "ours.txt", "# hot spots\nBRAF\nKRAS\n", kind="gene-list")
    assert lists(batch) == {("ours", None): ["BRAF", "KRAS"]}


@pytest.mark.parametrize(
    ("name", "kind", "content", "what"),
    [
        ("p.txt", None, "stable_id: X\ndescription: d\ngene_list:\n", "needs stable_id and gene_list"),
        ("c.csv", None, "cohort,kind,gene\nSTAD,other,TP53\n", "line 2, column kind: 'other'"),
        ("c.csv", None, "cohort,kind,gene\nSTAD,,TP53\n", "line 2: a cell is empty"),
        ("m.txt", None, "SAMPLE_ID\tmutations\nP1\tNA\n", "no sample has a panel"),
        ("l.txt", "gene-list", "BRAF, KRAS\n", "is no gene"),
        ("l.txt", "gene-list", "# nothing\n", "no genes"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, kind: str | None, content: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / name, content, kind=kind)
    assert what in str(fault.value)
