"""Matrices of mutations and copy numbers, and expression that must not be taken for them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.errors import ScreenError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls, covered

GENES = ["TP53", "KRAS", "BRAF", "EGFR", "MYC", "PTEN", "RB1"]
RNG = np.random.default_rng(5)


def matrix(values: np.ndarray, samples: list[str], first: str = "Hugo_Symbol\tEntrez_Gene_Id") -> str:  # type: ignore[type-arg]
    lines = ["\t".join([first, *samples])]
    beside = "\t1" if "\t" in first else ""
    lines += [f"{gene}{beside}\t" + "\t".join(map(str, row)) for gene, row in zip(GENES, values.tolist(), strict=True)]
    return "\n".join(lines) + "\n"


def test_gistic_of_cbioportal(tmp_path: Path) -> None:
    values = RNG.integers(-2, 3, (7, 4))
    values[0] = [2, -2, 0, 1]
    batch = read(tmp_path / "data_cna.txt", matrix(values, [f"TCGA-A1-A0S{i}-01" for i in "BDEF"]))
    assert batch.kind == "copy-number-matrix"
    assert set(batch.tables["alterations"]["scale"]) == {"gistic"}
    found = calls(batch)
    assert [found[f"TCGA-A1-A0S{i}", "copy_number"].get("TP53") for i in "BDEF"] == [2, -2, None, 1]
    assert batch.tables["gene_orders"]["genes"][0].to_list() == GENES
    assert batch.tables["gene_lists"]["basis"].to_list() == ["genes of the matrix"]
    assert len(covered(batch)) == 4


def test_a_gap_is_unknown_in_that_sample(tmp_path: Path) -> None:
    text = matrix(np.tile([0, 1, -1], (7, 1)), ["P1", "P2", "P3"]).replace("KRAS\t1\t0\t1", "KRAS\t1\t\tNA")
    batch = read(tmp_path / "cna.tsv", text)
    assert covered(batch)["P1", "copy_number"][1:] == ["KRAS"]
    assert covered(batch)["P3", "copy_number"][1:] == []
    assert "KRAS" not in calls(batch)["P2", "copy_number"]
    assert set(batch.tables["alterations"]["scale"]) == {"gain_loss"}


def test_log_ratios(tmp_path: Path) -> None:
    values = RNG.normal(0, 0.4, (7, 4)).round(3)
    batch = read(tmp_path / "data_log2_cna.txt", matrix(values, ["P1", "P2", "P3", "P4"]))
    assert (batch.kind, set(batch.tables["alterations"]["scale"])) == ("copy-ratio-matrix", {"log2ratio"})
    assert calls(batch)["P2", "copy_number"]["TP53"] == pytest.approx(values[0, 1])


def test_depmap_relative_copies_and_damaging_mutations(tmp_path: Path) -> None:
    lines = [f"ACH-00000{i}" for i in range(1, 7)]
    copies = np.log2(RNG.normal(1, 0.1, (6, 7)) + 1).round(4)
    frame = pl.DataFrame({"": lines, **{f"{gene} ({i})": copies[:, i] for i, gene in enumerate(GENES)}})
    batch = read(tmp_path / "OmicsCNGene.csv", frame.write_csv())
    assert (batch.kind, set(batch.tables["alterations"]["scale"])) == ("copy-ratio-matrix", {"log2p1"})
    assert calls(batch)["ACH-000002", "copy_number"]["BRAF"] == pytest.approx(copies[1, 2])
    hits = RNG.integers(0, 3, (6, 7))
    frame = pl.DataFrame({"ModelID": lines, **{f"{gene} ({i})": hits[:, i] for i, gene in enumerate(GENES)}})
    batch = read(tmp_path / "OmicsSomaticMutationsMatrixDamaging.csv", frame.write_csv())
    assert batch.kind == "mutation-matrix"
    assert set(batch.tables["alterations"]["domain"]) == {"cell_line"}
    expected = {gene: 1 for gene, hit in zip(GENES, hits[0], strict=True) if hit}
    assert calls(batch)["ACH-000001", "mutation"] == expected


def test_integers_times_a_thousand(tmp_path: Path) -> None:
    frame = pl.DataFrame({f"ACH-00000{i}": RNG.normal(1000, 90, 7).round() for i in range(1, 5)}).cast(pl.Int16)
    frame.with_columns(gene=pl.Series(GENES)).write_parquet(tmp_path / "copy_number_x1000.parquet")
    batch = read(tmp_path / "copy_number_x1000.parquet")
    assert set(batch.tables["alterations"]["scale"]) == {"log2p1"}
    assert calls(batch)["ACH-000001", "copy_number"]["TP53"] == pytest.approx(frame["ACH-000001"][0] / 1000)


def test_a_name_is_needed_where_values_do_not_tell(tmp_path: Path) -> None:
    text = matrix(RNG.integers(0, 2, (7, 4)), ["P1", "P2", "P3", "P4"])
    with pytest.raises(ScreenError, match="mutated or not") as fault:
        read(tmp_path / "table.tsv", text)
    assert "--as mutation-matrix" in str(fault.value)
    assert read(tmp_path / "table.tsv", kind="mutation-matrix").kind == "mutation-matrix"


def test_expression_named_like_a_mutation_stays_expression(tmp_path: Path) -> None:
    values = (RNG.lognormal(3, 2, (7, 4))).round(2)
    batch = read(tmp_path / "mutated_patients.tsv", matrix(values, ["P1", "P2", "P3", "P4"]))
    assert batch.kind == "cbioportal-expression"


@pytest.mark.parametrize(
    ("name", "kind", "content", "what"),
    [
        ("cna.tsv", "copy-number-matrix", matrix(np.full((7, 4), 3), ["P1", "P2", "P3", "P4"]), "from -2 to 2"),
        ("mut.tsv", "mutation-matrix", matrix(np.full((7, 4), -1), ["P1", "P2", "P3", "P4"]), "a mutation is 0 or 1"),
        ("cn.tsv", "copy-ratio-matrix", matrix(np.full((7, 4), 900.5), ["P1", "P2", "P3", "P4"]), "no log2 ratios"),
        ("cna.tsv", None, matrix(np.zeros((7, 4), int), ["P1", "P2", "P3", "../P4"]), "is a path"),
        ("cna.tsv", None, matrix(np.zeros((7, 4), int), ["P1", "P2", "P3", "P3"]), "there twice"),
        ("cna.tsv", None, matrix(np.zeros((7, 2), int), ["TCGA-A1-A0SB-11", "TCGA-A1-A0SD-11"]), "no tumour sample"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, kind: str | None, content: str, what: str) -> None:
    if what == "no tumour sample":
        content = matrix(np.zeros((7, 3), int), [f"TCGA-A1-A0S{i}-11" for i in "BDE"])
    with pytest.raises(ScreenError) as fault:
        read(tmp_path / name, content, kind=kind)
    assert what in str(fault.value)


@pytest.mark.real
def test_published_matrices(real_data: Path) -> None:
    folder = real_data / "cell_lines"
    for name, kind, scale, shape in (
        ("gdsc_mutation_6163.parquet", "mutation", "called", (869, 6163)),
        ("depmap_mutation_706.parquet", "mutation", "called", (580, 706)),
        ("depmap_copy_number_706_x1000.parquet", "copy_number", "log2p1", (580, 706)),
    ):
        batch = read(folder / name)
        rows = batch.tables["alterations"]
        assert (set(rows["kind"]), set(rows["scale"]), set(rows["domain"])) == ({kind}, {scale}, {"cell_line"})
        assert (rows.height, len(batch.tables["gene_orders"]["genes"][0])) == shape
        frame = pl.read_parquet(folder / name)
        line = frame.columns[5]
        values = dict(zip(frame["gene"], frame[line], strict=True))
        divided = {gene: value / 1000 for gene, value in values.items()} if scale == "log2p1" else values
        expected = {gene: value for gene, value in divided.items() if value != (1 if scale == "log2p1" else 0)}
        assert calls(batch)[line, kind] == pytest.approx(expected)
