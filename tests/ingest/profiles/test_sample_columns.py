"""Who is a sample: everything a table of genes may hold beside its samples."""

from pathlib import Path

import numpy as np
import pytest

from screen.errors import InputError, ScreenError
from tests.ingest.omics_files import genes, profiles, read

NAMES = ("TP53", "EGFR", "KRAS", "PTEN", "MYC", "BRAF", "ALK", "MET")
RNG = np.random.default_rng(5)


def table(header: str, *columns: list[object], sep: str = "\t") -> str:
    """A table of the eight genes; each further column a list of eight cells."""
    rows = [sep.join(map(str, (gene, *cells))) for gene, *cells in zip(NAMES, *columns, strict=True)]
    return "\n".join([header.replace("|", sep), *rows]) + "\n"


COUNTS = [[17 * (i + 1) + 3 * s for i in range(8)] for s in range(3)]
START, END = [1000 * i + 7 for i in range(8)], [2000 * i + 9999 for i in range(8)]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Geneid|Chr|Start|End|Strand|Length|P01|P02", [["chr1"] * 8, START, END, ["+"] * 8, END, *COUNTS[:2]]),
        ("gene|start_position|end_position|P01|P02", [START, END, *COUNTS[:2]]),
        ("gene|Gene start (bp)|Gene end (bp)|P01|P02", [START, END, *COUNTS[:2]]),
        ("gene|width|P01|P02", [END, *COUNTS[:2]]),
        ("gene|P01|P02|log2FoldChange|lfcSE|stat|pvalue|padj", [*COUNTS[:2], *[[0.5] * 8] * 5]),
        ("gene|baseMean|P01|P02", [START, *COUNTS[:2]]),
        ("gene|logFC|AveExpr|t|P.Value|adj.P.Val|B|P01|P02", [*[[0.1] * 8] * 6, *COUNTS[:2]]),
        ("gene|P01|P02|mean_tumour|variance|rank", [*COUNTS[:2], START, END, START]),
        ("gene|effective_length|P01|P02|gc_content", [END, *COUNTS[:2], [0.5] * 8]),
        ("gene_symbol|entrezgene_id|P01|P02|FDR", [START, *COUNTS[:2], [0.05] * 8]),
    ],
)
def test_coordinates_and_statistics_are_no_samples(tmp_path: Path, header: str, columns: list[list[object]]) -> None:
    batch = read(tmp_path / "m.tsv", table(header, *columns), unit="counts")
    assert sorted(profiles(batch)) == ["P01", "P02"]
    assert profiles(batch)["P02"] == COUNTS[1]
    assert any(note.startswith("left aside, no samples: ") for note in batch.notes)


@pytest.mark.parametrize("name", ["T", "B", "N", "SAMPLE_7", "P_01", "MAX-01", "start7", "TCGA-A1-A0SB-01"])
def test_a_sample_may_be_called_nearly_anything(tmp_path: Path, name: str) -> None:
    batch = read(tmp_path / "m.tsv", table(f"gene|{name}|P2", *COUNTS[:2]), unit="counts")
    assert len(profiles(batch)) == 2


@pytest.mark.parametrize(
    "header",
    [
        "gene|baseMean|log2FoldChange|padj",
        "gene|logFC|P.Value|FDR",
        "gene|start|end|length",
        "gene|mean|sd|rank",
        "gene|pct.1|pct.2|p_val_adj",
        "gene|Tumor_mean|Normal_mean|pvalue",
    ],
)
def test_a_table_without_samples_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(InputError, match="no sample in the file"):
        read(tmp_path / "m.tsv", table(header, *COUNTS), unit="tpm")


@pytest.mark.parametrize(
    ("header", "unit", "taken"),
    [
        ("gene|TPM", None, ("tpm", 0)),
        ("gene|count", "counts", ("counts", 0)),
        ("gene_id|raw_count|TPM", "counts", ("counts", 0)),
        ("gene|FPKM|TPM", None, ("tpm", 1)),
        ("target_id|length|est_counts|tpm", "tpm", ("tpm", 2)),
        ("gene|effective_length|expected_count|FPKM", "fpkm", ("fpkm", 2)),
        ("gene|RPKM", None, ("fpkm", 0)),
        ("gene|value", "rsem", ("rsem", 0)),
    ],
)
def test_units_of_one_sample_are_one_sample_named_after_the_file(
    tmp_path: Path, header: str, unit: str | None, taken: tuple[str, int]
) -> None:
    width = header.count("|")
    batch = read(tmp_path / "P07.tsv", table(header, *COUNTS[:width]), unit=unit)
    assert profiles(batch) == {"P07": COUNTS[taken[1]]}
    assert batch.tables["expression"]["unit"][0] == taken[0]


