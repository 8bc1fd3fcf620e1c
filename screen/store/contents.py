"""What a store holds, counted."""

from dataclasses import dataclass

from screen.settings import Settings
from screen.store.database import Store
from screen.store.opening import open_store


@dataclass(frozen=True)
class Holding:
    """One thing a store holds: how many, and which."""

    what: str
    number: int
    detail: str


def status(settings: Settings) -> list[Holding]:
    """What is in the store: files, patients, profiles, drugs, evidence, models, rankings."""
    with open_store(settings.store) as store:
        return holdings(store)


def holdings(store: Store) -> list[Holding]:
    """What an open store holds, a row a thing."""
    return [
        Holding(row["what"], int(row["number"] or 0), row["detail"] or "")
        for row in store.query("status").iter_rows(named=True)
    ]
