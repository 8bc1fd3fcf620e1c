"""Gene identifiers brought to approved symbols."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.errors import UnitError
from screen.expression import GeneIndex, resolve, shared_genes
from screen.records import Profiles
from tests.ingest.omics_files import read

ALIASES = [
    ("TP53", "symbol", "TP53"),
    ("p53", "alias", "TP53"),
    ("7157", "entrez", "TP53"),
    ("ENSG00000141510", "ensembl", "TP53"),
    ("SEPTIN9", "symbol", "SEPTIN9"),
    ("SEPT9", "previous", "SEPTIN9"),
    ("10801", "entrez", "SEPT9"),
    ("9-SEP", "alias", "SEPTIN9"),
    ("1-MAR", "alias", "MARCHF1"),
    ("1-MAR", "alias", "MTARC1"),
    ("MARCHF1", "symbol", "MARCHF1"),
    ("C11orf95", "alias", "ZFTA"),
    ("ZFTA", "symbol", "ZFTA"),
    ("XK", "symbol", "XK"),
    ("MARCHF1", "alias", "XK"),
]
INDEX = GeneIndex(pl.DataFrame(ALIASES, schema=["alias", "kind", "symbol"], orient="row"))


def made(genes: tuple[str, ...], levels: list[list[float]], unit: str = "zscore") -> Profiles:
    ids = tuple(f"P{i}" for i in range(len(levels)))
    return Profiles(
        "patient", ids, ids, ("s",) * len(ids), ("d",) * len(ids), genes, np.array(levels, np.float32), unit
    )


@pytest.mark.parametrize(
    ("gene", "symbol"),
    [
        ("TP53", "TP53"),
        ("p53", "TP53"),
        ("7157", "TP53"),
        ("ENSG00000141510.18", "TP53"),
        ("TP53 (7157)", "TP53"),
        ("OLDNAME (7157)", "TP53"),
        ("OLDNAME (ENSG00000141510)", "TP53"),
        ("SEPT9", "SEPTIN9"),
        ("9-Sep", "SEPTIN9"),
        ("C11ORF95", "ZFTA"),
        ("10801", "SEPTIN9"),
        ("MARCHF1", "MARCHF1"),
        (" TP53 ", "TP53"),
        ("1-Mar", None),
        ("NOSUCH", None),
    ],
)
def test_identifiers_resolve(gene: str, symbol: str | None) -> None:
    assert INDEX.symbols([gene])[0] == [symbol]


def test_what_does_not_resolve_is_named() -> None:
    _, notes = INDEX.symbols(["1-Mar", "NOSUCH", "SEPT9", "TP53"])
    assert [n.split(" genes ")[0] for n in notes] == ["1", "1", "1"]
    assert "SEPT9 -> SEPTIN9" in notes[0]
    assert "resolved to none: 1-Mar" in notes[1]
    assert "NOSUCH" in notes[2]


def test_the_column_under_the_approved_symbol_wins() -> None:
    found = resolve(made(("SEPT9", "SEPTIN9", "NOSUCH", "p53"), [[1, 2, 3, 4]]), INDEX)
    assert found.genes == ("SEPTIN9", "NOSUCH", "TP53")
    assert found.levels.tolist() == [[2, 3, 4]]


def test_transcripts_are_summed_on_the_linear_scale() -> None:
    index = GeneIndex(pl.DataFrame({"alias": ["ENST00000000001", "ENST00000000002"], "kind": "ensembl", "symbol": "A"}))
    names = ("ENST00000000001.2", "ENST00000000002.5")
    assert resolve(made(names, [[1, 2]], "log2tpm1"), index).levels.tolist() == [[pytest.approx(np.log2(1 + 1 + 3))]]
    with pytest.raises(UnitError, match="do not add up"):
        resolve(made(names, [[1, 2]]), index)


def test_shared_genes_are_complete_in_both() -> None:
    lines = made(("B", "A", "C"), [[1, 2, 3]])
    assert shared_genes(lines, made(("A", "B", "C", "D"), [[1, 2, np.nan, 1], [1, 2, 3, 1]])) == ("A", "B")


@pytest.mark.real
def test_the_real_matrices_share_422_genes_of_which_xena_has_76(real_data: Path) -> None:
    tables = [
        read(real_data / "genes" / f"hgnc_{name}").tables["gene_aliases"]
        for name in ("symbols.csv.gz", "entrez.tsv.gz")
    ]
    index = GeneIndex(pl.concat(tables))
    lines, patients, xena = (
        resolve(_real(real_data / name), index)
        for name in (
            "cell_lines/expression_zscore.parquet",
            "patients/expression_zscore.parquet",
            "patients/xena_log2tpm_stad.csv.gz",
        )
    )
    shared = shared_genes(lines, patients)
    assert len(shared) == 422
    assert len(set(shared) & set(xena.genes)) == 76
    assert "SEPTIN9" in lines.genes  # SEPT9 in the file


def _real(path: Path) -> Profiles:
    batch = read(path)
    rows = batch.tables["expression"]
    names = tuple(rows["subject_id"])
    genes = tuple(batch.tables["gene_orders"]["genes"][0])
    levels = rows["levels"].list.to_array(len(genes)).to_numpy().astype(np.float32)
    return Profiles("patient", names, names, names, names, genes, levels, rows["unit"][0])


@pytest.mark.parametrize(
    "gene",
    [
        "TP53|7157",
        "?|7157",
        "ENSG00000141510|TP53",
        "ENSG00000141510.16_TP53",
        "TP53_ENSG00000141510.16",
        "TP53 (7157)",
        "ENSG00000141510.16|P53_UNKNOWN",
    ],
)
def test_two_identifiers_in_one_are_one_gene(gene: str) -> None:
    rows = [("TP53", "symbol", "TP53"), ("7157", "entrez", "TP53"), ("ENSG00000141510", "ensembl", "TP53")]
    index = GeneIndex(pl.DataFrame(rows, schema=["alias", "kind", "symbol"], orient="row"))
    assert index.symbols([gene])[0] == ["TP53"]


def test_names_that_r_has_changed_are_found_where_they_are_approved() -> None:
    rows = [("HLA-A", "symbol", "HLA-A"), ("NKX2-1", "symbol", "NKX2-1")]
    index = GeneIndex(pl.DataFrame(rows, schema=["alias", "kind", "symbol"], orient="row"))
    assert index.symbols(["HLA.A", "NKX2.1", "AC004.1"])[0] == ["HLA-A", "NKX2-1", None]
