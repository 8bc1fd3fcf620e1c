"""From scores to efficient drugs of an indication: the funnel, how widely drugs are shortlisted, the EDI rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import polars as pl

from screen.report.content.drug_evidence import DrugNote


@dataclass(frozen=True)
class Step:
    """A step of the funnel."""

    name: str
    count: int


@dataclass(frozen=True)
class Bin:
    """Drugs by share of patients on whose shortlist they are."""

    label: str
    drugs: int


@dataclass(frozen=True, kw_only=True)
class EdiRow:
    """An efficient drug of the indication, with the 95% Wilson interval of its share of patients."""

    rank: int
    tied: bool
    efficient_patients: int
    patients: int
    share: float
    low: float
    high: float
    note: DrugNote


def edi_rows(edi: pl.DataFrame, notes: Mapping[str, DrugNote]) -> tuple[EdiRow, ...]:
    """Rows of the table EDI, each with its interval and its notes."""
    return tuple(
        EdiRow(
            rank=row["rank"],
            tied=row["tied"],
            efficient_patients=row["efficient_patients"],
            patients=row["patients"],
            share=row["fraction"],
            low=low,
            high=high,
            note=notes[row["drug_id"]],
        )
        for row in edi.iter_rows(named=True)
        for low, high in (wilson(row["efficient_patients"], row["patients"]),)
    )


def wilson(k: int, n: int) -> tuple[float, float]:
    """95% score interval of the share k of n (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def funnel(scores: int, counts: Mapping[str, int], edi: int, qualified: pl.DataFrame) -> tuple[Step, ...]:
    """Counts from all scores to Qualified drugs.

    Parameters
    ----------
    counts : drug_id -> patients on whose shortlist it is
    """
    yes = qualified.filter(pl.col("qualified") == "yes").height
    return (
        Step("scores", scores),
        Step("EDP pairs", sum(counts.values())),
        Step("on a shortlist", len(counts)),
        Step("EDI drugs", edi),
        Step("DEI drugs", qualified.height),
        Step("Qualified", yes),
    )


def histogram(counts: Mapping[str, int], scored: int, patients: int) -> tuple[Bin, ...]:
    """Drugs on nobody's shortlist, then in tenths of the cohort."""
    tenths = [0] * 10
    for n in counts.values():
        tenths[min(9, (10 * n - 1) // patients)] += 1
    named = [Bin(f"to {10 * (i + 1)}%", n) for i, n in enumerate(tenths)]
    return (Bin("nobody", scored - len(counts)), *named)
