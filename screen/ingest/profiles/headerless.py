"""Files whose first line is data: genes and values of one sample, as htseq-count and STAR write them."""

import csv
import io

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.profiles.orientation import gene_score
from screen.ingest.text.decoding import read_decoded
from screen.ingest.text.delimited import LINE
from screen.ingest.text.grid import MISSING, TEXT_COLUMNS

_STAR_COUNTERS = ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous")
_STAR_COLUMNS = 3
_STRANDED = 10
"""From this ratio between its two strands on, a library is stranded."""


def columns_without_header(head: Head) -> int:
    """Number of value columns of a file whose first line is data; 0 where the first line is a header.

    A first line is data where a gene (or a counter of STAR) stands before numbers alone.
    """
    if head.magic != "text" or len(head.header) < 2:
        return 0
    first, *values = head.header
    is_gene = first in _STAR_COUNTERS or (first.lower() not in TEXT_COLUMNS and gene_score(first) > 0.4)
    return len(values) if is_gene and all(map(_is_number, values)) else 0


def refuse_headerless(head: Head) -> None:
    """Refuse a matrix whose first line is data: its samples have no names.

    Raises
    ------
    InputError
        With what the first line holds.
    """
    columns = columns_without_header(head)
    if columns:
        raise InputError(
            f"no header: the first line is data already ({head.header[0]}, {head.header[1]}, ...), so {columns} "
            "columns have no names",
            where=str(head.path),
            remedy="put a line before it: gene, then the name of each sample",
        )


def read_headerless(head: Head) -> tuple[pl.DataFrame, list[str]]:
    """Columns ``line``, ``gene``, ``level`` of a file without a header, and notes.

    Of STAR's three counts the unstranded one is taken, as the GDC does; the rows that count reads, not genes, are
    left out where genes are tidied.

    Raises
    ------
    InputError
        A row of another length, or a value that is no number.
    """
    text = read_decoded(head.path).text
    rows: list[tuple[int, str, float | None]] = []
    strands = [0.0, 0.0]
    for number, fields in enumerate(csv.reader(io.StringIO(text), delimiter=head.delimiter), 1):
        if not fields or not any(fields) or fields[0].startswith("#"):
            continue
        values = _values(fields, number, head)
        rows.append((number, fields[0].strip(), values[0]))
        if len(values) == _STAR_COLUMNS and fields[0].strip() not in _STAR_COUNTERS:
            strands = [total + (value or 0.0) for total, value in zip(strands, values[1:], strict=True)]
    frame = pl.DataFrame(rows, schema={LINE: pl.Int64, "gene": pl.String, "level": pl.Float64}, orient="row")
    return frame, _star_notes(head, strands)


def _values(fields: list[str], number: int, head: Head) -> list[float | None]:
    where = str(head.path)
    if len(fields) != len(head.header):
        raise InputError(
            f"line {number}: {len(fields)} fields where the first line has {len(head.header)}",
            where=where,
            remedy="is the file whole? is the separator right?",
        )
    values: list[float | None] = []
    for place, cell in enumerate(map(str.strip, fields[1:]), 2):
        if not _is_number(cell):
            raise InputError(
                f"line {number}, column {place}: {cell!r} is not a number",
                where=where,
                remedy="a gene and its value in each line",
            )
        values.append(None if cell in MISSING else float(cell))
    return values


def _star_notes(head: Head, strands: list[float]) -> list[str]:
    if len(head.header) != 1 + _STAR_COLUMNS:
        return []
    few, many = sorted(strands)
    stranded = many > _STRANDED * max(few, 1.0)
    return ["STAR ReadsPerGene: the unstranded counts taken" + (" (the library looks stranded)" if stranded else "")]


def _is_number(cell: str) -> bool:
    if cell in MISSING:
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True
