"""VCF annotated by VEP or SnpEff."""

from pathlib import Path

import pytest

from screen.errors import InputError
from tests.ingest.omics_files import read
from tests.ingest.readers.calls import calls

VEP = "##fileformat=VCFv4.2\n" + (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    'Format: Allele|Consequence|IMPACT|SYMBOL|Gene|HGVSp">\n'
)
SNPEFF = '##fileformat=VCFv4.1\n##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations">\n'
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def vcf(head: str, samples: str, *rows: str) -> str:
    return head + FIXED + (f"\tFORMAT\t{samples}" if samples else "") + "\n" + "".join(f"{row}\n" for row in rows)


def row(info: str, genotypes: str = "", *, filtered: str = "PASS") -> str:
    return f"7\t140453136\t.\tA\tT\t50\t{filtered}\t{info}" + (f"\tGT:AD\t{genotypes}" if genotypes else "")


BRAF = "DP=90;CSQ=T|missense_variant|MODERATE|BRAF|ENSG1|ENSP1.3:p.Val600Glu,T|intron_variant|MODIFIER|BRAF|ENSG1|"


def test_vep_takes_the_gravest_change_of_the_tumour(tmp_path: Path) -> None:
    grave = "CSQ=A|missense_variant|MODERATE|TP53|E|E:p.Arg1His,"
    grave += "A|stop_gained&splice_region_variant|HIGH|TP53|E|E:p.Arg213Ter"
    text = vcf(
        VEP,
        "P-01\tP-01_normal",
        row(BRAF, "0/1:50,40\t0/0:80,0"),
        row(grave, "1|1:0,9\t0/0:8,0"),
        row("CSQ=A|synonymous_variant|LOW|KRAS|E|E:p.Gly12%3D", "0/1:5,4\t0/0:8,0"),
        row("CSQ=A|missense_variant|MODERATE|NRAS|E|E:p.Gln61Lys", "0/0:5,0\t0/1:8,9"),
        row("CSQ=A|missense_variant|MODERATE|MET|E|", "0/1:5,4\t0/0:8,0", filtered="weak_evidence"),
    )
    batch = read(tmp_path / "one.vcf", text, indication="SKCM", coverage="exome")
    assert batch.kind == "annotated-vcf"
    assert calls(batch) == {("P-01", "mutation"): {"BRAF": (1, "p.V600E"), "TP53": (1, "p.R213*")}}
    for why in ("the caller's filter", "not in the tumour's genotype", "the protein stays as it is"):
        assert f"1 variants left out: {why}" in batch.notes


def test_snpeff_and_a_column_that_names_nobody(tmp_path: Path) -> None:
    info = (
        "ANN=T|missense_variant|MODERATE|PIK3CA|ENSG|transcript|NM|protein_coding|20/21|c.3140A>G|p.His1047Arg|1/1|||"
    )
    batch = read(tmp_path / "P-77.vcf", vcf(SNPEFF, "NORMAL\tTUMOR", row(info, "0/0:9,0\t0/1:4,4")))
    assert calls(batch) == {("P-77", "mutation"): {"PIK3CA": (1, "p.H1047R")}}
    assert "the other sample, NORMAL, is not read" in batch.notes


def test_a_tumour_without_a_change_was_looked_at(tmp_path: Path) -> None:
    text = vcf(VEP, "P-02", row("CSQ=A|intron_variant|MODIFIER|KRAS|E|", "0/1:5,4"))
    batch = read(tmp_path / "v.vcf", text, coverage="exome")
    assert calls(batch) == {("P-02", "mutation"): {}}
    assert batch.tables["covered_samples"]["list_name"].to_list() == ["exome"]


def test_a_variant_without_annotation_is_counted_apart(tmp_path: Path) -> None:
    text = vcf(VEP, "P-02", row("DP=7", "0/1:5,4"), row(BRAF, "0/1:5,4"))
    assert "1 variants left out: without annotation" in read(tmp_path / "v.vcf", text).notes


def test_the_tumour_named_in_the_header(tmp_path: Path) -> None:
    text = vcf(VEP.replace("4.2\n", "4.2\n##tumor_sample=B2\n"), "A1\tB2", row(BRAF, "0/0:9,0\t0/1:4,4"))
    assert list(calls(read(tmp_path / "v.vcf", text))) == [("B2", "mutation")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (vcf("##fileformat=VCFv4.2\n", "P1", row("DP=3", "0/1:1,1")), "a VCF without annotation"),
        (vcf(VEP, "A1\tB2", row(BRAF, "0/1:1,1\t0/1:1,1")), "which sample is the tumour?"),
        (vcf(VEP.replace("SYMBOL", "NAME"), "P1", row(BRAF, "0/1:1,1")), "CSQ lacks SYMBOL"),
        (vcf(VEP, "P1", row(BRAF)), "line 4: 8 fields where the header has 10"),
        (VEP, "no line #CHROM"),
        (vcf(VEP, "P1", row(f'"{BRAF}', "0/1:1,1")), "line 4: INFO begins with a quotation mark"),
        (vcf(VEP, "P1", row(BRAF, "0/1:1,1").partition("\t")[2] + "\t"), "line 4: field 10 is empty"),
        (vcf(VEP, "P1", row(BRAF.replace("Val", "V\ral"), "0/1:1,1")), "line 4: INFO holds a line break"),
        (vcf(VEP, "../P1", row(BRAF, "0/1:1,1")), "is a path"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "v.vcf", text)
    assert what in str(fault.value)
