"""One sample a file: GDC STAR counts, RSEM, salmon, kallisto, Cufflinks, StringTie, and files without a header."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from screen.errors import InputError
from screen.expression import named_unit
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.file_names import sample_name
from screen.ingest.profiles.headerless import columns_without_header, read_headerless
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.profile_rows import batch
from screen.ingest.text.delimited import LINE, numbers, read_table
from screen.records import Batch, ReadOptions

_TRANSCRIPT = re.compile(r"^(?:ENST\d{11}|[NX][MR]_\d+)")
_GENE_IN_NAME = re.compile(r"\|(ENSG\d{11}(?:\.\d+)?(?:_PAR_Y)?)\|")
_NAMED = "the sample is named after its file or folder: a sample sheet may know it by another name"


@dataclass(frozen=True)
class _Layout:
    kind: str
    gene: str
    """Column of identifiers."""
    values: Mapping[str, str]
    """Unit -> its column; the first is the one taken."""
    beside: tuple[str, ...] = ()
    """Further columns that tell the program."""
    summed: bool = False
    """Rows of one gene add up: isoforms, or places of it."""


_STAR = _Layout(
    "gdc-star-counts", "gene_id", {"tpm": "tpm_unstranded", "counts": "unstranded", "fpkm": "fpkm_unstranded"}
)
_SALMON = _Layout("salmon", "Name", {"tpm": "TPM", "counts": "NumReads"})
_KALLISTO = _Layout("kallisto", "target_id", {"tpm": "tpm", "counts": "est_counts"})
_RSEM = _Layout(
    "rsem",
    "gene_id",
    {"tpm": "TPM", "counts": "expected_count", "fpkm": "FPKM"},
    ("length", "effective_length"),
    summed=True,
)
_CUFFLINKS = _Layout(
    "cufflinks", "gene_id", {"fpkm": "FPKM"}, ("tracking_id", "FPKM_conf_lo", "FPKM_conf_hi"), summed=True
)
_STRINGTIE = _Layout(
    "stringtie", "Gene ID", {"tpm": "TPM", "fpkm": "FPKM"}, ("Gene Name", "Reference", "Coverage"), summed=True
)


def _has(layout: _Layout, head: Head) -> bool:
    return head.has(layout.gene, *layout.values.values(), *layout.beside)


def _read(layout: _Layout, head: Head, options: ReadOptions) -> Batch:
    unit = named_unit(options.unit) if options.unit else next(iter(layout.values))
    head.require(layout.gene, *layout.values.values())
    if unit not in layout.values:
        raise InputError(
            f"holds {', '.join(layout.values)}, not {unit}",
            where=str(head.path),
            remedy=f"--unit {' or '.join(layout.values)}",
        )
    table, notes = read_table(head)
    counted = table.filter(~pl.col(layout.gene).str.starts_with("N_").fill_null(False))
    rows = counted.select(LINE, gene=layout.gene, level=numbers(counted, layout.values[unit], head.path))
    rows, summed = _genes(rows, head, layout)
    column = layout.values[unit]
    result = batch(layout.kind, _matrix(head, rows), replace(options, unit=unit), declared_by=f"column {column}")
    return Batch(result.kind, result.tables, (*result.notes, *summed, _NAMED, *notes))


def _matrix(head: Head, rows: pl.DataFrame) -> Matrix:
    """The one sample of a file, from its columns ``gene``, ``level`` and the line each stands in."""
    sample = sample_name(head.path)
    return Matrix(
        head.path,
        (sample,),
        tuple(rows["gene"]),
        rows["level"].cast(pl.Float32).to_numpy().reshape(1, -1),
        pl.DataFrame(),
        "",
        (f"sample {sample}",),
        tuple(f"line {line}" for line in rows[LINE]),
    )


def _genes(rows: pl.DataFrame, head: Head, layout: _Layout) -> tuple[pl.DataFrame, list[str]]:
    """Transcripts summed to their genes, where their names tell the gene (as GENCODE's do)."""
    rows = rows.filter(pl.col("gene").is_not_null())
    if layout.summed:
        return _summed(rows, "rows")
    transcripts = rows["gene"].str.contains(_TRANSCRIPT.pattern).sum()
    if 2 * transcripts <= rows.height:
        return rows, []
    named = rows.with_columns(gene=pl.col("gene").str.extract(_GENE_IN_NAME.pattern, 1))
    if named["gene"].null_count():
        raise InputError(
            f"{transcripts} transcripts, and their names do not tell the gene",
            where=str(head.path),
            remedy="give values per gene: salmon --geneMap writes quant.genes.sf, tximport a matrix",
        )
    return _summed(named, "transcripts")


def _summed(rows: pl.DataFrame, what: str) -> tuple[pl.DataFrame, list[str]]:
    summed = rows.group_by("gene", maintain_order=True).agg(pl.col("level").sum(), pl.col(LINE).first())
    notes = [f"{rows.height} {what} summed to {summed.height} genes"] if summed.height < rows.height else []
    return summed, notes


def _is_headerless(head: Head) -> bool:
    return columns_without_header(head) in (1, 3)


def _read_headerless(head: Head, options: ReadOptions) -> Batch:
    """htseq-count (gene, count), STAR's ReadsPerGene (gene, three counts), the GDC's older FPKM files."""
    if not _is_headerless(head):
        raise InputError(
            "no file of one sample without a header: that is a gene and one value (or STAR's three) in each line",
            where=str(head.path),
            remedy="is --as right?",
        )
    rows, notes = read_headerless(head)
    counted = "counts" if rows["level"].drop_nulls().round().eq(rows["level"].drop_nulls()).all() else None
    unit = options.unit or counted
    declared_by = "declared" if options.unit else "whole numbers without a header, as htseq-count and STAR write them"
    result = batch("headerless-sample", _matrix(head, rows), replace(options, unit=unit), declared_by=declared_by)
    return Batch(result.kind, result.tables, (*result.notes, *notes, _NAMED))


def _kind(layout: _Layout, says: str) -> Kind:
    return Kind(
        layout.kind,
        says,
        lambda head: _has(layout, head),
        lambda head, options: _read(layout, head, options),
        first_filled=True,
        last_filled=True,
    )


KINDS = (
    _kind(_STAR, "GDC STAR counts of one sample"),
    _kind(_SALMON, "salmon quantification of one sample"),
    _kind(_KALLISTO, "kallisto quantification of one sample"),
    _kind(_RSEM, "RSEM quantification of one sample"),
    _kind(_CUFFLINKS, "Cufflinks quantification of one sample"),
    _kind(_STRINGTIE, "StringTie gene abundances of one sample"),
    Kind(
        "headerless-sample",
        "genes and values of one sample without a header (htseq-count, STAR ReadsPerGene)",
        _is_headerless,
        _read_headerless,
        first_filled=True,
        last_filled=True,
    ),
)
