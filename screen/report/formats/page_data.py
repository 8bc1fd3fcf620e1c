"""The data inside a report's HTML page: written as a block that no browser runs, read again by verification."""

import re

_BLOCK = re.compile(r'<script type="application/json" id="report-data">(.*?)</script>', re.DOTALL)


def data_block(data: str) -> str:
    """JSON as the content of a script element: no ``<`` is left that could end it."""
    return data.replace("<", "\\u003c")


def data_of(page: str) -> str:
    """The JSON of a page.

    Raises
    ------
    ValueError
        It holds none, or more than one.
    """
    found = _BLOCK.findall(page)
    if len(found) != 1:
        raise ValueError("no data, or more than one set of them")
    return str(found[0])
