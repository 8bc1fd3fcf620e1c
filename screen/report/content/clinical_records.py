"""Records of one drug as pages order and grade them: what counts, what comes first, how far it got."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from screen.report.content import glossary

_KINDS = ("trial", "label", "hub")
AWAY = 4
"""Most records of other tumour types that a note carries."""
STOPPED = ("TERMINATED", "SUSPENDED", "WITHDRAWN")
RECRUITING = ("RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION")
_PHASES = ("PHASE4", "PHASE3", "PHASE2/PHASE3", "PHASE2", "PHASE1/PHASE2", "PHASE1", "EARLY_PHASE1")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of one source on a drug in an indication."""

    indication: str
    kind: str
    """label, trial or hub."""
    origin: str
    record_id: str
    counts: bool
    """False: shown, but no record (withdrawn)."""
    phase: str | None
    status: str | None
    date: str | None
    combination: bool
    detail: str | None
    why_stopped: str | None
    """Of a trial that ended early, where the registry says."""


def once(records: Iterable[Record]) -> tuple[Record, ...]:
    """A record that holds for several parts of a group (COAD and READ) once, naming them all; the first of each kind
    first, so that a short list shows a trial, a label and the hub."""
    held: dict[tuple[str, str], Record] = {}
    for r in records:
        first = held.get((r.origin, r.record_id))
        held[r.origin, r.record_id] = (
            r if first is None else replace(first, indication=f"{first.indication}, {r.indication}")
        )
    kinds: dict[str, list[Record]] = {}
    for record in sorted(held.values(), key=_phase):
        kinds.setdefault(record.kind, []).append(record)
    places = [(place, _KINDS.index(kind), r) for kind, found in kinds.items() for place, r in enumerate(found)]
    return tuple(r for *_, r in sorted(places, key=lambda p: p[:2]))


def first_away(records: Iterable[Record]) -> tuple[Record, ...]:
    """The first AWAY trials of other tumour types: those that say why they stopped, then as everywhere."""
    trials = once([r for r in records if r.kind == "trial"])
    return tuple(sorted(trials, key=lambda r: (not r.why_stopped, *_phase(r)))[:AWAY])


def _phase(record: Record) -> tuple[bool, bool, int]:
    """Records before withdrawn ones, trials that recruit before others, late phases before early ones."""
    late = _PHASES.index(record.phase) if record.phase in _PHASES else len(_PHASES)
    return not record.counts, record.status not in RECRUITING, late


def approves(record: Record) -> bool:
    return record.counts and (record.kind == "label" or record.phase == "Launched")


def grade(here: Iterable[Record], away: Iterable[Record], hub: str | None, searched: bool) -> tuple[str, str]:
    """Own scale of words.GRADES, best first."""
    trials_here, trials_away = _trials(here), _trials(away)
    ways = (
        (any(map(approves, here)), "E1", "approved here"),
        (any(map(approves, away)), "E2", "approved elsewhere"),
        (bool(trials_here), "E3", f"{_best_phase(trials_here)} here"),
        (bool(trials_away), "E4", f"{_best_phase(trials_away)} elsewhere"),
        (hub is not None, "E5", f"hub: {glossary.plain(hub)}"),
        (searched, "E0", "none found"),
    )
    found = next(((grade, chip) for holds, grade, chip in ways if holds), ("N", "not searched"))
    if found[0] == "E2" and trials_here:
        return "E2", f"{found[1]}; {_best_phase(trials_here)} here"
    return found


def _trials(records: Iterable[Record]) -> list[Record]:
    return [r for r in records if r.kind == "trial" and r.counts]


def _best_phase(trials: list[Record]) -> str:
    phases = {t.phase for t in trials}
    return glossary.plain(next((p for p in _PHASES if p in phases), None)).replace("–", "trial")
