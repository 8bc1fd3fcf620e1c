"""DEI as a map of drugs over indications, and the Qualified drugs with the reason of every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import polars as pl

from screen.report.content.edi import wilson

COLUMNS = 7
"""Most indications side by side; more continue in a further block, all about equally wide."""


@dataclass(frozen=True)
class DeiCell:
    """One drug in one indication."""

    indication: str
    label: str
    label_trial: str
    share: float | None
    """Of the patients on whose shortlist the drug is, with its 95% Wilson interval; ``None`` where not scored."""
    low: float | None
    high: float | None


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


def blocks(
    dei: pl.DataFrame, edi: pl.DataFrame, edp: pl.DataFrame, patients: Mapping[str, int], code: str
) -> tuple[DeiBlock, ...]:
    """The map; the drugs of ``code`` first, the indication itself in the first column.

    Parameters
    ----------
    edp : of all indications
    patients : ranked patients of each indication
    """
    counts = {(drug, one): n for drug, one, n in edp.group_by("drug_id", "indication").len().iter_rows()}
    codes = sorted(set(dei["indication"]), key=lambda c: (c != code, c))
    order = dict(edi.filter(pl.col("indication") == code).select("drug_id", "rank").iter_rows())
    lines: dict[str, tuple[str, dict[str, DeiCell]]] = {}
    for row in dei.iter_rows(named=True):
        cells = lines.setdefault(row["drug_id"], (row["drug_name"], {}))[1]
        one = row["indication"]
        cells[one] = _cell(row, counts.get((row["drug_id"], one), 0), patients.get(one, 0))
    drugs = sorted(lines, key=lambda d: (order.get(d, len(dei)), lines[d][0].casefold(), d))
    width = ceil(len(codes) / ceil(len(codes) / COLUMNS))
    parts = [codes[i : i + width] for i in range(0, len(codes), width)]
    return tuple(DeiBlock(tuple(part), tuple(_line(*lines[d], d in order, part) for d in drugs)) for part in parts)


def _cell(row: Mapping[str, Any], listed: int, patients: int) -> DeiCell:
    known = row["efficient"] is not None and patients > 0
    low, high = wilson(listed, patients) if known else (None, None)
    share = listed / patients if known else None
    return DeiCell(row["indication"], row["label"], row["label_trial"], share, low, high)


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
