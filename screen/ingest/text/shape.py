"""The shape of delimited text: every row has the fields of the header, quotation marks closed, or it is refused.

Fields are counted outside quotation marks, as RFC 4180 has it: a quoted field begins and ends at a delimiter, and a
mark inside it is doubled. A row that is short, long, or swallowed by an open mark would slide cells under other
headings unseen; nothing here is filled or cut.
"""

import csv
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError

_BLOCK = 1 << 23
_LF, _QUOTE = 10, 34
_SLID = "is the file whole? is the separator right?"


@dataclass(frozen=True)
class Rows:
    """The rows of a table, none blank, as UTF-8 text."""

    body: bytes
    lines: NDArray[np.int64]
    """Line of the file on which each row begins."""
    fields: NDArray[np.int64]
    """How many each row has."""
    broken: NDArray[np.bool_]
    """Whether a line break stands inside a quoted field of the row."""
    starts: NDArray[np.int64]
    """Byte of ``body`` at which each row begins."""

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def ends(self) -> NDArray[np.int64]:
        """Byte behind the last of each row, its line end apart."""
        size = len(self.body) - self.body.endswith(b"\n")
        return np.append(self.starts[1:] - 1, size)[: len(self.starts)]

    def behind(self, first: int) -> "Rows":
        """Without the first rows; ``body`` stays whole."""
        return Rows(self.body, self.lines[first:], self.fields[first:], self.broken[first:], self.starts[first:])

    def text(self, row: int) -> str:
        """One row as it is written."""
        return self.body[self.starts[row] : self.ends[row]].decode()

    def cells(self, row: int, delimiter: str) -> list[str]:
        """One row taken apart, without outer blanks."""
        return [cell.strip() for cell in next(csv.reader(io.StringIO(self.text(row), newline=""), delimiter=delimiter))]


def rows_of(raw: bytes, delimiter: str, where: str, first_line: int = 1) -> Rows:
    """Count the fields of every row.

    Parameters
    ----------
    raw : UTF-8, lines ended by a line feed
    first_line : line of the file with which ``raw`` begins

    Raises
    ------
    InputError
        A quotation mark that is not closed where its field ends.
    """
    found = _counted(raw, delimiter)
    if found is None:
        raw, lines = _rewritten(raw, delimiter, where, first_line)
        found = _counted(raw, delimiter)
        assert found is not None
        starts, fields, broken, _ = found
    else:
        starts, fields, broken, lines = found
        lines = lines + first_line
    return _without_blanks(Rows(raw, lines, fields, broken, starts))


Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]


def _counted(raw: bytes, delimiter: str) -> Found | None:
    """Start, fields, brokenness and line of each row; ``None`` where a quotation mark is not one of RFC 4180."""
    ends: list[NDArray[np.int64]] = []
    marks: list[NDArray[np.int64]] = []
    inner: list[NDArray[np.int64]] = []
    inside, comma = False, ord(delimiter)
    for start in range(0, len(raw), _BLOCK):
        block = np.frombuffer(raw, np.uint8, min(_BLOCK, len(raw) - start), start)
        breaks, delimiters = block == _LF, block == comma
        quotes = np.flatnonzero(block == _QUOTE)
        if len(quotes) or inside:
            if not _well_placed(raw, quotes + start, inside, comma):
                return None
            quoted = _quoted(block, quotes, inside)
            inner.append(np.flatnonzero(breaks & quoted) + start)
            breaks, delimiters = breaks & ~quoted, delimiters & ~quoted
            inside ^= bool(len(quotes) % 2)
        ends.append(np.flatnonzero(breaks) + start)
        marks.append(_per_row(delimiters, breaks))
    if inside:
        return None
    return _assembled(len(raw), raw, ends, marks, inner)


def _well_placed(raw: bytes, quotes: NDArray[np.int64], inside: bool, comma: int) -> bool:
    """Whether each opening mark follows, and each closing mark precedes, the end of a field or another mark."""
    whole = np.frombuffer(raw, np.uint8)
    opening = (np.arange(len(quotes)) % 2 == 0) ^ inside
    before = whole[np.maximum(quotes[opening] - 1, 0)]
    at_start = quotes[opening] == 0
    fine = np.array([_LF, comma, _QUOTE], np.uint8)
    after = whole[np.minimum(quotes[~opening] + 1, len(raw) - 1)]
    at_end = quotes[~opening] == len(raw) - 1
    return bool((np.isin(before, fine) | at_start).all() and (np.isin(after, fine) | at_end).all())


