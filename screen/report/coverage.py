"""What each source of evidence was searched for, in one indication: silence is told from absence."""

from dataclasses import dataclass

from screen import indications
from screen.store import Store

KINDS = (("label", "labelled indications"), ("trial", "clinical trials"), ("hub", "Repurposing Hub"))


@dataclass(frozen=True)
class Coverage:
    """One file of evidence, or a kind of evidence without any file."""

    kind: str
    source: str | None
    snapshot_date: str | None
    coverage: str | None
    records: int
    """In the file."""
    linked: int
    """Of these, linked to a drug and some indication."""
    here: int
    """Of these, for this indication."""
    searched: str
    """What may be concluded where it holds nothing."""


def coverage(store: Store, code: str) -> tuple[Coverage, ...]:
    """Every evidence file with its records of ``code``; a kind without any says so."""
    parts = list(indications.members(code))
    here = dict(store.sql(
        """SELECT source_id || kind AS file, count(DISTINCT record_id) AS records FROM evidence
           WHERE list_contains($parts, indication) GROUP BY ALL""", parts=parts).iter_rows())
    searched = dict(store.sql(
        """SELECT source_id || kind AS file, bool_and(drug_id IS NULL) AS every_drug FROM searched
           WHERE indication IS NULL OR list_contains($parts, indication)
           GROUP BY ALL
           HAVING bool_or(indication IS NULL) OR count(DISTINCT indication) = len($parts)""", parts=parts).iter_rows())
    files = store.query("coverage").to_dicts()
    found: list[Coverage] = []
    for kind, name in KINDS:
        mine = [(f, f["source_id"] + kind) for f in files if f["kind"] == kind]
        found += [Coverage(name, f["name"], f["snapshot_date"], f["coverage"], f["records"], f["linked"],
                           here.get(key, 0), _says(searched.get(key))) for f, key in mine]
        if not mine:
            found.append(Coverage(name, None, None, None, 0, 0, 0, "not searched"))
    return tuple(found)


def _says(every_drug: bool | None) -> str:
    if every_drug is None:
        return "not searched in full: presence only"
    return "searched in full" if every_drug else "searched for some drugs"
