"""A file as sheets of text cells, whatever it is saved as; numbers in either spelling."""

import csv
import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from screen.errors import InputError
from screen.ingest.damage import as_input_errors
from screen.ingest.file_head import peek
from screen.ingest.text.decoding import decode, read_bytes
from screen.ingest.text.workbook import is_workbook, workbook_sheets

Rows = Sequence[Sequence[str]]
APPLE_DOUBLE = (b"\x00\x05\x16\x07", b"\x00\x05\x16\x00")
OVERFLOW = re.compile(r"^(ovrflw|overflow|over|#?sat|saturated|>+)$", re.IGNORECASE)
_NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_GROUPED = re.compile(r"^[-+]?\d{1,3}(,\d{3})+$")
_COMMA = re.compile(r"^[-+]?\d+,\d+([eE][-+]?\d+)?$")
_MOST_BYTES = 1 << 26


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook, or a whole text."""

    name: str
    rows: Rows


@dataclass(frozen=True)
class PlateFile:
    """An export as cells."""

    path: Path
    pages: tuple[Page, ...]
    delimiter: str
    """'' for a workbook."""
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> Rows:
        """Of the first page."""
        return self.pages[0].rows

    @cached_property
    def words(self) -> str:
        """The first 60 rows of every page in lower case, to be recognised by."""
        parts = [f"{page.name}\n" + "\n".join(" ".join(row) for row in page.rows[:60]) for page in self.pages]
        return "\n".join(parts).lower()

    @cached_property
    def decimal_comma(self) -> bool:
        """Whether a comma stands before the decimals.

        Raises
        ------
        InputError
            ``12,345`` alone, which may be either.
        """
        if self.delimiter == ",":
            return False
        cells = [cell for page in self.pages for row in page.rows for cell in row if _COMMA.match(cell)]
        if any(not _GROUPED.match(cell) for cell in cells):
            return True
        if cells:
            raise InputError(
                f"{cells[0]!r} may be a decimal comma or thousands",
                where=str(self.path),
                remedy="export the numbers without thousands separators",
            )
        return False

    def number(self, cell: str) -> float:
        """A cell as a number; NaN where it holds none."""
        text = cell.strip().replace("\u00a0", "").replace("\u202f", "")
        if _NUMBER.match(text):
            return float(text)
        if "," not in text:
            return float("nan")
        if "." in text:
            last = max(text.rfind(","), text.rfind("."))
            text = text[:last].replace(",", "").replace(".", "") + "." + text[last + 1 :]
        else:
            text = text.replace(",", "." if self.decimal_comma else "")
        return float(text) if _NUMBER.match(text) else float("nan")


def is_apple_double(path: Path) -> bool:
    """Whether a file is what macOS lays beside the real one."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) in APPLE_DOUBLE or path.name.startswith("._")
    except OSError:
        return False


def plate_file(path: Path) -> PlateFile:
    """The cells of a text or a workbook.

    Raises
    ------
    InputError
        Missing, empty, damaged, or neither text nor workbook.
    """
    head = peek(path)
    if path.stat().st_size > _MOST_BYTES:
        raise InputError("is larger than 64 MB", where=str(path), remedy="give the plates a file each")
    if is_workbook(path):
        pages = tuple(Page(name, rows) for name, rows in workbook_sheets(path))
        return PlateFile(path, pages, "")
    if head.magic != "text":
        raise InputError(
            f"neither text nor a workbook (xlsx): it begins like {head.magic}",
            where=str(path),
            remedy="export it from the reader as txt, csv or xlsx",
        )
    with as_input_errors(str(path)):
        decoded = decode(read_bytes(path), str(path))
    delimiter = _delimiter(decoded.text)
    with warnings.catch_warnings():
        rows = _cut(decoded.text, delimiter, path)
    return PlateFile(path, (Page("", rows),), delimiter, tuple(n for n in decoded.notes if "UTF" in n))


def _cut(text: str, delimiter: str, path: Path) -> Rows:
    try:
        return [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        ]
    except csv.Error as fault:
        raise InputError(
            f"cannot be cut into cells: {fault}",
            where=str(path),
            remedy="is the file whole? is a quotation mark left open?",
        ) from None


def whole_row(file: PlateFile, header: Sequence[str], row: Sequence[str], line: int) -> Sequence[str]:
    """A row of a table with a cell for each heading; a workbook has no cells where nothing stands behind.

    Raises
    ------
    InputError
        A row of a text with fewer or more cells, or with a line break in one: others stand under wrong headings.
    """
    width = max((place for place, name in enumerate(header, start=1) if name), default=0)
    if any("\n" in cell for cell in row):
        fault = "a quotation mark is not closed on its line"
    elif (file.delimiter and len(row) < width) or any(row[len(header) :]):
        fault = f"{len(row)} cells where the header has {width}"
    else:
        return [*row, *[""] * (len(header) - len(row))]
    raise InputError(f"line {line}: {fault}", where=str(file.path), remedy="one row a well, a cell for each heading")


def _delimiter(text: str) -> str:
    """Tab, semicolon or comma: what cuts most lines into most fields."""
    lines = [line for line in text.split("\n")[:400] if line.strip()]
    counts = {mark: sum(line.count(mark) for line in lines) for mark in "\t;"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] >= max(1, len(lines) // 2) else ","