def _quoted(block: NDArray[np.uint8], quotes: NDArray[np.int64], inside: bool) -> NDArray[np.bool_]:
    toggles = np.zeros(len(block), np.uint8)
    toggles[quotes] = 1
    # Sums modulo 256 keep their parity.
    return ((np.cumsum(toggles, dtype=np.uint8) & 1).astype(np.bool_)) ^ inside


def _per_row(delimiters: NDArray[np.bool_], breaks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Delimiters before each line end of a block, and behind the last."""
    places = np.flatnonzero(delimiters)
    bounds = np.searchsorted(places, np.flatnonzero(breaks))
    return np.diff(bounds, prepend=0, append=len(places)).astype(np.int64)


def _assembled(
    size: int, raw: bytes, ends: list[NDArray[np.int64]], marks: list[NDArray[np.int64]], inner: list[NDArray[np.int64]]
) -> Found:
    stops = np.concatenate([*ends, np.array([], np.int64)])
    counts: list[NDArray[np.int64]] = []
    carried = 0
    for block in marks:
        block[0] += carried
        carried = int(block[-1])
        counts.append(block[:-1])
    if size and not raw.endswith(b"\n"):
        stops = np.append(stops, size)
        counts.append(np.array([carried], np.int64))
    fields = np.concatenate([*counts, np.array([], np.int64)]) + 1
    breaks = np.concatenate([*inner, np.array([], np.int64)])
    before = np.searchsorted(breaks, stops)
    starts = np.concatenate([np.array([0], np.int64), stops + 1])[: len(stops)]
    in_row = np.diff(before, prepend=0)
    lines = np.arange(len(stops)) + before - in_row
    return starts, fields, in_row > 0, lines


def _rewritten(raw: bytes, delimiter: str, where: str, first_line: int) -> tuple[bytes, NDArray[np.int64]]:
    """The same rows with every quotation mark as RFC 4180 has it, and the line of each.

    A mark within a field that does not begin with one (``5" disc``) is a letter.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    reader = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=delimiter, strict=True)
    lines, done = [], 0
    try:
        for row in reader:
            lines.append(first_line + done)
            done = reader.line_num
            writer.writerow(row) if row else out.write("\n")
    except csv.Error:
        raise InputError(
            f"line {first_line + done}: a quotation mark is not closed where its field ends",
            where=where,
            remedy="close it, or double it where it belongs to the text; is the file whole?",
        ) from None
    return out.getvalue().encode(), np.array(lines, np.int64)


def _without_blanks(rows: Rows) -> Rows:
    starts, ends = rows.starts.tolist(), rows.ends.tolist()
    # Only a row of one field can be blank; those of many are not looked at.
    blank = np.zeros(len(starts), np.bool_)
    for place in np.flatnonzero(rows.fields == 1).tolist():
        blank[place] = not rows.body[starts[place] : ends[place]].strip()
    if not blank.any():
        return rows
    filled = np.flatnonzero(~blank)
    parts = [rows.body[starts[place] : ends[place]] for place in filled.tolist()]
    begins = np.cumsum([0, *(len(part) + 1 for part in parts)])[:-1].astype(np.int64)
    return Rows(b"\n".join(parts) + b"\n", rows.lines[filled], rows.fields[filled], rows.broken[filled], begins)


def refuse_uneven(rows: Rows, width: int, where: str, *, line_breaks: bool = False) -> None:
    """Refuse the first row with another number of fields, or with a line break in a cell where there can be none.

    Raises
    ------
    InputError
        With the line.
    """
    uneven = np.flatnonzero(rows.fields != width)
    broken = np.flatnonzero(rows.broken) if not line_breaks else np.array([], np.int64)
    if len(broken) and (not len(uneven) or broken[0] <= uneven[0]):
        raise InputError(
            f"line {rows.lines[broken[0]]}: a quotation mark is not closed on its line",
            where=where,
            remedy="close it, or take the line break out of the cell",
        )
    if len(uneven):
        at = uneven[0]
        raise InputError(
            f"line {rows.lines[at]}: {rows.fields[at]} fields where the header has {width}", where=where, remedy=_SLID
        )
