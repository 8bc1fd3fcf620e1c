"""Files whose first line is data."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import genes, profiles, read

HTSEQ = "ENSG00000000003\t1456\nENSG00000000005\t18\nENSG00000000419\t383\n__no_feature\t9\n__ambiguous\t5\n"
STAR = (
    "N_unmapped\t53\t53\t53\nN_multimapping\t6\t6\t6\nN_noFeature\t2\t2\t9\nN_ambiguous\t1\t1\t1\n"
    "ENSG00000000003\t100\t2\t98\nENSG00000000005\t50\t1\t49\n"
)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("P01.htseq.counts", "P01"),
        ("P01.counts.txt", "P01"),
        ("P-01.tsv", "P-01"),
        ("P01/htseq_counts.txt", "P01"),
        ("P01_counts.tab", "P01"),
    ],
)
def test_htseq_counts_are_a_sample_a_file(tmp_path: Path, name: str, subject: str) -> None:
    batch = read(tmp_path / name, HTSEQ, indication="OV")
    assert batch.kind == "headerless-sample"
    assert genes(batch) == ["ENSG00000000003", "ENSG00000000005", "ENSG00000000419"]
    assert profiles(batch) == {subject: [1456, 18, 383]}
    assert batch.tables["expression"]["unit"][0] == "counts"
    assert any(note.startswith("2 rows that count reads") for note in batch.notes)


def test_star_reads_per_gene_takes_the_unstranded_counts(tmp_path: Path) -> None:
    batch = read(tmp_path / "P07ReadsPerGene.out.tab", STAR)
    assert profiles(batch) == {"P07": [100, 50]}
    assert "STAR ReadsPerGene: the unstranded counts taken (the library looks stranded)" in batch.notes


@pytest.mark.parametrize(
    ("content", "unit"),
    [
        ("TP53\t1.5\nEGFR\t200.25\nKRAS\t7\n", "fpkm"),
        ("TP53,1.5\nEGFR,200.25\nKRAS,7\n", "tpm"),
        ("7157\t3\n1956\t90\n", "counts"),
        ("TP53|7157\t1.5\nEGFR|1956\t60\n", "rsem"),
        ("# made by hand\nTP53\t1.5\nEGFR\t200.25\n", "tpm"),
        ("TSPAN6\tNA\nEGFR\t60\nKRAS\t1\n", "tpm"),
    ],
)
def test_other_values_need_their_unit(tmp_path: Path, content: str, unit: str) -> None:
    batch = read(tmp_path / "P03.txt", content, unit=unit)
    assert list(profiles(batch)) == ["P03"]
    assert len(genes(batch)) == content.count("\n") - content.startswith("#")
    assert batch.tables["expression"]["unit"][0] == unit


@pytest.mark.parametrize("content", ["TP53\t1\t2\nEGFR\t3\t4\n", "ENSG00000000003,1,2,3,4\nENSG00000000005,1,2,3,4\n"])
def test_several_samples_without_names_are_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match="no header: the first line is data already") as fault:
        read(tmp_path / "m.txt", content, unit="tpm")
    assert "name of each sample" in str(fault.value.remedy)


@pytest.mark.parametrize("header", ["gene\t1\t2", "\t1\t2", "gene_id\t101\t102", "sample\t1\t2"])
def test_numbered_samples_are_a_header(tmp_path: Path, header: str) -> None:
    batch = read(tmp_path / "m.txt", f"{header}\nTP53\t5\t7.5\nEGFR\t60\t8\n", unit="tpm")
    assert profiles(batch) == dict(zip(header.split("\t")[1:], ([5, 60], [7.5, 8]), strict=True))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("TP53\t1\nEGFR\n", "line 2: 1 fields where the first line has 2"),
        ("TP53\t1\nEGFR\tmany\n", "line 2, column 2: 'many' is not a number"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, content: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path / "P1.txt", content, unit="counts")
