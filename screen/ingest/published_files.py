"""The published files that ingest reads: who publishes them, where, under which terms (``db/sources.csv``)."""

import csv
from dataclasses import dataclass

from screen import resources


@dataclass(frozen=True)
class SourceNote:
    """One kind of published file: how ingest calls it, who publishes it, where, under which terms."""

    kind: str
    file: str
    where: str
    terms: str


def sources() -> list[SourceNote]:
    """The list of published files that ingest reads."""
    text = (resources.folder("db") / "sources.csv").read_text(encoding="utf-8")
    return [SourceNote(**row) for row in csv.DictReader(text.splitlines())]
