"""Fusions: cBioPortal's structural variants and its older table, DepMap's, or a table of patients and fusions."""

import re

import polars as pl

from screen.errors import InputError
from screen.ingest.alterations.call_rows import calls_batch
from screen.ingest.alterations.subjects import subjects_of
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.profiles.identifiers import refuse_direct
from screen.ingest.readers.alteration_tables import SUBJECT
from screen.ingest.text.delimited import LINE, find, read_table
from screen.ingest.text.grid import SAMPLE_COLUMNS
from screen.records import Batch, ReadOptions

_SITES = (("site1hugosymbol", "gene1", "leftgene"), ("site2hugosymbol", "gene2", "rightgene"))
_NAME = ("fusion", "fusionname", "canonicalfusionname", "genefusion")
_MARK = re.compile(r"\s*(?:::|--|-|/|_|\s)\s*")
_TAIL = re.compile(r"\s+(?:gene\s+)?fusion.*$|\s+rearrangement.*$|\s+intragenic.*$", re.IGNORECASE)
_SURE = ("::", "--")
_BESIDE = re.compile(r"\s*\((?:\d+|ENSG[\d.]+)\)$")


def _recognises(head: Head) -> bool:
    names = head.header
    if find(names, *SUBJECT) is None or len(names) > 120:
        return False
    return find(names, *_SITES[0]) is not None or find(names, *_NAME) is not None


def _read(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    subject = find(table.columns, *SUBJECT)
    one, two = (find(table.columns, *spellings) for spellings in _SITES)
    name = find(table.columns, *_NAME)
    if subject is None or (name is None and one is None and two is None):
        raise InputError(
            "needs a column of patients and one of fusions", where=str(head.path), remedy="as in patient_id, fusion"
        )
    refuse_direct([column for column in table.columns if column != subject], str(head.path))
    status = find(table.columns, "svstatus")
    rows = table.drop_nulls(subject)
    pairs = [_pair(row.get(one or ""), row.get(two or ""), row.get(name or "")) for row in rows.iter_rows(named=True)]
    germline = [str(value or "").upper() == "GERMLINE" for value in rows[status]] if status else [False] * rows.height
    calls = pl.DataFrame(
        [
            (sample, gene, 1.0, "::".join(genes) if len(genes) > 1 else f"{genes[0]} rearrangement")
            for sample, genes, inherited in zip(rows[subject], pairs, germline, strict=True)
            for gene in genes
            if not inherited
        ],
        schema={"sample_id": pl.String, "gene": pl.String, "level": pl.Float64, "detail": pl.String},
        orient="row",
    )
    if calls.is_empty():
        raise InputError("no row names a gene", where=str(head.path), remedy="as in patient_id, fusion: P1, BCR::ABL1")
    named = subject if subject.lower() in SAMPLE_COLUMNS else ""
    subjects = subjects_of(rows[subject].to_list(), head.path, named, lines=rows[LINE])
    batch = calls_batch("fusion-table", head.path, options, subjects, {"fusion": (calls, "called")})
    without = sum(not genes for genes in pairs)
    left = [f"{without} rows without a gene left out"] if without else []
    left += [f"{sum(germline)} germline rows left out"] if any(germline) else []
    return Batch(batch.kind, batch.tables, (*batch.notes, *left, *notes))


def _pair(one: str | None, two: str | None, name: str | None) -> tuple[str, ...]:
    """The genes of a fusion, from two columns or from one name."""
    genes = [_BESIDE.sub("", gene.strip()) for gene in (one, two) if gene and gene.strip() not in ("", "-1", "NA")]
    if not genes and name:
        plain = _TAIL.sub("", name.strip())
        sure = next((mark for mark in _SURE if mark in plain), None)
        genes = [
            part.strip() for part in (plain.split(sure) if sure else _MARK.split(plain, maxsplit=1)) if part.strip()
        ]
    return tuple(dict.fromkeys(genes))


KINDS = (Kind("fusion-table", "fusions (cBioPortal's data_sv, DepMap's, or patient and fusion)", _recognises, _read),)
