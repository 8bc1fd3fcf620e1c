"""Labelled indications: the NCI table (TCGA codes) and cancerdrugsdb (prose)."""

import ast
import html
import re
from datetime import datetime
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.evidence.coverage import parse_coverage
from screen.indications import known
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, read_table
from screen.records import Batch, ReadOptions, drug_key

_RECORDS = pl.Schema(
    dict.fromkeys(("origin", "drug_key", "drug_name", "condition", "indication", "phase", "sentence"), pl.String())
)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_CELL = 10_000


def _read_nci(head: Head, options: ReadOptions) -> Batch:
    where = str(head.path)
    head.require("DrugName", "DrugIndications", "DrugIndicationsExtended")
    table, remarks = read_table(head, missing=(), controls_as_blanks=True)
    notes: list[str] = list(remarks)
    records = []
    cells = table.select(LINE, pl.col("DrugName", "DrugIndications", "DrugIndicationsExtended").fill_null(""))
    for line, name, codes, full in cells.iter_rows():
        place = f"{where}: line {line} ({name})"
        listed, written = _texts(codes, place), _texts(full, place)
        for position, code in enumerate(listed):
            prose = written[position] if len(written) == len(listed) else None
            records.append(("nci", drug_key(name), name, prose, code if known(code) else None, None, None))
            if not known(code):
                notes.append(f"{name}: {code!r} is no TCGA code, kept as text")
    return _batch("nci-indications", records, notes, options, None, where)


def _texts(cell: str, place: str) -> list[str]:
    """A list of strings in Python's writing, read as data, never run."""
    try:
        value = ast.literal_eval(cell.strip()) if len(cell) < _LONGEST_CELL else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise InputError(f"{cell[:60]!r} is no list of texts", where=place, remedy="write it as ['COAD', 'READ']")
    return [text.strip() for text in value]


def _read_cancerdrugsdb(head: Head, options: ReadOptions) -> Batch:
    where = str(head.path)
    head.require("Product", "Indications")
    table, remarks = read_table(head, missing=(), controls_as_blanks=True)
    dated = pl.col("Last Update") if "Last Update" in table.columns else pl.lit("")
    cells = table.select(pl.col("Product", "Indications").fill_null(""), dated=dated.fill_null(""))
    records = []
    blank = []
    for product, prose in cells.select("Product", "Indications").iter_rows():
        name = plain(product)
        pieces = [piece.strip(" ,.") for piece in plain(prose).split(";") if piece.strip(" ,.")]
        records += [("cancerdrugsdb", drug_key(name), name, piece, None, None, None) for piece in pieces]
        if not pieces:
            blank.append(name)
    notes = [*remarks, *([f"no indication is given for {len(blank)} drugs: {', '.join(blank)}"] if blank else [])]
    newest = max(map(_day, cells["dated"]), default="")
    return _batch("cancerdrugsdb", records, notes, options, newest or None, where)


def plain(cell: str) -> str:
    """A cell without HTML: tags dropped, entities resolved (``&#39;`` holds a semicolon, the list's separator)."""
    return " ".join(html.unescape(_TAG.sub(" ", cell)).split())


def _day(text: str) -> str:
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").strftime("%Y-%m-%d")
    except ValueError:
        return ""


def _batch(
    kind: str, records: list[Any], notes: list[str], options: ReadOptions, date: str | None, where: str
) -> Batch:
    if not records:
        raise InputError("no indication in it", where=where, remedy="fetch it again")
    frame = pl.DataFrame(records, schema=_RECORDS, orient="row").unique(maintain_order=True)
    return Batch(kind, {"indication_records": frame}, tuple(notes), date, str(parse_coverage(options.coverage)))


KINDS = (
    Kind(
        "nci-indications",
        "NCI drugs with the TCGA codes of their labelled indications",
        lambda head: head.has("DrugName", "DrugIndications", "DrugIndicationsExtended"),
        _read_nci,
    ),
    Kind(
        "cancerdrugsdb",
        "cancerdrugsdb: licensed cancer drugs, indications as prose",
        lambda head: head.has("Product", "Indications", "Generic"),
        _read_cancerdrugsdb,
    ),
)
