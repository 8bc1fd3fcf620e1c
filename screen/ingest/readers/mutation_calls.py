"""Mutations as MAF, cBioPortal's ``data_mutations.txt`` among it: one call a row."""

import re

import polars as pl

from screen.errors import InputError
from screen.ingest.alterations.call_rows import calls_batch
from screen.ingest.alterations.subjects import subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.patient_ids import listed
from screen.ingest.readers.alteration_tables import SILENT
from screen.ingest.text.delimited import LINE, find, read_table
from screen.records import Batch, ReadOptions

_GENE, _SAMPLE, _CLASS = "Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification"
_CHANGE = ("hgvspshort", "proteinchange", "aminoacidchange", "hgvsp")
_NO_CALL = ("LOH", "Wildtype")
_PROMOTER = "TERT"
"""Its promoter mutations are drivers although they leave the protein as it is."""
_SEQUENCED = re.compile(r"^#\s*sequenced_samples:\s*(.+)$", re.MULTILINE)


def _recognises(head: Head) -> bool:
    return head.has(_GENE, _SAMPLE, _CLASS)


def _read(head: Head, options: ReadOptions) -> Batch:
    for name in (_GENE, _SAMPLE, _CLASS):
        head.require(name)
    table, notes = read_table(head)
    whole = table.drop_nulls([_GENE, _SAMPLE]).filter(pl.col(_GENE) != "Unknown")
    if whole.is_empty():
        raise InputError(
            "no row has a gene and a sample", where=str(head.path), remedy="is the file whole? fetch it again"
        )
    left = (
        [f"{table.height - whole.height} rows without gene or sample left out"] if table.height > whole.height else []
    )
    rows, more = _protein_changing(whole)
    sequenced = _sequenced(head)
    samples = [*whole[_SAMPLE].to_list(), *sequenced]
    lines = pl.concat([whole[LINE], pl.Series(LINE, [0] * len(sequenced), dtype=pl.UInt32)])
    subjects = subjects_of(samples, head.path, "", lines=lines)
    change = find(rows.columns, *_CHANGE)
    detail = pl.col(change).fill_null(pl.col(_CLASS)) if change else pl.col(_CLASS)
    germline = (
        pl.col("Mutation_Status").str.to_lowercase() == "germline"
        if "Mutation_Status" in rows.columns
        else pl.lit(False)
    )
    calls = rows.select(
        sample_id=_SAMPLE,
        gene=_GENE,
        level=pl.lit(1.0),
        detail=pl.when(germline.fill_null(False)).then(detail + " (germline)").otherwise(detail),
    )
    batch = calls_batch("maf", head.path, options, subjects, {"mutation": (calls, "called")}, every=bool(sequenced))
    named = [f"{len(sequenced)} samples are named as sequenced"] if sequenced else []
    return Batch(batch.kind, batch.tables, (*batch.notes, *named, *left, *more, *notes))


def _protein_changing(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Without calls that leave the protein as it is, and those that are none."""
    silent = pl.col(_CLASS).fill_null("").str.contains(f"(?i){SILENT.pattern}")
    promoter = (pl.col(_GENE) == _PROMOTER) & pl.col(_CLASS).str.contains("(?i)flank")
    notes = []
    if "Mutation_Status" in rows.columns:
        none = rows.filter(pl.col("Mutation_Status").is_in(_NO_CALL)).height
        rows = rows.filter(~pl.col("Mutation_Status").is_in(_NO_CALL).fill_null(False))
        notes += [f"{none} rows of status {listed(_NO_CALL)} left out"] if none else []
    changing = rows.filter(~silent | promoter)
    if changing.height < rows.height:
        notes.append(f"{rows.height - changing.height} rows left out: the protein stays as it is (silent, intron, ...)")
    return changing, notes


def _sequenced(head: Head) -> list[str]:
    found = _SEQUENCED.search(head.text)
    return found[1].split() if found else []


KINDS = (Kind("maf", "mutations (MAF, cBioPortal's data_mutations)", _recognises, _read),)
