"""What looks wrong in the rows of a table that can be read: said beside what was read."""

from collections.abc import Sequence

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
    return (*_ends(head, rows), *_begins(head, rows))


def _ends(head: Head, rows: Sequence[str]) -> tuple[str, ...]:
    if not rows or not head.header[-1] or not all(row.endswith(head.delimiter) for row in rows):
        return ()
    if len(rows) < _FEWEST and rows[0].count(head.delimiter) < len(head.header):
        return ()  # one row, and its last cell empty: that is common
    return (f"the last column ({head.header[-1][:40]}) is empty in every row: {_SLID}",)


def _begins(head: Head, rows: Sequence[str]) -> tuple[str, ...]:
    without = [number for number, row in enumerate(rows, 1) if row.startswith(head.delimiter)]
    if not without or not head.header[0]:
        return ()
    name = head.header[0][:40]
    return (f"the first column ({name}) is empty in {len(without)} rows, first in row {without[0]}: {_SLID}",)
