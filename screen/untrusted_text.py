"""Text that came from a file, made harmless where it is shown or opened: in a terminal, in a spreadsheet."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Signs that a terminal or a reader obeys instead of showing: escapes, line breaks of other kinds, directions of
writing, signs without width. Tab and newline stay."""
_FORMULA = "^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def visible(text: str) -> str:
    r"""Text as a terminal may show it: what it would obey is written out.

    >>> visible("ESC \x1b[2J and \u202eright to left")
    'ESC \\x1b[2J and \\u202eright to left'
    """
    return _OBEYED.sub(lambda sign: repr(sign[0]).strip("'"), text)


def inert_cell(text: str) -> str:
    """One cell that no spreadsheet takes for a formula; see :func:`inert_cells`.

    >>> inert_cell("@SUM(1)"), inert_cell("-2")
    ("'@SUM(1)", '-2')
    """
    return f"'{text}" if re.match(_FORMULA, text) and not re.match(_NUMBER, text) else text


def inert_cells(table: "pl.DataFrame") -> "pl.DataFrame":
    """A table whose text no spreadsheet takes for a formula: such a cell begins with an apostrophe.

    A sign before a number is left alone. Lists become text, joined by ``|``; other columns are not touched.

    >>> import polars as pl
    >>> inert_cells(pl.DataFrame({"name": ["=1+1", "-0.5", "olaparib"]}))["name"].to_list()
    ["'=1+1", '-0.5', 'olaparib']
    """
    import polars as pl

    table = table.with_columns(pl.selectors.list().cast(pl.List(pl.String)).list.join("|"))
    text = pl.col(pl.String)
    formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return table.with_columns(pl.when(formula).then("'" + text).otherwise(text).name.keep())
