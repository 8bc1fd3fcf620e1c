"""Delimited text and spreadsheets as tables of text, each row with its line number; numbers checked."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head, read_rows, read_text

LINE = "line"
"""Column added to every table: line of the file, or row of the sheet."""

_ABSENT = ("", "NA", "N/A", "#N/A")


def columns(head: Head) -> tuple[str, ...]:
    """Column names of delimited text or of the first sheet of an xlsx file; empty for anything else."""
    if head.magic == "zip":
        return _sheet_header(head.path)
    return head.header


def read_table(head: Head) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """All cells as text without outer blanks (empty, ``NA`` and ``#N/A`` are null), and what to tell the user.

    Raises
    ------
    InputError
        Two columns of one name, rows of another length than the header, a quotation mark left open.
    """
    frame, notes = (_sheet(head.path), ()) if head.magic == "zip" else _text(head)
    cells = pl.exclude(LINE)
    trimmed = frame.with_columns(cells.str.strip_chars())
    return trimmed.with_columns(pl.when(cells.is_in(_ABSENT)).then(None).otherwise(cells).name.keep()), notes


def empty_rows(frame: pl.DataFrame) -> pl.Expr:
    """Rows without any cell filled."""
    return pl.all_horizontal(pl.col([name for name in frame.columns if name != LINE]).is_null())


def find(names: Iterable[str], *spellings: str) -> str | None:
    """The first column written like one of ``spellings``, whatever its case and punctuation."""
    by_plain = _by_plain(tuple(names))
    return next((by_plain[s] for s in spellings if s in by_plain), None)


@lru_cache(maxsize=4)
def _by_plain(names: tuple[str, ...]) -> Mapping[str, str]:
    # Every kind of file looks at the same header, which may name twenty thousand genes.
    return {_plain(name): name for name in reversed(names)}


def numbers(frame: pl.DataFrame, column: str, path: Path) -> pl.Series:
    """A column as float64; null stays null.

    Raises
    ------
    InputError
        A cell that is no finite number, with its line.
    """
    values = frame[column].cast(pl.Float64, strict=False)
    bad = frame.filter(frame[column].is_not_null() & ~values.is_finite().fill_null(False))
    if bad.height:
        raise InputError(
            f"column {column}, line {bad[LINE][0]}: {bad[column][0]!r} is not a number",
            where=str(path),
            remedy="leave the cell empty where nothing was measured",
        )
    return values.alias(column)


def plain_id(column: str) -> pl.Expr:
    """An identifier that a spreadsheet may have turned into a decimal number (``905933.0``)."""
    return pl.col(column).str.replace(r"^(\d+)\.0$", "$1")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _text(head: Head) -> tuple[pl.DataFrame, tuple[str, ...]]:
    text, encoding = read_text(head.path)
    skip = _comment_lines(text)
    _refuse_duplicates(head.header, head.path)
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=head.delimiter,
            infer_schema=False,
            skip_lines=skip,
            row_index_name=LINE,
            row_index_offset=2 + skip,
        )
    except pl.exceptions.PolarsError as fault:
        read_rows(text, head.delimiter, str(head.path), skip=skip)
        raise InputError(f"not a table: {str(fault).splitlines()[0]}", where=str(head.path)) from None
    _refuse_open_ends(frame, text, head)
    frame.columns = [name.strip() for name in frame.columns]
    doubtful = f"not UTF-8: read as {encoding}, letters outside ASCII are doubtful"
    return frame, () if encoding == "utf-8-sig" else (doubtful,)


def _comment_lines(text: str) -> int:
    leading = 0
    for line in io.StringIO(text):
        if line.strip() and line[0] not in "#!":
            break
        leading += 1
    return leading


def _refuse_duplicates(header: Iterable[str], path: Path) -> None:
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        raise InputError(f"two columns are called {twice[0]!r}", where=str(path), remedy="rename or remove one")


def _refuse_open_ends(frame: pl.DataFrame, text: str, head: Head) -> None:
    # polars fills a short row with nulls and lets an open quotation mark swallow the rows behind it.
    swallowed = frame.filter(pl.any_horizontal(pl.exclude(LINE).str.contains("\n", literal=True)))
    if swallowed.height:
        raise InputError(f"line {swallowed[LINE][0]}: a quotation mark is not closed", where=str(head.path))
    last = text.rstrip("\r\n").rpartition("\n")[2]
    fields = last.count(head.delimiter) + 1
    if '"' not in last and frame.height and fields < len(head.header):
        raise InputError(
            f"line {frame[LINE][-1]}: {fields} fields where the header has {len(head.header)}",
            where=str(head.path),
            remedy="the file looks cut: fetch it again",
        )


def _sheet_header(path: Path) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell).strip() for cell in next(_sheet_rows(path), ()))


def _sheet(path: Path) -> pl.DataFrame:
    cells = _cells(path)
    header = [(name or "").strip() for name in cells.row(0)]
    _refuse_duplicates(header, path)
    named = [i for i, name in enumerate(header) if name]
    frame = cells[1:, named]
    frame.columns = [header[i] for i in named]
    return frame.with_row_index(LINE, offset=2)


def _cells(path: Path) -> pl.DataFrame:
    from fastexcel import FastExcelError

    try:
        return pl.read_excel(
            path,
            engine="calamine",
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
        )
    except (FastExcelError, pl.exceptions.PolarsError) as fault:
        raise InputError(
            f"not a workbook that can be read: {str(fault).splitlines()[0]}",
            where=str(path),
            remedy="is the file whole? fetch it again, or save it as csv",
        ) from None


def _sheet_rows(path: Path) -> Iterator[tuple[object, ...]]:
    import warnings
    import zipfile

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        return iter(())
    rows: Iterator[tuple[object, ...]] = book.worksheets[0].iter_rows(values_only=True)
    return rows
