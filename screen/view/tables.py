"""Tables of the view: what is in each, read from the store as a frame, and which part of it an address shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from screen.errors import InputError
from screen.view.reading import Reading

ROWS = 50
"""Rows of a page."""
LONGEST = 200
"""Characters of a filter or of a search."""
Form = Literal["text", "number", "percent", "whole", "patient", "drug", "trial", "code", "plan", "lab", "yes"]
NUMBERS = frozenset({"number", "percent", "whole"})


@dataclass(frozen=True)
class Column:
    """One column as shown."""

    name: str
    """In the frame and in downloads."""
    title: str
    form: Form = "text"
    id: str = ""
    """Column of the id that a link of this one leads to; empty: its own value."""


@dataclass(frozen=True, kw_only=True)
class TableKind:
    """One table that can be filtered, sorted, turned over and taken away."""

    name: str
    """Its page, and the first word of its downloads."""
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: Callable[[Reading, Mapping[str, str]], pl.DataFrame]
    """All its rows, for the fields of an address."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields of an address that it heeds, beside filter, sort and page; with each the page that its value leads to."""
    sort: str = ""
    """How it is sorted where the address does not say; empty: as read."""


@dataclass(frozen=True)
class Wanted:
    """What an address wants of a table."""

    fields: Mapping[str, str]
    q: str
    """Words that a row has to hold, all of them."""
    sort: str
    """A column; with a minus before it, from the highest down."""
    page: int

    @property
    def state(self) -> dict[str, object]:
        """The fields of the same address."""
        return {**self.fields, "q": self.q, "sort": self.sort, "page": self.page if self.page > 1 else None}


@dataclass(frozen=True)
class Shown:
    """A page of a table."""

    kind: TableKind
    wanted: Wanted
    rows: tuple[Mapping[str, object], ...]
    found: int
    """Rows that the filter leaves."""
    all: int
    pages: int


def wanted_of(kind: TableKind, fields: Mapping[str, str]) -> Wanted:
    """What an address wants of a table.

    Raises
    ------
    InputError
        A field too long, a column that is not there, a page that is no number.
    """
    q, sort, page = fields.get("q", "").strip(), fields.get("sort", kind.sort), fields.get("page", "1")
    if len(q) > LONGEST:
        raise InputError(
            f"{len(q)} characters", where="q", remedy=f"give at most {LONGEST}: words that a row has to hold"
        )
    known = [column.name for column in kind.columns]
    if sort and sort.removeprefix("-") not in known:
        raise InputError(f"no column {sort!r}", where="sort", remedy=f"any of: {', '.join(known)}; -NAME: from the top")
    if not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= 1_000_000):
        raise InputError(f"no page {page[:40]!r}", where="page", remedy="give a whole number from 1 on")
    return Wanted({name: fields[name] for name in kind.fields if fields.get(name)}, q, sort, int(page[:9]))


def found(kind: TableKind, frame: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """The rows that hold every word of the filter, sorted; rows without a value come last."""
    words = wanted.q.lower().split()
    if words and frame.height:
        columns = [pl.col(column.name).cast(pl.String).fill_null("") for column in kind.columns]
        text = pl.concat_str(columns, separator=" ").str.to_lowercase()
        frame = frame.filter(pl.all_horizontal(text.str.contains(word, literal=True) for word in words))
    if wanted.sort:
        name = wanted.sort.removeprefix("-")
        down = wanted.sort.startswith("-")
        frame = frame.sort(name, descending=down, nulls_last=True, maintain_order=True)
    return frame


def shown(kind: TableKind, reading: Reading, wanted: Wanted) -> Shown:
    """The page of a table that an address wants; past the last page, the last."""
    frame = kind.rows(reading, wanted.fields)
    rows = found(kind, frame, wanted)
    pages = max(1, -(-rows.height // ROWS))
    page = min(wanted.page, pages)
    cut = rows.slice((page - 1) * ROWS, ROWS).to_dicts()
    return Shown(kind, Wanted(wanted.fields, wanted.q, wanted.sort, page), tuple(cut), rows.height, frame.height, pages)
