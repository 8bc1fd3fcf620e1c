"""Workbooks (xlsx) as cells of text, read within bounds."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from screen.errors import InputError

_PREFERRED = "TCGA-CDR"
"""A sheet by this name is the table; else the first one is."""
_MOST_BYTES = 4 << 30
_RATIO = 200
_SMALL = 1 << 26
_MOST_CELLS = 50_000_000
"""Of the rectangle that a sheet spans: 24 bytes each, filled or not."""
_MOST_ROWS = 1 << 20
_PART = re.compile(rb'\sr=["\']([A-Z]{1,3})([0-9]{1,9})["\']')
_BLOCK = 1 << 20
_SAVE = "is the file whole? fetch it again, or save it as csv"


def is_workbook(path: Path) -> bool:
    """Whether a zip archive is an xlsx workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def first_rows(path: Path, count: int = 50) -> list[list[str]]:
    """The first rows of the table, as text; rows of the same width."""
    import warnings

    from openpyxl import load_workbook

    with _as_input_error(path), warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")
        _refuse_bombs(path)
        book = load_workbook(stream, read_only=True, data_only=True)
        sheet = book[_PREFERRED] if _PREFERRED in book.sheetnames else book.worksheets[0]
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(max_row=count, values_only=True)]
        book.close()
    width = max((place for row in rows for place, text in enumerate(row, 1) if text), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def workbook_cells(path: Path) -> pl.DataFrame:
    """All cells of the table as text, empty ones null; the first row is the header.

    Raises
    ------
    InputError
        Damaged, encrypted, or unpacking to more than a table can hold.
    """
    with _as_input_error(path):
        _refuse_bombs(path)
        names = _sheet_names(path)
        return pl.read_excel(
            path,
            sheet_name=_PREFERRED if _PREFERRED in names else None,
            engine="calamine",
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
        )


def workbook_sheets(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Every sheet: its name and its cells as text, rows as they are, without empty rows at its end.

    Raises
    ------
    InputError
        Damaged, encrypted, or unpacking to more than a table can hold.
    """
    import fastexcel

    with _as_input_error(path):
        _refuse_bombs(path)
        book = fastexcel.read_excel(path)
        found = []
        for name in book.sheet_names:
            cells = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            found.append((name, [[_text(cell) for cell in row] for row in cells.rows()]))
    return found


def _text(cell: object) -> str:
    return "" if cell is None else re.sub(r"[\r\n\t]", " ", str(cell)).strip()


def _sheet_names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.decode() for name in re.findall(rb'<sheet [^>]*?name="([^"]*)"', archive.read("xl/workbook.xml"))]


def _refuse_bombs(path: Path) -> None:
    size = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        if sum(part.file_size for part in archive.infolist()) > min(_MOST_BYTES, max(_SMALL, _RATIO * size)):
            raise InputError(
                f"unpacks to more than {_RATIO} times its size", where=str(path), remedy="is it the file you mean?"
            )
        for part in archive.infolist():
            if part.filename.startswith("xl/worksheets/"):
                with archive.open(part) as stream:
                    _refuse_far_cells(stream, path)  # type: ignore[arg-type]


def _refuse_far_cells(stream: io.BufferedIOBase, path: Path) -> None:
    column, row, tail = 0, 0, b""
    while block := stream.read(_BLOCK):
        text = tail + block
        places = set(_PART.findall(text))
        column = max([column, *(_number(letters) for letters in {letters for letters, _ in places})])
        row = max([row, *(int(digits) for _, digits in places)])
        tail = text[-32:]
    if column * row > _MOST_CELLS or row > _MOST_ROWS:
        raise InputError(
            f"a sheet spans {row:,} rows x {column:,} columns",
            where=str(path),
            remedy="delete the stray cells far out, or save it as csv",
        )


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


@contextmanager
def _as_input_error(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except (Exception, pl.exceptions.PanicException) as fault:  # whatever the workbook libraries make of damage
        first = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise InputError(f"not a workbook that can be read: {first[:160]}", where=str(path), remedy=_SAVE) from None
