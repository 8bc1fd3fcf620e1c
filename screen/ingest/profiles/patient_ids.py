"""What all tables of patients share: the columns of a patient's record, and reading a tumour type."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.indications import require

PATIENT_RECORDS = pl.Schema(
    {
        "patient_id": pl.String,
        "indication": pl.String,
        "authority": pl.Int32,
        "age": pl.Float64,
        "sex": pl.String,
        "stage": pl.String,
    }
)
"""Columns of the store table, without ``source_id``."""

_PROJECT = "TCGA-"
_SHOWN = 5


def codes(
    texts: Sequence[str | None], places: Sequence[str], column: str, path: Path, *, strict: bool
) -> tuple[list[str | None], list[str]]:
    """Indication codes of a column, and notes on what is none.

    Parameters
    ----------
    texts : cells; ``BRCA`` or the GDC's project ``TCGA-BRCA``
    places : where each lies, for messages
    strict : an unknown code is an error; else (a column that may hold prose) it is left empty and noted

    Raises
    ------
    InputError
        An unknown code, if strict.
    """
    known: dict[str, str | None] = {}
    for text, place in zip(texts, places, strict=True):
        if text and text not in known:
            try:
                known[text] = require(text.removeprefix(_PROJECT), f"{path}: {place}, column {column}")
            except InputError:
                if strict:
                    raise
                known[text] = None
    unknown = [text for text, code in known.items() if code is None]
    notes = [f"column {column}: no indication codes, left empty: {listed(unknown)}"] if unknown else []
    return [known[text] if text else None for text in texts], notes


def listed(items: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
