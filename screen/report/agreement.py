"""How far predictions and records of one indication agree: the confusion where searched, trials by phase and status."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from screen.report import words
from screen.report.evidence import DrugNote, labels_of
from screen.store import Store


@dataclass(frozen=True)
class Agreement:
    """Scored drugs by prediction and record, counted only where the record was searched in full."""

    records: str
    """all records, or trials alone."""
    efficient_recorded: int
    efficient_not: int
    inefficient_recorded: int
    inefficient_not: int
    expected: float | None
    """Efficient and recorded drugs that chance alone would bring; None where nothing was searched."""
    unsearched: int
    """Drugs not searched in full, which are not in the four counts."""
    unsearched_recorded: int
    """Of these, drugs with a record all the same."""


@dataclass(frozen=True)
class Phases:
    """Trials of the EDI drugs in this indication: one row a phase, one column a status."""

    statuses: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def agreement(store: Store, code: str, notes: Mapping[str, DrugNote], chosen: Collection[str]) -> tuple[Agreement, ...]:
    """Confusion over all scored drugs, for all records and for trials alone.

    Parameters
    ----------
    chosen : drug ids predicted efficient (EDI)
    """
    labels = labels_of(store, code, {drug: drug in chosen for drug in notes})
    return tuple(_counted(name, [(d in chosen, bool(row[f"recorded{end}"]), bool(row[f"searched{end}"]))
                                 for d, row in labels.items()])
                 for name, end in (("all records", ""), ("clinical trials alone", "_trial")))


def _counted(name: str, drugs: Sequence[tuple[bool, bool, bool]]) -> Agreement:
    cells = Counter((efficient, recorded) for efficient, recorded, searched in drugs if searched)
    n = sum(cells.values())
    efficient = cells[True, True] + cells[True, False]
    recorded = cells[True, True] + cells[False, True]
    return Agreement(name, cells[True, True], cells[True, False], cells[False, True], cells[False, False],
                     efficient * recorded / n if n else None, len(drugs) - n,
                     sum(recorded and not searched for _, recorded, searched in drugs))


def by_phase(notes: Sequence[DrugNote]) -> Phases:
    """Distinct trials of these drugs, by phase and status."""
    trials = {r.record_id: r for note in notes for r in note.records if r.kind == "trial"}
    counts = Counter((r.phase or "", r.status or "") for r in trials.values())
    statuses = sorted({status for _, status in counts})
    phases = sorted({phase for phase, _ in counts}, reverse=True)
    rows = tuple((_said(phase), tuple(counts[phase, s] for s in statuses)) for phase in phases)
    return Phases(tuple(map(_said, statuses)), rows)


def _said(name: str) -> str:
    return words.plain(name) if name else "not given"
