"""One sample a file: GDC STAR counts, salmon, kallisto."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import genes, profiles, read

COLUMNS = (
    "gene_id",
    "gene_name",
    "gene_type",
    "unstranded",
    "stranded_first",
    "stranded_second",
    "tpm_unstranded",
    "fpkm_unstranded",
    "fpkm_uq_unstranded",
)
STAR = (
    "# gene-model: GENCODE v36\n"
    + "\t".join(COLUMNS)
    + """
N_unmapped\t\t\t100\t100\t100\t\t\t
N_multimapping\t\t\t100\t100\t100\t\t\t
N_noFeature\t\t\t100\t100\t100\t\t\t
N_ambiguous\t\t\t100\t100\t100\t\t\t
ENSG00000141510.18\tTP53\tprotein_coding\t900\t450\t450\t42.5\t12.5\t14.5
ENSG00000146648.21\tEGFR\tprotein_coding\t20\t10\t10\t1.25\t0.5\t0.75
ENSG00000182162.11_PAR_Y\tP2RY8\tprotein_coding\t0\t0\t0\t0\t0\t0
"""
)
UUID = "8b7e2a30-9f1c-4c59-8f0e-0a1b2c3d4e5f"


@pytest.mark.parametrize(("unit", "levels"), [(None, [42.5, 1.25]), ("counts", [900, 20]), ("fpkm", [12.5, 0.5])])
def test_gdc_star_counts(tmp_path: Path, unit: str | None, levels: list[float]) -> None:
    path = tmp_path / f"{UUID}.rna_seq.augmented_star_gene_counts.tsv"
    batch = read(path, STAR, unit=unit, indication="BRCA")
    assert batch.kind == "gdc-star-counts"
    assert genes(batch) == ["ENSG00000141510.18", "ENSG00000146648.21"]
    assert profiles(batch) == {UUID: levels}
    assert batch.tables["expression"]["unit"][0] == (unit or "tpm")
    assert batch.tables["patient_records"].row(0)[:3] == (UUID, "BRCA", 1)
    assert any("sample sheet" in note for note in batch.notes)


def test_a_unit_the_file_does_not_hold(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds tpm, counts, fpkm, not zscore"):
        read(tmp_path / "a.tsv", STAR, unit="zscore")


KALLISTO = "target_id\tlength\teff_length\test_counts\ttpm\n"
SALMON = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"


@pytest.mark.parametrize("name", ["run/P-12/quant.genes.sf", "run/P-12/quant.sf", "run/P-12.sf", "P-12.quant.sf"])
def test_salmon_per_gene_is_named_after_its_file_or_folder(tmp_path: Path, name: str) -> None:
    rows = "ENSG00000141510.18\t2500\t2300\t42.5\t900\nENSG00000146648.21\t5\t3\t0.5\t2\n"
    batch = read(tmp_path / name, SALMON + rows)
    assert batch.kind == "salmon"
    assert profiles(batch) == {"P-12": [42.5, 0.5]}


def test_gencode_transcripts_are_summed_to_their_genes(tmp_path: Path) -> None:
    tail = "OTTHUMG00000162125.10|OTTHUMT00000367397.2|TP53-201|TP53|2512|protein_coding|"
    rows = [
        f"ENST0000026930{i}.9|{gene}|{tail}\t9\t9\t{tpm}\t1"
        for i, gene, tpm in (
            (1, "ENSG00000141510.18", 10),
            (2, "ENSG00000141510.18", 2.5),
            (3, "ENSG00000146648.21", 4),
        )
    ]
    batch = read(tmp_path / "s1" / "quant.sf", SALMON + "\n".join(rows))
    assert genes(batch) == ["ENSG00000141510.18", "ENSG00000146648.21"]
    assert profiles(batch) == {"s1": [12.5, 4.0]}
    assert "3 transcripts summed to 2 genes" in batch.notes


def test_transcripts_without_a_gene_are_refused_with_the_remedy(tmp_path: Path) -> None:
    content = KALLISTO + "ENST00000269305.9\t5\t3\t7\t1.5\nENST00000275493.7\t5\t3\t7\t2\n"
    with pytest.raises(InputError, match="2 transcripts") as fault:
        read(tmp_path / "s1" / "abundance.tsv", content)
    assert "geneMap" in str(fault.value.remedy)


def test_kallisto(tmp_path: Path) -> None:
    content = KALLISTO + "TP53\t5\t3\t7\t1.5\nEGFR\t5\t3\t7.5\t2\n"
    assert profiles(read(tmp_path / "s1" / "abundance.tsv", content)) == {"s1": [1.5, 2.0]}
    assert profiles(read(tmp_path / "s1" / "abundance.tsv", unit="counts")) == {"s1": [7.0, 7.5]}


RSEM = "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"


@pytest.mark.parametrize(("unit", "levels"), [(None, [2.5, 40]), ("counts", [55.5, 900]), ("fpkm", [1.25, 20])])
@pytest.mark.parametrize("name", ["P01.genes.results", "P01/rsem.genes.results", "P01.rsem.genes.results.gz"])
def test_rsem_is_one_sample(tmp_path: Path, name: str, unit: str | None, levels: list[float]) -> None:
    import gzip

    content = RSEM + "A1BG\tNM_1\t1766\t1715\t55.5\t2.5\t1.25\nTP53\tNM_2,NM_3\t2130\t2079\t900\t40\t20\n"
    batch = read(tmp_path / name, gzip.compress(content.encode()) if name.endswith("gz") else content, unit=unit)
    assert batch.kind == "rsem"
    assert profiles(batch) == {"P01": levels}


def test_rsem_isoforms_are_summed_to_their_genes(tmp_path: Path) -> None:
    header = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    rows = "ENST1\tTP53\t9\t9\t1\t2.5\t1\t50\nENST2\tTP53\t9\t9\t1\t4\t1\t50\nENST3\tEGFR\t9\t9\t1\t7\t1\t100\n"
    batch = read(tmp_path / "P01.isoforms.results", header + rows)
    assert genes(batch) == ["TP53", "EGFR"]
    assert profiles(batch) == {"P01": [6.5, 7]}
    assert "3 rows summed to 2 genes" in batch.notes


def test_cufflinks(tmp_path: Path) -> None:
    header = (
        "tracking_id\tclass_code\tnearest_ref_id\tgene_id\tgene_short_name\ttss_id\tlocus\tlength\tcoverage\t"
        "FPKM\tFPKM_conf_lo\tFPKM_conf_hi\tFPKM_status\n"
    )
    rows = "".join(
        f"{g}\t-\t-\t{g}\t{g}\t-\tchr1:1-2\t-\t-\t{v}\t0\t{v + 1}\tOK\n" for g, v in (("TP53", 4.5), ("EGFR", 60.5))
    )
    batch = read(tmp_path / "P9" / "genes.fpkm_tracking", header + rows)
    assert profiles(batch) == {"P9": [4.5, 60.5]}
    assert batch.tables["expression"]["unit"][0] == "fpkm"


def test_stringtie(tmp_path: Path) -> None:
    header = "Gene ID\tGene Name\tReference\tStrand\tStart\tEnd\tCoverage\tFPKM\tTPM\n"
    rows = "ENSG00000141510\tTP53\t17\t-\t1\t900\t3.5\t2\t4.5\nENSG00000146648\tEGFR\t7\t+\t5\t800\t9\t30\t60.5\n"
    batch = read(tmp_path / "P9.gene_abund.tab", header + rows)
    assert profiles(batch) == {"P9": [4.5, 60.5]}
    assert profiles(read(tmp_path / "P9.gene_abund.tab", unit="fpkm")) == {"P9": [2, 30]}
