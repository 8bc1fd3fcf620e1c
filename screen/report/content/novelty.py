"""How new an efficient drug would be for the indication: no trial, no approval, or how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen.report.content.drug_evidence import DrugNote
from screen.report.content.edi import EdiRow
from screen.report.content.landscape import furthest


@dataclass(frozen=True, kw_only=True)
class Novelty:
    """One efficient drug."""

    note: DrugNote
    said: str
    trials_here: int
    furthest_here: str
    records_elsewhere: int


def novelty_rows(edi: Sequence[EdiRow]) -> tuple[Novelty, ...]:
    """The efficient drugs, the newest first; equally new ones in the order of the list."""
    rows = [
        Novelty(
            note=row.note,
            said=_status(row.note),
            trials_here=sum(r.kind == "trial" and r.counts for r in row.note.records),
            furthest_here=furthest(row.note),
            records_elsewhere=row.note.elsewhere,
        )
        for row in edi
    ]
    return tuple(sorted(rows, key=lambda one: _ORDER.index(one.said)))


_ORDER = (
    "new: no record anywhere",
    "new here: recorded elsewhere only",
    "no record known, not searched",
    "none known here, not searched; recorded elsewhere",
    "recorded here, neither tried nor approved",
    "in trial here",
    "approved here",
)


def _status(note: DrugNote) -> str:
    counting = [r for r in note.records if r.counts]
    if note.approved:
        return "approved here"
    if any(r.kind == "trial" for r in counting):
        return "in trial here"
    if counting:
        return "recorded here, neither tried nor approved"
    if note.label == "Not searched":
        return _ORDER[3] if note.elsewhere else _ORDER[2]
    return _ORDER[1] if note.elsewhere else _ORDER[0]
