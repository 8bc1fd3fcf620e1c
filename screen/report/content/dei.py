"""DEI as a map of drugs over indications, and the Qualified drugs with the reason of every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import polars as pl

COLUMNS = 7
"""Most indications side by side; more continue in a further block, all about equally wide."""


@dataclass(frozen=True)
class DeiCell:
    """One drug in one indication."""

    indication: str
    label: str
    label_trial: str


@dataclass(frozen=True)
class DeiLine:
    """One drug over the indications of its block."""

    drug: str
    here: bool
    """An EDI drug of the indication reported."""
    cells: tuple[DeiCell, ...]


@dataclass(frozen=True)
class DeiBlock:
    """Some indications of the map."""

    indications: tuple[str, ...]
    lines: tuple[DeiLine, ...]


@dataclass(frozen=True, kw_only=True)
class QualifiedRow:
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


def blocks(dei: pl.DataFrame, edi: pl.DataFrame, code: str) -> tuple[DeiBlock, ...]:
    """The map; the drugs of ``code`` first, the indication itself in the first column."""
    codes = sorted(set(dei["indication"]), key=lambda c: (c != code, c))
    order = dict(edi.filter(pl.col("indication") == code).select("drug_id", "rank").iter_rows())
    lines: dict[str, tuple[str, dict[str, DeiCell]]] = {}
    for row in dei.iter_rows(named=True):
        cells = lines.setdefault(row["drug_id"], (row["drug_name"], {}))[1]
        cells[row["indication"]] = DeiCell(row["indication"], row["label"], row["label_trial"])
    drugs = sorted(lines, key=lambda d: (order.get(d, len(dei)), lines[d][0].casefold(), d))
    width = ceil(len(codes) / ceil(len(codes) / COLUMNS))
    parts = [codes[i : i + width] for i in range(0, len(codes), width)]
    return tuple(DeiBlock(tuple(part), tuple(_line(*lines[d], d in order, part) for d in drugs)) for part in parts)


def _line(drug: str, cells: Mapping[str, DeiCell], here: bool, part: Sequence[str]) -> DeiLine:
    return DeiLine(drug, here, tuple(cells[code] for code in part))


def verdicts(qualified: pl.DataFrame) -> tuple[QualifiedRow, ...]:
    """Rows of the table Qualified, in its order."""
    return tuple(
        QualifiedRow(
            drug_id=row["drug_id"],
            name=row["drug_name"],
            qualified=row["qualified"],
            reason=row["reason"],
            proved=tuple(row["proved"]),
            contradicted=tuple(row["contradicted"]),
            not_searched=tuple(row["not_searched"]),
            indications_ranked=tuple(row["indications_ranked"]),
        )
        for row in qualified.iter_rows(named=True)
    )
