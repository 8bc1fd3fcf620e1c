"""Drugs whose response in a dish says little (prodrugs, modulators), and those not given against the tumour."""

import csv
from collections.abc import Mapping
from functools import lru_cache

from screen import resources
from screen.records import drug_key
from screen.store import Store


@lru_cache
def reviewed() -> dict[str, str]:
    """Key of a drug's name -> why."""
    return _reviewed("idle.csv")


@lru_cache
def supportive() -> dict[str, str]:
    """Key of a drug's name -> what it is given for beside the drugs against the tumour."""
    return _reviewed("supportive.csv")


def _reviewed(name: str) -> dict[str, str]:
    with (resources.folder("db") / "drugs" / name).open(encoding="utf-8", newline="") as stream:
        return {drug_key(row["drug"]): row["why"] for row in csv.DictReader(stream)}


def idle_in_culture(store: Store) -> dict[str, str]:
    """drug_id -> why it does nothing in a culture, or says nothing there; of drugs that the store knows."""
    return _known(store, reviewed())


def supportive_ids(store: Store) -> frozenset[str]:
    """Ids of the supportive drugs that the store knows."""
    return frozenset(_known(store, supportive()))


def _known(store: Store, by_key: Mapping[str, str]) -> dict[str, str]:
    keys = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").iter_rows())
    return {keys[key]: why for key, why in by_key.items() if key in keys}
