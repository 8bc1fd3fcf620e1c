"""Which tumour types the efficient drugs are in clinical test for, by mechanism."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from screen import indications
from screen.report.content.drug_evidence import DrugNote
from screen.store import Store

MOST_CODES, MOST_MECHANISMS = 14, 12
"""Those with most drugs are drawn; the others are counted together."""
OTHER_TYPES, OTHER_MECHANISMS = "other types", "other mechanisms"

_TESTED = """
SELECT DISTINCT drug_id, indication FROM evidence
WHERE kind = 'trial' AND counts AND list_contains($drugs, drug_id) ORDER BY ALL
"""


@dataclass(frozen=True)
class Flow:
    """A mechanism, and its drugs in trials for each tumour type."""

    mechanism: str
    names: tuple[str, ...]
    drugs: tuple[int, ...]
    """Drugs of the mechanism in trials, one a code."""


@dataclass(frozen=True)
class Flows:
    """Mechanisms over tumour types."""

    here: tuple[str, ...]
    """Codes of the indication reported."""
    codes: tuple[str, ...]
    rows: tuple[Flow, ...]
    untested: tuple[str, ...]
    """Names of efficient drugs without a trial known, anywhere."""


def mechanism_flows(store: Store, code: str, efficient: Sequence[DrugNote]) -> Flows:
    """The efficient drugs' trials by mechanism and tumour type; each drug counts once a type."""
    notes = {note.drug_id: note for note in efficient}
    found = store.sql(_TESTED, drugs=list(notes)).iter_rows()
    # A drug counts once among the types that no code stands for, however many words the records have for them.
    pairs = [(notes[d], c) for d, c in dict.fromkeys((d, c if indications.known(c) else OTHER_TYPES) for d, c in found)]
    here = indications.members(code)
    coded = Counter(c for _, c in pairs if c != OTHER_TYPES)
    codes = _most_frequent(coded, MOST_CODES, here, OTHER_TYPES)
    if len(codes) <= MOST_CODES and any(c == OTHER_TYPES for _, c in pairs):
        codes = (*codes, OTHER_TYPES)
    kinds = _most_frequent(Counter(note.mechanism for note, _ in pairs), MOST_MECHANISMS, (), OTHER_MECHANISMS)
    cells = Counter((_or(note.mechanism, kinds, OTHER_MECHANISMS), _or(c, codes, OTHER_TYPES)) for note, c in pairs)
    rows = tuple(Flow(kind, _named(kind, kinds, pairs), tuple(cells[kind, c] for c in codes)) for kind in kinds)
    tested = {note.drug_id for note, _ in pairs}
    return Flows(here, codes, rows, tuple(n.name for n in efficient if n.drug_id not in tested))


def _most_frequent(counts: Counter[str], most: int, first: Sequence[str], other: str) -> tuple[str, ...]:
    """The commonest, the own ones always and first; what is left over shares one place."""
    ranked = sorted(counts, key=lambda name: (name not in first, -counts[name], name))
    return tuple(ranked) if len(ranked) <= most else (*ranked[:most], other)


def _or(name: str, shown: Sequence[str], other: str) -> str:
    return name if name in shown else other


def _named(kind: str, kinds: Sequence[str], pairs: Sequence[tuple[DrugNote, str]]) -> tuple[str, ...]:
    return tuple(sorted({note.name for note, _ in pairs if _or(note.mechanism, kinds, OTHER_MECHANISMS) == kind}))
