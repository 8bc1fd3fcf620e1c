"""Delimited text and spreadsheets as tables of text, each row with its line number; numbers checked."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.text.decoding import printable
from screen.ingest.text.sheet import read_sheet

LINE = "line"
"""Column added to every table: line of the file, or row of the sheet."""
ABSENT = ("", "NA", "N/A", "#N/A")
_VALUE = r"^[-+]?\d*\.\d*[1-9]\d*(?:[eE][-+]?\d+)?$"
"""A number with a fraction, which names nobody."""


def read_table(
    head: Head,
    *,
    missing: tuple[str, ...] = ABSENT,
    above: int = 0,
    line_breaks: bool = False,
    controls_as_blanks: bool = False,
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """All cells as text without outer blanks, and what to tell the user.

    Parameters
    ----------
    missing : cells that are null; empty ones always are
    above : lines above the header that are no comments
    line_breaks : cells may hold line breaks inside quotation marks; they become blanks
    controls_as_blanks : control characters within cells become blanks

    Returns
    -------
    table : the columns of the header (those without a name and without a cell left out) and ``line``
    notes : encoding

    Raises
    ------
    InputError
        Two columns of one name, a row of another length than the header, a quotation mark left open, the header
        twice, no text; with the line.
    """
    sheet = read_sheet(head, above=above, line_breaks=line_breaks)
    frame = sheet.frame({f"c{place}": pl.String for place in range(len(sheet.header))})
    text = pl.all()
    if controls_as_blanks:
        frame = _without_controls(frame)
    if line_breaks:
        frame = frame.with_columns(text.str.replace_all(r"\s+", " "))
    trimmed = frame.with_columns(text.str.strip_chars())
    absent = text.is_in(missing or ABSENT[:1])
    filled = trimmed.with_columns(pl.when(absent).then(None).otherwise(text).name.keep())
    named = _named(filled, sheet.header)
    return named.select(pl.Series(LINE, sheet.rows.lines, pl.UInt32), pl.all()), sheet.notes


def _without_controls(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.all().str.replace_all(r"[\p{C}\p{Z}]", " "))


def _named(frame: pl.DataFrame, header: tuple[str, ...]) -> pl.DataFrame:
    """Columns by their names; of those without a name the first keeps none, the others get their place."""
    empty = [place for place, name in enumerate(header) if not name and frame[:, place].null_count() == frame.height]
    names: dict[str, str] = {}
    for place, name in enumerate(header):
        if place not in empty:
            free = name or ("" if "" not in names.values() else f"column {place + 1}")
            names[f"c{place}"] = free if free not in names.values() else f"column {place + 1}"
    return frame.select(*names).rename(names)


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
            f"column {column}, line {bad[LINE][0]}: {printable(bad[column][0])!r} is not a number",
            where=str(path),
            remedy="leave the cell empty where nothing was measured",
        )
    return values.alias(column)


def refuse_values_as_ids(ids: pl.Series, lines: pl.Series, path: Path) -> None:
    """Refuse names that are numbers with a fraction: cells of a row have slid under another heading.

    Raises
    ------
    InputError
        With the line.
    """
    values = ids.str.contains(_VALUE).fill_null(False)
    if values.any():
        at = values.arg_max() or 0
        raise InputError(
            f"line {lines[at]}, column {ids.name or 'without a name'}: {ids[at]!r} is a measured value, no name",
            where=str(path),
            remedy="has the row a cell too few or too many before it?",
        )


def refuse_no_sanger_ids(frame: pl.DataFrame, column: str, path: Path) -> None:
    """Refuse a column of Sanger's ids (``SIDM00001``) that holds anything else: cells have slid under its heading.

    Raises
    ------
    InputError
        With the line.
    """
    other = frame.filter(~frame[column].str.contains(r"^SIDM\d+$").fill_null(True))
    if other.height:
        raise InputError(
            f"line {other[LINE][0]}, column {column}: {printable(other[column][0])!r} is no id of Sanger's (SIDM00001)",
            where=str(path),
            remedy="have the cells of the row slid by one?",
        )


def plain_id(column: str) -> pl.Expr:
    """An identifier that a spreadsheet may have turned into a decimal number (``905933.0``)."""
    return pl.col(column).str.replace(r"^(\d+)\.0$", "$1")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
