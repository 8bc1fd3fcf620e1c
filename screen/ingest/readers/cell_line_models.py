"""DepMap's table of models: which cell line is which, and which tumour it comes from."""

import re

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.delimited import LINE, find, plain_id, read_table, refuse_no_sanger_ids, refuse_values_as_ids
from screen.records import Batch, ReadOptions

_COLUMNS = {
    "cell_line_id": ("modelid", "depmapid"),
    "name": ("celllinename", "strippedcelllinename"),
    "lineage": ("oncotreelineage", "lineage"),
    "oncotree_code": ("oncotreecode",),
    "primary_disease": ("oncotreeprimarydisease", "primarydisease"),
    "sanger_id": ("sangermodelid",),
    "cosmic_id": ("cosmicid",),
}
"""Store column -> how releases have written it, newest first (lower-case letters and digits)."""


def _recognises(head: Head) -> bool:
    return (
        find(head.header, *_COLUMNS["cell_line_id"]) is not None
        and find(head.header, *_COLUMNS["name"]) is not None
        and find(head.header, *_COLUMNS["lineage"], *_COLUMNS["primary_disease"]) is not None
    )


def _read(head: Head, options: ReadOptions) -> Batch:
    table, notes = read_table(head)
    found = {column: find(table.columns, *spellings) for column, spellings in _COLUMNS.items()}
    identity = found["cell_line_id"]
    if identity is None:
        raise InputError("no column ModelID", where=str(head.path), remedy="is this DepMap's Model.csv?")
    _check_ids(table, identity, head)
    if sanger := found["sanger_id"]:
        refuse_no_sanger_ids(table, sanger, head.path)
    rows = table.select(
        (plain_id(name) if column == "cosmic_id" else pl.col(name)).alias(column)
        if name
        else pl.lit(None, pl.String).alias(column)
        for column, name in found.items()
    )
    rows = _second_name(rows, table)
    remarks = [*notes, *_blanks(rows), *(f"no column for {column}" for column, name in found.items() if name is None)]
    return Batch("depmap-model", {"cell_line_records": rows}, (f"{rows.height} cell lines", *remarks))


def _check_ids(table: pl.DataFrame, identity: str, head: Head) -> None:
    empty = table.filter(pl.col(identity).is_null())
    if empty.height:
        raise InputError(f"line {empty[LINE][0]}, column {identity}: empty", where=str(head.path))
    refuse_values_as_ids(table[identity], table[LINE], head.path)
    twice = table.filter(pl.col(identity).is_first_distinct().not_())
    if twice.height:
        raise InputError(
            f"line {twice[LINE][0]}, column {identity}: {twice[identity][0]!r} is there twice",
            where=str(head.path),
            remedy="each model once",
        )


def _second_name(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Models without a name of their own take the stripped one."""
    stripped = find(table.columns, "strippedcelllinename")
    return rows if stripped is None else rows.with_columns(pl.col("name").fill_null(table[stripped]))


def _blanks(rows: pl.DataFrame) -> list[str]:
    stated = {"oncotree_code": "an OncoTree code", "sanger_id": "a Sanger id", "cosmic_id": "a COSMIC id"}
    notes = [f"{missing} without {what}" for column, what in stated.items() if (missing := rows[column].null_count())]
    odd = [text for text in rows["cosmic_id"].drop_nulls() if not re.fullmatch(r"\d+", text)]
    return [*notes, *([f"{len(odd)} COSMIC ids that are no numbers, as {odd[0]!r}"] if odd else [])]


KINDS = (Kind("depmap-model", "DepMap model table (Model.csv)", _recognises, _read),)
