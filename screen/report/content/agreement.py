"""How far predictions and records of one indication agree, beside what chance would bring; what is contradicted."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from screen.report.content import glossary
from screen.report.content.drug_evidence import DrugNote, labels_of
from screen.report.content.hypergeometric import Chance, chance_of
from screen.store import Store

SCOPES = (
    ("all records, where searched", "", True),
    ("trials alone, where searched", "_trial", True),
    ("all records known", "", False),
    ("trials known", "_trial", False),
)
"""Name, ending of the columns, whether only drugs searched in full are counted."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Scored drugs by prediction and record."""

    records: str
    searched_only: bool
    """Counted only where the record was searched in full; else silence counts as no record, which may be wrong."""
    efficient_recorded: int
    efficient_not: int
    inefficient_recorded: int
    inefficient_not: int
    chance: Chance | None
    """None where nothing was searched."""
    unsearched: int
    """Drugs not searched in full, which are not in the four counts."""


@dataclass(frozen=True)
class Phase:
    """Trials of one phase."""

    name: str
    counts: tuple[int, ...]
    """By status."""
    newest: str | None
    """Date of the newest record."""


@dataclass(frozen=True)
class Phases:
    """Trials of the EDI drugs in this indication: one row a phase, one column a status."""

    statuses: tuple[str, ...]
    rows: tuple[Phase, ...]


def agreement_tables(
    store: Store, code: str, notes: Mapping[str, DrugNote], chosen: Collection[str]
) -> tuple[Agreement, ...]:
    """Confusion over all scored drugs, for all records and for trials alone.

    Where nothing is searched in full the counts over records known are all there is; where everything is, they would
    repeat the others and are left out.

    Parameters
    ----------
    chosen : drug ids predicted efficient (EDI)
    """
    labels = labels_of(store, code, {drug: drug in chosen for drug in notes})
    found = []
    for name, end, searched_only in SCOPES:
        drugs = [(d in chosen, bool(row[f"recorded{end}"]), bool(row[f"searched{end}"])) for d, row in labels.items()]
        if searched_only or not all(searched for *_, searched in drugs):
            found.append(_counted(name, searched_only, drugs))
    return tuple(found)


def _counted(name: str, searched_only: bool, drugs: Sequence[tuple[bool, bool, bool]]) -> Agreement:
    cells = Counter((efficient, recorded) for efficient, recorded, searched in drugs if searched or not searched_only)
    both, n = cells[True, True], sum(cells.values())
    chance = chance_of(both, both + cells[True, False], both + cells[False, True], n)
    return Agreement(
        records=name,
        searched_only=searched_only,
        efficient_recorded=both,
        efficient_not=cells[True, False],
        inefficient_recorded=cells[False, True],
        inefficient_not=cells[False, False],
        chance=chance,
        unsearched=sum(not searched for *_, searched in drugs),
    )


def by_phase(notes: Sequence[DrugNote]) -> Phases:
    """Distinct trials of these drugs, by phase and status."""
    trials = {r.record_id: r for note in notes for r in note.records if r.kind == "trial"}
    counts = Counter((r.phase or "", r.status or "") for r in trials.values())
    statuses = sorted({status for _, status in counts})
    phases = sorted({phase for phase, _ in counts}, reverse=True)
    rows = tuple(
        Phase(
            _plain_name(phase),
            tuple(counts[phase, s] for s in statuses),
            max((r.date for r in trials.values() if (r.phase or "") == phase and r.date), default=None),
        )
        for phase in phases
    )
    return Phases(tuple(map(_plain_name, statuses)), rows)


def _plain_name(name: str) -> str:
    return glossary.plain(name) if name else "not given"
