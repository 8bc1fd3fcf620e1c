"""One sample a file: GDC STAR counts, salmon, kallisto."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.expression import named_unit
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.profile_rows import batch
from screen.ingest.text.delimited import LINE, numbers, read_table
from screen.records import Batch, ReadOptions

_ENDINGS = re.compile(r"\.(?:(?:rna_seq\.)?augmented_star_gene_counts|quant\.genes|quant|abundance|genes)$")
_GENERIC = {"quant", "quant.genes", "abundance", "genes"}
"""File names that salmon and kallisto give to every sample: the folder above names it."""
_TRANSCRIPT = re.compile(r"^(?:ENST\d{11}|[NX][MR]_\d+)")
_GENE_IN_NAME = re.compile(r"\|(ENSG\d{11}(?:\.\d+)?(?:_PAR_Y)?)\|")


@dataclass(frozen=True)
class _Layout:
    kind: str
    gene: str
    """Column of identifiers."""
    values: Mapping[str, str]
    """Unit -> its column; the first is the one taken."""


_STAR = _Layout(
    "gdc-star-counts", "gene_id", {"tpm": "tpm_unstranded", "counts": "unstranded", "fpkm": "fpkm_unstranded"}
)
_SALMON = _Layout("salmon", "Name", {"tpm": "TPM", "counts": "NumReads"})
_KALLISTO = _Layout("kallisto", "target_id", {"tpm": "tpm", "counts": "est_counts"})


def _has(layout: _Layout, head: Head) -> bool:
    return head.has(layout.gene, *layout.values.values())


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
    rows, summed = _genes(rows, head.path)
    sample = sample_name(head.path)
    matrix = Matrix(
        head.path,
        (sample,),
        tuple(rows["gene"]),
        rows["level"].cast(pl.Float32).to_numpy().reshape(1, -1),
        pl.DataFrame(),
        "",
        (f"sample {sample}",),
        tuple(f"line {line}" for line in rows[LINE]),
    )
    result = batch(layout.kind, matrix, replace(options, unit=unit), told_by=f"column {layout.values[unit]}")
    told = "sample and patient are named after the file or its folder: a sample sheet may know them by other names"
    return Batch(result.kind, result.tables, (*result.notes, *summed, told, *notes))


def sample_name(path: Path) -> str:
    """The file's name without its endings; for ``quant.sf`` and its like the name of the folder.

    >>> sample_name(Path("run7/P-12/quant.sf.gz"))
    'P-12'
    """
    stem = re.sub(r"\.(?:gz|sf|tsv|txt)$", "", re.sub(r"\.gz$", "", path.name))
    return path.resolve().parent.name if stem in _GENERIC else _ENDINGS.sub("", stem)


def _genes(rows: pl.DataFrame, path: Path) -> tuple[pl.DataFrame, list[str]]:
    """Transcripts summed to their genes, where their names tell the gene (as GENCODE's do)."""
    rows = rows.filter(pl.col("gene").is_not_null())
    transcripts = rows["gene"].str.contains(_TRANSCRIPT.pattern).sum()
    if 2 * transcripts <= rows.height:
        return rows, []
    named = rows.with_columns(gene=pl.col("gene").str.extract(_GENE_IN_NAME.pattern, 1))
    if named["gene"].null_count():
        raise InputError(
            f"{transcripts} transcripts, and their names do not tell the gene",
            where=str(path),
            remedy="give values per gene: salmon --geneMap writes quant.genes.sf, tximport a matrix",
        )
    summed = named.group_by("gene", maintain_order=True).agg(pl.col("level").sum(), pl.col(LINE).first())
    return summed, [f"{rows.height} transcripts summed to {summed.height} genes"]


def _kind(layout: _Layout, says: str) -> Kind:
    return Kind(layout.kind, says, lambda head: _has(layout, head), lambda head, options: _read(layout, head, options))


KINDS = (
    _kind(_STAR, "GDC STAR counts of one sample"),
    _kind(_SALMON, "salmon quantification of one sample"),
    _kind(_KALLISTO, "kallisto quantification of one sample"),
)
