"""What looks wrong in the rows of a table that can be read: said beside what was read."""

import os
from collections.abc import Sequence

from screen.errors import InputError
from screen.ingest.file_head import Head

_FEWEST = 2
"""Columns and rows from which on something is told."""
_SLID = "if cells of these rows have slid, values stand under the wrong headings"


def row_doubts(head: Head) -> tuple[str, ...]:
    """Rows that begin or end with an empty cell under a heading: so rows look whose cells have slid.

    No reader can tell them from rows where nobody filled the cell.
    """
    if head.magic != "text" or len(head.header) < _FEWEST:
        return ()
    rows = [row.rstrip("\r") for row in head.data_lines[1:]]
    return (*_ends(head, rows), *_begins(head, rows), *_unended(head, rows))


def refuse_unfilled(head: Head, *, first: bool, last: bool) -> None:
    """Refuse such rows in a kind of file that has none: its program fills the first cell, the last column, or both.

    Raises
    ------
    InputError
        With the column.
    """
    if head.magic != "text" or len(head.header) < _FEWEST:
        return
    rows = [row.rstrip("\r") for row in head.data_lines[1:]]
    for fault in (*(_begins(head, rows) if first else ()), *(_ends(head, rows) if last else ())):
        raise InputError(
            fault,
            where=str(head.path),
            remedy="save the table again from where it came; a column that nobody filled can be taken out",
        )


def _unended(head: Head, rows: Sequence[str]) -> tuple[str, ...]:
    """A last line without a line end, where all others have one: so a file looks that was cut within a cell.

    What is packed was unpacked to its end, and JSON and XML say themselves where they end.
    """
    plain = not head.gz and head.encoding.startswith("utf-8") and head.text.lstrip()[:1] not in "{[<"
    if not plain or len(rows) < _FEWEST or _last_byte(head) in b"\r\n":
        return ()
    return ("the last line has no line end: if the file was cut there, its last cell may be cut, and rows are missing",)


def _last_byte(head: Head) -> bytes:
    with head.path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1)


def _ends(head: Head, rows: Sequence[str]) -> tuple[str, ...]:
    named = [place for place, name in enumerate(head.header) if name]
    if not rows or not named:
        return ()
    behind = head.delimiter * (len(head.header) - named[-1])  # columns without a name may follow
    if not all(row.endswith(behind) for row in rows):
        return ()
    if len(rows) < _FEWEST and rows[0].count(head.delimiter) < len(head.header):
        return ()  # one row, and its last cell empty: that is common
    return (f"the last column ({head.header[named[-1]][:40]}) is empty in every row: {_SLID}",)


def _begins(head: Head, rows: Sequence[str]) -> tuple[str, ...]:
    without = [number for number, row in enumerate(rows, 1) if row.startswith(head.delimiter)]
    if not without or not head.header[0]:
        return ()
    name = head.header[0][:40]
    return (f"the first column ({name}) is empty in {len(without)} rows, first in row {without[0]}: {_SLID}",)
