"""A table as a file that others open: csv, parquet, or a sheet of a workbook (xlsx)."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.untrusted_text import inert_cells

ENDINGS = (".csv", ".parquet", ".xlsx")
MOST_ROWS = 1_048_575
"""Of a sheet, below its heading."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def require_ending(file: Path) -> None:
    """Refuse a file's name by which no table can be written.

    Raises
    ------
    InputError
        It has another ending than those of :data:`ENDINGS`.
    """
    if file.suffix not in ENDINGS:
        raise InputError(
            f"cannot write {file.suffix or 'a file without an ending'!r}",
            where=str(file),
            remedy="end the name with .csv, .parquet or .xlsx",
        )


def write_table(frame: pl.DataFrame, file: Path, ending: str) -> None:
    """Write a table into a file by the ending it will have: one of :data:`ENDINGS`.

    Raises
    ------
    InputError
        More rows than a sheet holds.
    """
    if ending == ".parquet":
        frame.write_parquet(file)
    elif ending == ".csv":
        inert_cells(frame).write_csv(file)
    else:
        file.write_bytes(workbook(inert_cells(frame)))


def workbook(frame: pl.DataFrame, says: str = "") -> bytes:
    """The bytes of an xlsx file with one sheet of rows, and a second that ``says`` what they are not for.

    Raises
    ------
    InputError
        More rows than a sheet holds.
    """
    from openpyxl import Workbook

    if frame.height > MOST_ROWS:
        raise InputError(
            f"{frame.height:,} rows, a sheet holds {MOST_ROWS:,}",
            where="export",
            remedy="end the name with .csv or .parquet, or take out one patient with --patient",
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("table")
    sheet.append(frame.columns)
    for row in frame.iter_rows():
        sheet.append(row)
    if says:
        book.create_sheet("purpose").append([says])
        book.properties.description = says
    book.properties.created = book.properties.modified = datetime(*_LONG_AGO)
    made = io.BytesIO()
    book.save(made)
    return _undated(made.getvalue())


def _undated(content: bytes) -> bytes:
    """The same archive without the time of day: the same table gives the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            text = old.read(one)
            if one.filename == "docProps/core.xml":
                text = _without_modified(text)
            new.writestr(zipfile.ZipInfo(one.filename, _LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _without_modified(text: bytes) -> bytes:
    """openpyxl writes the moment of saving, whatever the properties say."""
    import re

    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", text)
