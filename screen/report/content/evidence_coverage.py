"""What each source of evidence was searched for, in one indication: silence is told from absence."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen import indications
from screen.report.content.provenance import MANY, span
from screen.store import Store

KINDS = (("label", "labelled indications"), ("trial", "clinical trials"), ("hub", "Repurposing Hub"))


@dataclass(frozen=True, kw_only=True)
class CoverageLine:
    """One file of evidence, many of one origin, or a kind of evidence without any."""

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


def coverage(store: Store, code: str) -> tuple[CoverageLine, ...]:
    """Every evidence file with its records of ``code``; a kind without any says so."""
    parts = list(indications.members(code))
    here = dict(
        store.sql(
            """SELECT source_id || kind AS file, count(DISTINCT record_id) AS records FROM evidence
           WHERE list_contains($parts, indication) GROUP BY ALL""",
            parts=parts,
        ).iter_rows()
    )
    searched = dict(
        store.sql(
            """SELECT source_id || kind AS file, bool_and(drug_id IS NULL) AS every_drug FROM searched
           WHERE indication IS NULL OR list_contains($parts, indication)
           GROUP BY ALL
           HAVING bool_or(indication IS NULL) OR count(DISTINCT indication) = len($parts)""",
            parts=parts,
        ).iter_rows()
    )
    files = [
        (
            f["kind"],
            f["origin"],
            CoverageLine(
                kind=dict(KINDS)[f["kind"]],
                source=f["name"],
                snapshot_date=f["snapshot_date"],
                coverage=f["coverage"],
                records=f["records"],
                linked=f["linked"],
                here=here.get(f["source_id"] + f["kind"], 0),
                searched=_says(searched.get(f["source_id"] + f["kind"])),
            ),
        )
        for f in store.query("coverage").to_dicts()
    ]
    return tuple(line for kind, name in KINDS for line in _lines(name, [f[1:] for f in files if f[0] == kind]))


def _lines(name: str, files: Sequence[tuple[str, CoverageLine]]) -> list[CoverageLine]:
    """Files of one kind of evidence; many of one origin and one conclusion as one line."""
    groups: dict[tuple[str, str, str | None], list[CoverageLine]] = {}
    for origin, one in files:
        groups.setdefault((origin, one.searched, one.coverage), []).append(one)
    lines = [line for group in groups.values() for line in ([_as_one(group)] if len(group) > MANY else group)]
    return lines or [
        CoverageLine(
            kind=name,
            source=None,
            snapshot_date=None,
            coverage=None,
            records=0,
            linked=0,
            here=0,
            searched="not searched",
        )
    ]


def _as_one(files: Sequence[CoverageLine]) -> CoverageLine:
    first, last = files[0], files[-1]
    return CoverageLine(
        kind=first.kind,
        source=f"{len(files)} files: {first.source} to {last.source}",
        snapshot_date=span(f.snapshot_date for f in files),
        coverage=first.coverage,
        records=sum(f.records for f in files),
        linked=sum(f.linked for f in files),
        here=sum(f.here for f in files),
        searched=first.searched,
    )


def _says(every_drug: bool | None) -> str:
    if every_drug is None:
        return "presence only"
    return "searched in full" if every_drug else "searched for some drugs"
