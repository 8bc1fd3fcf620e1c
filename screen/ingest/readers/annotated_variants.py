"""Variants as VCF, annotated by VEP (``CSQ``) or SnpEff (``ANN``): what the tumour has that changes a protein."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

import polars as pl

from screen.errors import InputError
from screen.ingest.alterations.call_rows import calls_batch
from screen.ingest.alterations.subjects import subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.profile_rows import dataset_name
from screen.ingest.text.decoding import read_decoded
from screen.records import Batch, ReadOptions

_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_IMPACTS = ("HIGH", "MODERATE")
_FORMAT = re.compile(r"Format:\s*([^\">]+)")
_ANN = ("Allele", "Annotation", "Annotation_Impact", "Gene_Name", "", "", "", "", "", "", "HGVS.p")
_NORMAL = re.compile(r"normal|blood|germline|control", re.IGNORECASE)
_TUMOUR_LINE = re.compile(r"^##tumor_sample=(\S+)", re.MULTILINE)
_GENERAL = ("TUMOR", "TUMOUR", "PRIMARY", "TUMOR_SAMPLE")
_CODES = "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val Ter"
_LETTERS = dict(zip(re.findall(r"\w+", _CODES), "ARNDCQEGHILKMFPSTWYV*", strict=True))
_THREE = re.compile("|".join(_LETTERS))


@dataclass(frozen=True)
class _Annotation:
    """Where an annotation's parts stand."""

    key: str
    gene: int
    impact: int
    consequence: int
    protein: int | None


def _recognises(head: Head) -> bool:
    return head.text.startswith("##fileformat=VCF")


def _read(head: Head, options: ReadOptions) -> Batch:
    where = str(head.path)
    text = read_decoded(head.path).text
    annotation = _annotation(text, where)
    lines = text.split("\n")
    place, header = next(
        ((at, line.split("\t")) for at, line in enumerate(lines) if line.startswith("#CHROM")), (0, [])
    )
    if tuple(header[: len(_FIXED)]) != _FIXED:
        raise InputError("no line #CHROM POS ID ...", where=where, remedy="is the file whole? fetch it again")
    column, name, notes = _tumour(header, text, head, options)
    rows, left = _calls(lines, place + 1, header, column, annotation, where)
    subjects = subjects_of([name], head.path, "")
    calls = pl.DataFrame(
        [(name, gene, 1.0, change) for gene, change in rows],
        schema={"sample_id": pl.String, "gene": pl.String, "level": pl.Float64, "detail": pl.String},
        orient="row",
    )
    batch = calls_batch("annotated-vcf", head.path, options, subjects, {"mutation": (calls, "called")}, every=True)
    aside = [f"{count} variants left out: {why}" for why, count in left.items() if count]
    return Batch(
        batch.kind, batch.tables, (*batch.notes, f"sample {(column and header[column]) or name}", *notes, *aside)
    )


def _annotation(text: str, where: str) -> _Annotation:
    line = next((one for one in text.split("\n", 5000)[:5000] if one.startswith("##INFO=<ID=CSQ,")), "")
    if line:
        named = _FORMAT.search(line)
        parts = [part.strip() for part in named[1].split("|")] if named else []
        if not {"SYMBOL", "IMPACT", "Consequence"} <= set(parts):
            raise InputError(
                "VEP's CSQ lacks SYMBOL, IMPACT or Consequence", where=where, remedy="annotate with --symbol --hgvs"
            )
        protein = parts.index("HGVSp") if "HGVSp" in parts else None
        return _Annotation("CSQ", parts.index("SYMBOL"), parts.index("IMPACT"), parts.index("Consequence"), protein)
    if "##INFO=<ID=ANN," in text:
        return _Annotation("ANN", 3, 2, 1, 10)
    raise InputError(
        "a VCF without annotation: neither CSQ (VEP) nor ANN (SnpEff)",
        where=where,
        remedy="annotate it first; crescreen does not map positions to genes",
    )


