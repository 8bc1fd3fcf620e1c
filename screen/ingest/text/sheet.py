"""A table of text as it lies on disk, its header found and every row as wide as the header."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import Head
from screen.ingest.no_table import not_a_table
from screen.ingest.text.decoding import Decoded, decode, read_bytes
from screen.ingest.text.shape import Rows, refuse_uneven, rows_of
from screen.ingest.text.slid_cells import refuse_slid_rows
from screen.ingest.text.workbook import workbook_cells

COMMENTS = ("#", "!")
"""Lines before the header that begin so are left out; GEO's tables end in one, too."""


@dataclass(frozen=True)
class Sheet:
    """A header and rows of that width."""

    path: Path
    delimiter: str
    header: tuple[str, ...]
    """Names without outer blanks; ``""`` where R left out that of the row names."""
    rows: Rows
    """Data rows, all of one width."""
    skipped: int
    """Lines of ``rows.body`` before the first data row."""
    extra: int
    """Fields of each row beyond the header: 1 where every row ends in a delimiter, else 0."""
    notes: tuple[str, ...]

    def frame(self, kinds: dict[str, pl.DataType | type[pl.DataType]], missing: tuple[str, ...] = ()) -> pl.DataFrame:
        """The cells, columns called ``c0``, ``c1``, ...; ``kinds`` gives the type of each.

        Raises
        ------
        polars.exceptions.PolarsError
            A cell does not fit its type.
        """
        beyond = {f"c{len(kinds) + i}": pl.String for i in range(self.extra)}
        if not len(self.rows):
            return pl.DataFrame(schema=kinds)
        frame = pl.read_csv(
            self.rows.body,
            separator=self.delimiter,
            has_header=False,
            skip_lines=self.skipped,
            schema={**kinds, **beyond},
            null_values=list(missing) or None,
        )
        if frame.height != len(self.rows):
            raise InputError(
                f"{len(self.rows)} rows, of which {frame.height} could be read",
                where=str(self.path),
                remedy="is a quotation mark left open?",
            )
        return frame.drop(beyond)


def read_sheet(
    head: Head, *, above: int = 0, line_breaks: bool = False, known_ids: frozenset[str] | None = None
) -> Sheet:
    """Delimited text, or the first sheet of a workbook, with its shape checked.

    Parameters
    ----------
    above : lines above the header that are no comments
    line_breaks : cells may hold line breaks inside quotation marks
    known_ids : a header one name short is R's ``write.table`` wherever its first name is none of these (lower case);
        without them only where the rows are numbered 1, 2, ...

    Raises
    ------
    InputError
        A row of another width than the header, a quotation mark left open, a column or the header there twice, no
        text; with the line.
    """
    where = str(head.path)
    raw, notes = _utf8(head)
    raw = _without_end_marks(raw)
    start, line = _header_start(raw, above)
    rows = rows_of(raw[start:] if start else raw, head.delimiter, where, line)
    if not len(rows):
        raise InputError("holds no table", where=where, remedy="is the file whole?")
    header = tuple(rows.cells(0, head.delimiter))
    _refuse_second_header(rows, header, where)
    data = rows.behind(1)
    names, extra = _fitted(header, data, head.delimiter, known_ids)
    refuse_uneven(data, len(names) + extra, where, line_breaks=line_breaks)
    _refuse_twins(names, where, int(rows.lines[0]))
    refuse_slid_rows(names, data, head.delimiter, where, extra)
    skipped = 1 + rows.text(0).count("\n")
    return Sheet(head.path, head.delimiter, names, data, skipped, extra, notes)


def _utf8(head: Head) -> tuple[bytes, tuple[str, ...]]:
    if head.magic not in ("text", "workbook"):
        raise not_a_table(head)
    if head.magic == "workbook":
        return _as_text(workbook_cells(head.path)), ()
    raw = read_bytes(head.path)
    if raw.isascii() and b"\x00" not in raw and b"\r" not in raw:
        return raw, ()
    decoded: Decoded = decode(raw, str(head.path))
    text = decoded.text
    if "\r" in text:
        _refuse_carriage_return(text, str(head.path))
        text = text.replace("\r", " ")
    return text.encode("utf-8", "replace"), decoded.notes


