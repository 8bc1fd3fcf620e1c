"""DEI as a map of drugs over indications, and the Qualified drugs with the reason of every other."""

from dataclasses import dataclass

import polars as pl

COLUMNS = 12
"""Indications side by side; more continue in a further block."""
UPRIGHT = 6
"""Up to so many fit an upright page."""


@dataclass(frozen=True)
class Cell:
    """One drug in one indication."""

    indication: str
    label: str
    label_trial: str


@dataclass(frozen=True)
class Line:
    """One drug over the indications of its block."""

    drug: str
    here: bool
    """An EDI drug of the indication reported."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """Some indications of the map."""

    indications: tuple[str, ...]
    wide: bool
    """Needs a page on its side."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Verdict:
    """Whether a DEI drug is Qualified, and why."""

    drug_id: str
    name: str
    qualified: str
    """yes, no or not assessable."""
    reason: str
    proved: tuple[str, ...]
    contradicted: tuple[str, ...]
    not_searched: tuple[str, ...]
    indications_ranked: tuple[str, ...]


def blocks(dei: pl.DataFrame, edi: pl.DataFrame, code: str) -> tuple[Block, ...]:
    """The map; the drugs of ``code`` first, the indication itself in the first column."""
    codes = sorted(set(dei["indication"]), key=lambda c: (c != code, c))
    order = dict(edi.filter(pl.col("indication") == code).select("drug_id", "rank").iter_rows())
    lines: dict[str, tuple[str, dict[str, Cell]]] = {}
    for row in dei.iter_rows(named=True):
        cells = lines.setdefault(row["drug_id"], (row["drug_name"], {}))[1]
        cells[row["indication"]] = Cell(row["indication"], row["label"], row["label_trial"])
    drugs = sorted(lines, key=lambda d: (order.get(d, len(dei)), lines[d][0].casefold(), d))
    parts = [codes[i:i + COLUMNS] for i in range(0, len(codes), COLUMNS)]
    return tuple(Block(tuple(part), len(codes) > UPRIGHT,
                       tuple(Line(lines[d][0], d in order, tuple(lines[d][1][c] for c in part)) for d in drugs))
                 for part in parts)


def verdicts(qualified: pl.DataFrame) -> tuple[Verdict, ...]:
    """Rows of the table Qualified, in its order."""
    return tuple(Verdict(*row[:4], *(tuple(names) for names in row[4:])) for row in qualified.iter_rows())
