"""Gene identifiers of a matrix: each once, none blank."""

from pathlib import Path

from tests.ingest.omics_files import genes, profiles, read


def test_spreadsheet_dates_blanks_and_repeats_are_named(tmp_path: Path) -> None:
    content = "gene,P1,P2\nTP53,1,2\n1-Mar,3,4\n,5,6\nTP53,7,8\nSep-02,-1,0\n2024-03-01,-2,1\nEGFR,0,-1\n"
    batch = read(tmp_path / "m.csv", content, unit="zscore")
    assert genes(batch) == ["TP53", "1-Mar", "Sep-02", "2024-03-01", "EGFR"]
    assert profiles(batch)["P1"] == [1, 3, -1, -2, 0]
    text = " / ".join(batch.notes)
    assert "3 gene names turned into dates by a spreadsheet: 1-Mar, Sep-02, 2024-03-01" in text
    assert "1 rows or columns without a gene identifier" in text
    assert "1 repeated gene identifiers, the first of each kept: TP53" in text


def test_par_y_copies_are_left_out(tmp_path: Path) -> None:
    rows = [
        "sample\tTCGA-A1-A0SB-01",
        "ENSG00000182162.10\t3",
        "ENSG00000182162.10_PAR_Y\t-9.9658",
        "ENSG00000141510.16\t-9.9658",
    ]
    batch = read(tmp_path / "tcga_RSEM_gene_tpm.tsv", "\n".join(rows))
    assert genes(batch) == ["ENSG00000182162.10", "ENSG00000141510.16"]
    assert "1 copies on chromosome Y (_PAR_Y) left out: ENSG00000182162.10_PAR_Y" in batch.notes