def _tumour(header: list[str], text: str, head: Head, options: ReadOptions) -> tuple[int | None, str, list[str]]:
    """Column of the tumour, the patient's id, and what was taken for granted."""
    samples = header[9:]
    of_file = dataset_name(head.path, options).removesuffix(".vcf")
    if not samples:
        return None, of_file, ["no sample column: every variant is taken for the tumour's, named after the file"]
    stated = _TUMOUR_LINE.search(text)
    marked = [one for one in samples if not _NORMAL.search(one)]
    chosen = stated[1] if stated and stated[1] in samples else marked[0] if len(marked) == 1 else ""
    if not chosen:
        raise InputError(
            f"which sample is the tumour? {', '.join(samples[:5])}",
            where=str(head.path),
            remedy="leave the tumour's column alone in the file (bcftools view -s NAME), or add ##tumor_sample=NAME",
        )
    notes = [f"the other sample, {one}, is not read" for one in samples if one != chosen]
    name = of_file if chosen.upper() in _GENERAL else chosen
    return 9 + samples.index(chosen), name, notes


def _calls(
    lines: list[str], start: int, header: list[str], column: int | None, annotation: _Annotation, where: str
) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """Gene and change of each variant that passed, is there, and changes a protein."""
    found: list[tuple[str, str]] = []
    left = {"the caller's filter": 0, "not in the tumour's genotype": 0, "the protein stays as it is": 0}
    left["without annotation"] = 0
    for number, line in enumerate(lines[start:], start + 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != len(header):
            raise InputError(
                f"line {number}: {len(cells)} fields where the header has {len(header)}",
                where=where,
                remedy="fetch it again",
            )
        _refuse_changed(cells, number, where)
        if cells[6] not in ("PASS", ".", ""):
            left["the caller's filter"] += 1
        elif column is not None and not _carries(cells[8], cells[column]):
            left["not in the tumour's genotype"] += 1
        elif f"{annotation.key}=" not in cells[7]:
            left["without annotation"] += 1
        elif changes := list(_changes(cells[7], annotation)):
            found += changes
        else:
            left["the protein stays as it is"] += 1
    return found, left


def _refuse_changed(cells: list[str], number: int, where: str) -> None:
    """No field of a VCF is empty or begins with a quotation mark: another program wrote it, and cells may have slid."""
    for name, cell in zip_longest(_FIXED, cells, fillvalue="a sample's field"):
        if cell.startswith('"'):
            raise InputError(
                f"line {number}: {name.lstrip('#')} begins with a quotation mark",
                where=where,
                remedy="fetch it again: a VCF has none there, a spreadsheet program has changed it",
            )
        if not cell.isprintable():
            raise InputError(
                f"line {number}: {name.lstrip('#')} holds a line break or another control character",
                where=where,
                remedy="fetch it again",
            )
    if "" in cells:
        raise InputError(
            f"line {number}: field {cells.index('') + 1} is empty",
            where=where,
            remedy="fetch it again: a VCF has a dot where there is nothing",
        )


def _carries(fields: str, cell: str) -> bool:
    """Whether a genotype has any other allele than the reference; one without a genotype has."""
    names = fields.split(":")
    if "GT" not in names:
        return True
    alleles = re.split(r"[/|]", cell.split(":")[names.index("GT")])
    return any(allele not in ("0", ".", "") for allele in alleles)


def _changes(info: str, annotation: _Annotation) -> Iterator[tuple[str, str]]:
    """The gravest change of each gene."""
    text = next((part[4:] for part in info.split(";") if part.startswith(f"{annotation.key}=")), "")
    best: dict[str, tuple[int, str]] = {}
    for one in text.split(","):
        parts = one.split("|")
        if len(parts) <= max(annotation.gene, annotation.impact) or parts[annotation.impact] not in _IMPACTS:
            continue
        gene = parts[annotation.gene].strip()
        protein = (
            parts[annotation.protein] if annotation.protein is not None and len(parts) > annotation.protein else ""
        )
        rank = _IMPACTS.index(parts[annotation.impact])
        change = _short(protein) or parts[annotation.consequence].split("&")[0]
        if gene and (gene not in best or rank < best[gene][0]):
            best[gene] = (rank, change)
    yield from ((gene, change) for gene, (_, change) in best.items())


def _short(protein: str) -> str:
    """``p.V600E`` of ``ENSP00000288602.6:p.Val600Glu``."""
    change = protein.rpartition(":")[2].replace("%3D", "=")
    return _THREE.sub(lambda hit: _LETTERS[hit[0]], change) if change.startswith("p.") else ""


KINDS = (Kind("annotated-vcf", "variants (VCF) annotated by VEP or SnpEff", _recognises, _read),)