def test_a_unit_that_no_column_holds_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hold no z-score") as fault:
        read(tmp_path / "P07.tsv", table("gene|count|TPM", *COUNTS[:2]), unit="zscore")
    assert "--unit counts or tpm" in str(fault.value.remedy)
    with pytest.raises(InputError, match="several columns may be the sample's expression: value, signal"):
        read(tmp_path / "P07.tsv", table("gene|value|signal", *COUNTS[:2]), unit="tpm")


@pytest.mark.parametrize(
    "header", ["gene|P01_TPM|P01_FPKM|P02_TPM", "gene|TPM.P01|FPKM.P01|TPM.P02", "gene|P01 tpm|P01 fpkm|P02 tpm"]
)
def test_units_of_several_samples_are_told_apart(tmp_path: Path, header: str) -> None:
    batch = read(tmp_path / "m.tsv", table(header, *COUNTS), unit="tpm")
    assert profiles(batch) == {"P01": COUNTS[0], "P02": COUNTS[2]}
    with pytest.raises(InputError, match="each sample is there in several units: FPKM, TPM") as fault:
        read(tmp_path / "m.tsv")
    assert "--unit fpkm or tpm" in str(fault.value.remedy)


def test_a_unit_behind_every_sample_is_no_part_of_its_name(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.tsv", table("gene|P01_TPM|P02_TPM", *COUNTS[:2]))
    assert sorted(profiles(batch)) == ["P01", "P02"]
    assert "unit: TPM (the column's name)" in batch.notes
    with pytest.raises(InputError, match="the columns are called TPM, not FPKM"):
        read(tmp_path / "m.tsv", unit="fpkm")


def test_alignment_files_name_their_samples(tmp_path: Path) -> None:
    header = "Geneid|Length|/data/run/P01.sorted.bam|/data/run/P02Aligned.sortedByCoord.out.bam"
    batch = read(tmp_path / "m.tsv", "# Program:featureCounts v2\n" + table(header, END, *COUNTS[:2]), unit="counts")
    assert sorted(profiles(batch)) == ["P01", "P02"]


@pytest.mark.parametrize(
    "ids",
    [
        ("AAACCTGAGAAACCAT-1", "AAACCTGAGAAACCGC-1"),
        ("AAACATACAACCAC", "AAACATTGAGCTAC"),
        ("P1_AAACCTGAGAAACCAT", "P2_AAACCTGAGAAACCGC"),
        ("P1#AAACCTGAGAAACCAT-1", "P1#AAACCTGAGAAACCGC-1"),
        ("AAACCTGAGAAACCAT-1_2", "AAACCTGAGAAACCGC-1_2"),
        ("GSM1_AAACCTGAGAAACCAT.1", "GSM1_AAACCTGAGAAACCGC.1"),
    ],
)
def test_cells_are_no_tumours(tmp_path: Path, ids: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="barcodes of single cells: cells, not tumours"):
        read(tmp_path / "m.tsv", table("gene|" + "|".join(ids), *COUNTS[:2]), unit="counts")


@pytest.mark.parametrize("name", ["PR-AdBjpG", "CDS-010xbm", "MC-000001-AbCd"])
def test_sequencings_are_no_cell_lines(tmp_path: Path, name: str) -> None:
    content = f",TP53 (7157),EGFR (1956)\n{name},3.5,1\n{name[:-1]}x,2,0.5\n"
    with pytest.raises(InputError, match="ids of sequencings or conditions") as fault:
        read(tmp_path / "m.csv", content)
    assert "ModelID" in str(fault.value.remedy)


def test_a_column_that_no_name_gives_away_is_found_by_its_values(tmp_path: Path) -> None:
    symbols = [f"GENE{i}" for i in range(300)]
    level = np.exp2(RNG.normal(5, 3, 300))
    rows = [
        f"{g},{v:.4f},{v * f:.4f},{p:.5f}"
        for g, v, f, p in zip(symbols, level, np.exp2(RNG.normal(0, 0.5, 300)), RNG.uniform(0, 1, 300), strict=True)
    ]
    with pytest.raises(InputError, match="'X3' looks like no sample: all its values lie between 0 and 1"):
        read(tmp_path / "m.csv", "gene,P1,P2,X3\n" + "\n".join(rows), unit="tpm")
    alone = "\n".join(f"{g},{p:.5f}" for g, p in zip(symbols, RNG.uniform(0, 1, 300), strict=True))
    for unit in ("tpm", "log2tpm1", "zscore", None):
        with pytest.raises(ScreenError, match="p-values"):
            read(tmp_path / "one.csv", "gene,P1\n" + alone, unit=unit)


def test_counters_of_reads_are_no_genes(tmp_path: Path) -> None:
    rows = "".join(f"{name}\t5\t6\n" for name in ("__no_feature", "__ambiguous", "N_unmapped", "Unassigned_NoFeatures"))
    batch = read(tmp_path / "m.tsv", table("gene|P01|P02", *COUNTS[:2]) + rows, unit="counts")
    assert genes(batch) == list(NAMES)
    assert any(note.startswith("4 rows that count reads, not genes") for note in batch.notes)
