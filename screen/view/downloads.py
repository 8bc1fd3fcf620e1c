"""A table as a file to take away: its rows as filtered and sorted, with what they may not be used for."""

import io
import json
import math
from collections.abc import Mapping

import polars as pl

from screen.report.content.glossary import RESEARCH_USE
from screen.report.formats.table_files import workbook
from screen.untrusted_text import inert_cells
from screen.view.tables import TableKind, Wanted

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(kind: TableKind, rows: pl.DataFrame, wanted: Wanted, form: str) -> bytes:
    """Bytes of csv, json, parquet or xlsx.

    A csv file begins with a line ``# For research use only ...``, json has it beside the rows, parquet among the
    file's metadata, under ``purpose``, xlsx on a second sheet. No cell of a csv or xlsx file is
    a spreadsheet's formula.
    """
    if form == "csv":
        return f"# {RESEARCH_USE}\n".encode() + inert_cells(rows).write_csv().encode()
    if form == "xlsx":
        return workbook(inert_cells(_flat(rows)), RESEARCH_USE)
    says = {"purpose": RESEARCH_USE, "table": kind.name, **wanted.fields}
    if form == "json":
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows.to_dicts()]
        return (json.dumps({**says, "rows": plain}, ensure_ascii=False, indent=1) + "\n").encode()
    stream = io.BytesIO()
    rows.write_parquet(stream, metadata=dict(says))
    return stream.getvalue()


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists as text: a cell holds one value."""
    lists = [name for name, kind in rows.schema.items() if isinstance(kind, pl.List)]
    return rows.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in lists)


def headers(kind: TableKind, wanted: Mapping[str, str], form: str) -> dict[str, str]:
    """Name of the file, without any id in it."""
    code = wanted.get("indication", "")
    name = "-".join(part for part in (kind.name, code if code.isalnum() and code.isascii() else "") if part)
    return {"content-disposition": f'attachment; filename="{name}-research-use-only.{form}"'}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)