def _as_text(cells: pl.DataFrame) -> bytes:
    flat = cells.with_columns(pl.all().fill_null("").str.replace_all(r"[\r\n\t]", " "))
    return flat.write_csv(include_header=False, separator="\t", quote_style="necessary").encode()


def _refuse_carriage_return(text: str, where: str) -> None:
    before, _, after = text.partition("\r")
    if before.count('"') % 2 == 0:
        raise InputError(
            f"line {before.count(chr(10)) + 1}: a carriage return within the line, behind {before[-20:]!r}",
            where=where,
            remedy=f"take it out (before {after[:20]!r}), or save the table again as CSV UTF-8",
        )


def _without_end_marks(raw: bytes) -> bytes:
    """Without the comments (``!series_matrix_table_end``) behind the last row."""
    raw = raw.rstrip(b"\n ")
    while (last := raw[raw.rfind(b"\n") + 1 :]).startswith(b"!"):
        raw = raw[: len(raw) - len(last)].rstrip(b"\n ")
    return raw


def _header_start(raw: bytes, above: int) -> tuple[int, int]:
    """Byte and line of the header."""
    start, line = 0, 1
    while start < len(raw):
        end = raw.find(b"\n", start)
        end = len(raw) if end < 0 else end
        text = raw[start : start + 1]
        if text not in (b"#", b"!") and raw[start:end].strip():
            if not above:
                break
            above -= 1
        start, line = end + 1, line + 1
    return start, line


def _fitted(
    header: tuple[str, ...], data: Rows, delimiter: str, known_ids: frozenset[str] | None
) -> tuple[tuple[str, ...], int]:
    """The header made as wide as the rows where the difference has one meaning only, and fields to drop."""
    width, fields = len(header), data.fields
    if not len(data):
        return header, 0
    if (fields == width - 1).all() and width > 1 and not header[-1]:
        return header[:-1], 0
    if (fields == width).all() and width > 1 and not header[-1] and _all_end_empty(data, delimiter):
        return header[:-1], 1
    if (fields == width + 1).all():
        if _all_end_empty(data, delimiter):
            return header, 1
        if _is_r(header, data, delimiter, known_ids):
            return ("", *header), 0
    return header, 0


def _all_end_empty(data: Rows, delimiter: str) -> bool:
    whole = np.frombuffer(data.body, np.uint8)
    return bool((whole[data.ends - 1] == ord(delimiter)).all())


def _is_r(header: tuple[str, ...], data: Rows, delimiter: str, known_ids: frozenset[str] | None) -> bool:
    """R's ``write.table`` leaves out the name of the row names."""
    if known_ids is not None and header[0].lower() not in known_ids:
        return True
    first = [data.cells(row, delimiter)[0] for row in range(min(len(data), 1000))]
    return len(first) > 1 and first == [str(number) for number in range(1, len(first) + 1)]


def _refuse_second_header(rows: Rows, header: tuple[str, ...], where: str) -> None:
    if len(header) < 2:
        return
    first = rows.body[: rows.ends[0]]
    again = rows.body.find(b"\n" + first + b"\n", int(rows.ends[0]))
    if again < 0 and rows.body.rstrip(b"\n").endswith(b"\n" + first):
        again = len(rows.body.rstrip(b"\n")) - len(first) - 1
    if again >= 0:
        row = int(np.searchsorted(rows.starts, again + 1))
        raise InputError(
            f"line {rows.lines[min(row, len(rows) - 1)]}: the header again: two tables in one file",
            where=where,
            remedy="give each table a file of its own",
        )


def _refuse_twins(header: tuple[str, ...], where: str, line: int) -> None:
    seen: set[str] = set()
    for place, name in enumerate(header, 1):
        if name in seen and name:
            raise InputError(
                f"line {line}, column {place}: {name!r} is there twice",
                where=where,
                remedy="each column once, so each sample and each gene: rename or remove one",
            )
        seen.add(name)
