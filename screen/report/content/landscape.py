"""Every scored drug by its mean score and its furthest clinical record in the indication."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from screen.report.content.clinical_records import Record
from screen.report.content.drug_evidence import DrugNote
from screen.report.content.provenance import CurrentRun
from screen.store import Store

LEVELS = ("none known", "Repurposing Hub", "phase 1 trial", "phase 2 trial", "phase 3 or 4", "approved")
"""Furthest record in the indication, upwards; a trial without a phase stands with phase 1."""


@dataclass(frozen=True, kw_only=True)
class DrugPoint:
    """One scored drug."""

    drug_id: str
    name: str
    score: float
    """Mean over the patients."""
    recorded: bool
    """Efficient, and recorded by more than trials that stopped."""
    level: str
    label: str
    efficient: bool
    named: bool
    """Efficient, or approved and missed."""


@dataclass(frozen=True)
class Landscape:
    """All of them."""

    levels: tuple[str, ...]
    span: tuple[float, float]
    """Lowest and highest mean score."""
    points: tuple[DrugPoint, ...]
    """By mean score, the highest first."""


def drug_landscape(store: Store, run: CurrentRun, notes: Mapping[str, DrugNote], chosen: Collection[str]) -> Landscape:
    """Place every scored drug.

    Parameters
    ----------
    chosen : drug ids predicted efficient (EDI)
    """
    rows = store.sql(
        "SELECT drug_id, avg(score) AS score FROM scores WHERE run_id = $run GROUP BY drug_id "
        "ORDER BY score DESC, drug_id",
        run=run.run_id,
    )
    points = tuple(_point(notes[drug], score, drug in chosen) for drug, score in rows.iter_rows())
    scores = [p.score for p in points] or [0.0]
    return Landscape(LEVELS, (min(scores), max(scores)), points)


def _point(note: DrugNote, score: float, efficient: bool) -> DrugPoint:
    return DrugPoint(
        drug_id=note.drug_id,
        name=note.name,
        score=score,
        level=furthest(note),
        label=note.label,
        efficient=efficient,
        recorded=note.label == "Proved" and not note.stopped_only,
        named=efficient or note.approved,
    )


def furthest(note: DrugNote) -> str:
    """One of LEVELS, by the records that count."""
    if note.approved:
        return LEVELS[5]
    return max((_level(r) for r in note.records if r.counts), key=LEVELS.index, default=LEVELS[0])


def _level(record: Record) -> str:
    if record.kind != "trial":
        return LEVELS[1]
    highest = max((digit for digit in (record.phase or "") if digit.isdigit()), default="1")
    return {"1": LEVELS[2], "2": LEVELS[3]}.get(highest, LEVELS[4])
