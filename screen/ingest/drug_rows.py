"""What every source of drugs shares: rows of names, facts and standardised structures."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.records import drug_keys

DRUG_TABLE, HUB, DRUGBANK = 0, 1, 2
"""Authority of a name: the smaller is believed first."""

_CLASS = re.compile(r"\s*(?:I{1,3}|IV)[ab]?\s*(?:,|$)")


@dataclass(frozen=True)
class Structures:
    """Standardised structures of one file."""

    drug_ids: pl.Series
    """One a row given: InChIKey, null without a readable structure."""
    table: pl.DataFrame
    """Rows of ``drug_structures``."""
    problems: pl.DataFrame
    """Rows of ``drug_problems``."""
    doubtful: tuple[str, ...] = ()
    """Names of drugs drawn as several parts, of which no list of counter-ions tells the drug."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user must know."""
        doubt = (
            (
                f"{len(self.doubtful)} structures of several parts of which the list of counter-ions does not tell the "
                f"drug (the largest stands for it, or all where they are of like size), e.g. {self.doubtful[0]}",
            )
            if self.doubtful
            else ()
        )
        if self.problems.is_empty():
            return doubt
        first = self.problems.row(0, named=True)
        return (
            f"{self.problems.height} structures could not be read and are listed in drug_problems, "
            f"e.g. {first['name']}: {first['reason']}",
            *doubt,
        )


def standardised(given: pl.DataFrame, path: Path) -> Structures:
    """Identity of each drug by its structure.

    Parameters
    ----------
    given : name, smiles (null: known by name only)

    Raises
    ------
    InputError
        There are SMILES and none can be read.
    """
    from screen import chem

    found, table, problems = chem.structures(given.select("name", "smiles"))
    if problems.height and table.is_empty():
        raise InputError(
            f"none of the SMILES can be read, e.g. {problems['smiles'][0]!r}",
            where=str(path),
            remedy="is it the right column?",
        )
    salts = given.select("name", "smiles", found["drug_id"]).drop_nulls()
    salts = salts.filter(pl.col("smiles").str.contains(".", literal=True) & ~pl.col("smiles").str.contains(","))
    doubtful = [name for name, smiles, _ in salts.unique(maintain_order=True).iter_rows() if chem.is_doubtful(smiles)]
    return Structures(found["drug_id"], table, problems, tuple(dict.fromkeys(doubtful)))


def names(rows: pl.DataFrame, authority: int) -> pl.DataFrame:
    """Rows of ``drug_names``.

    Parameters
    ----------
    rows : name, and where the source has them drug_id and main (the name of which this one is a synonym)
    """
    absent = [pl.lit(None, pl.String).alias(c) for c in ("drug_id", "main") if c not in rows.columns]
    full = rows.with_columns(*absent).filter(pl.col("name") != "")
    full = full.with_columns(drug_key=drug_keys(full["name"]), alias_of=drug_keys(full["main"]))
    # A synonym that is a dash, or differs from the main name by case or punctuation alone, says nothing.
    says = (pl.col("alias_of") != pl.col("drug_key")) & pl.col("drug_key").str.contains(r"\w")
    remarks = full.filter(pl.col("alias_of").is_null() | says)
    return remarks.select(
        "drug_key",
        "name",
        "drug_id",
        preferred=pl.col("alias_of").is_null(),
        authority=pl.lit(authority, pl.Int32),
        alias_of="alias_of",
    )


def facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``drug_facts`` from name, field, value; empty values left out, each said once."""
    trimmed = rows.with_columns(pl.col("value").str.strip_chars())
    filled = trimmed.filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    keyed = filled.with_columns(drug_key=drug_keys(filled["name"]))
    return keyed.select("drug_key", "field", "value").unique().sort("drug_key", "field", "value")


def targets_of(cell: str, marks: str = ",") -> list[str]:
    """The targets in a cell, parted by any of ``marks``.

    A comma inside brackets, or between classes (``HDAC Class I, IIa, IV``), parts nothing.

    >>> targets_of("AURKA, PLK (1, 2), HDAC Class I, IIa")
    ['AURKA', 'PLK (1, 2)', 'HDAC Class I, IIa']
    """
    inside, cuts = False, []
    for place in range(len(cell) - 1, -1, -1):
        letter = cell[place]
        if letter in "()":
            inside = letter == ")"
        elif letter in marks and not (letter == "," and (inside or _CLASS.match(cell, place + 1))):
            cuts.append(place)
    edges = [-1, *reversed(cuts), len(cell)]
    return [cell[start + 1 : end].strip() for start, end in pairwise(edges)]


def whole(cell: str) -> list[str]:
    """The cell as one value."""
    return [cell]


def listed(frame: pl.DataFrame, column: str, field: str, split: Callable[[str], list[str]]) -> pl.DataFrame:
    """name, field, value: one row for each part of a cell that holds a list."""
    cells = frame.select("name", column).drop_nulls().unique(maintain_order=True)
    return text_frame(
        ("name", "field", "value"), ((name, field, part) for name, cell in cells.iter_rows() for part in split(cell))
    )


def text_frame(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pl.DataFrame:
    """Text cells as a table."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")
