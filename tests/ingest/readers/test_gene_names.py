"""Gene tables of HGNC."""

from pathlib import Path

import pytest

from screen.expression import GeneIndex
from tests.ingest.omics_files import read

COMPLETE = (
    "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\n"
    'HGNC:11998\tTP53\ttumor protein p53\tApproved\t"p53|LFS1"\t\t7157\tENSG00000141510\n'
    "HGNC:7323\tSEPTIN9\tseptin 9\tApproved\tMSF|AF17q25\tSEPT9\t10801\tENSG00000184640\n"
    "HGNC:1\tOLD1\told\tEntry Withdrawn\t\t\t\t\n"
)


def test_symbols_and_aliases_keep_an_alias_that_reads_na(tmp_path: Path) -> None:
    content = "symbol_or_alias,approved_symbol,chromosome\nXK,XK,X\nNA,XK,X\n1-Mar,MARCHF1,4\n1-Mar,MTARC1,1\n"
    batch = read(tmp_path / "g.csv", content)
    assert batch.kind == "hgnc-symbols"
    assert batch.tables["gene_aliases"].rows()[:2] == [("XK", "symbol", "XK"), ("NA", "alias", "XK")]
    assert "1 aliases belong to several genes and resolve to none" in batch.notes


def test_the_complete_set(tmp_path: Path) -> None:
    batch = read(tmp_path / "hgnc_complete_set.txt", COMPLETE)
    index = GeneIndex(batch.tables["gene_aliases"])
    names = ["TP53", "LFS1", "7157", "ENSG00000141510.5", "SEPT9", "AF17q25", "OLD1"]
    assert index.symbols(names)[0] == ["TP53"] * 4 + ["SEPTIN9"] * 2 + [None]
    assert "1 withdrawn or unnamed entries left out" in batch.notes


def test_an_old_entrez_list_is_no_authority_on_symbols(tmp_path: Path) -> None:
    content = "Approved symbol\tNCBI Gene ID(supplied by NCBI)\nSEPT9\t10801\nA1S9T~withdrawn\t\nA1BG-AS1\t\n"
    rows = read(tmp_path / "e.tsv", content).tables["gene_aliases"].rows()
    assert rows == [("10801", "entrez", "SEPT9")]


@pytest.mark.real
def test_published_gene_tables(real_data: Path) -> None:
    symbols = read(real_data / "genes" / "hgnc_symbols.csv.gz").tables["gene_aliases"]
    entrez = read(real_data / "genes" / "hgnc_entrez.tsv.gz").tables["gene_aliases"]
    assert (symbols.height, symbols["symbol"].n_unique()) == (101_345, 43_135)
    assert (entrez.height, set(entrez["kind"])) == (41_550, {"entrez"})
