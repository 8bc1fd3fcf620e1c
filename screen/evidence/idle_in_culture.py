"""Drugs whose response in a dish says little: prodrugs, drugs that act elsewhere in the body, modulators."""

import csv
from functools import lru_cache

from screen import resources
from screen.records import drug_key
from screen.store import Store


@lru_cache
def reviewed() -> dict[str, str]:
    """Key of a drug's name -> why."""
    with (resources.folder("db") / "drugs" / "idle.csv").open(encoding="utf-8", newline="") as stream:
        return {drug_key(row["drug"]): row["why"] for row in csv.DictReader(stream)}


def idle_in_culture(store: Store) -> dict[str, str]:
    """drug_id -> why it does nothing in a culture, or says nothing there; of drugs that the store knows."""
    keys = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").iter_rows())
    return {keys[key]: why for key, why in reviewed().items() if key in keys}
