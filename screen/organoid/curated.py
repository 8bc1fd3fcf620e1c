"""The tables written by hand in ``db/organoid``: regimens, aqueous drugs, drugs idle in culture, positive control."""

import csv
from dataclasses import dataclass
from functools import lru_cache

from screen import indications, resources
from screen.records import drug_key


@dataclass(frozen=True)
class Regimen:
    """A standard treatment of an indication; its drugs are those that act in culture."""

    drugs: tuple[str, ...]
    setting: str
    source: str
    note: str


@dataclass(frozen=True)
class Aqueous:
    """A drug that must not meet DMSO."""

    vehicle: str
    """water or saline."""
    most_mM: float
    """Strongest stock that keeps."""
    note: str


@dataclass(frozen=True)
class Positive:
    """A compound that kills every cell."""

    name: str
    dose_uM: float
    drug_id: str
    molecular_weight: float


@lru_cache
def _table(name: str) -> list[dict[str, str]]:
    with (resources.folder("db") / "organoid" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def regimens(code: str) -> list[Regimen]:
    """Standard regimens of an indication, the usual first; of a group (COADREAD) those of its members, once each."""
    codes = indications.members(code)
    rows = [row for one in codes for row in _table("regimens") if row["indication"] == one]
    found = {
        row["drugs"]: Regimen(tuple(row["drugs"].split(";")), row["setting"], row["source"], row["note"])
        for row in reversed(rows)
    }
    return [found.pop(row["drugs"]) for row in rows if row["drugs"] in found]


def aqueous() -> dict[str, Aqueous]:
    """drug key -> vehicle and strongest stock."""
    return {
        drug_key(row["drug"]): Aqueous(row["vehicle"], float(row["most_mM"]), row["note"]) for row in _table("vehicles")
    }


def positive_control() -> Positive:
    """The compound of the positive control wells."""
    (row,) = _table("positive")
    return Positive(row["drug"], float(row["dose_uM"]), row["drug_id"], float(row["molecular_weight"]))
