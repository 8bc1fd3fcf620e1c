"""Names of drugs read by hand: what drug tables lack or have wrong, and abbreviations that mean several drugs."""

import csv
from functools import lru_cache

from screen import resources
from screen.records import drug_key


@lru_cache
def reviewed() -> dict[str, tuple[str, ...]]:
    """Key of a regimen, brand, code or abbreviation -> its drugs. It goes before what vocabularies say of the name."""
    return {key: drugs for key, drugs in _table("names").items() if key not in ambiguous()}


@lru_cache
def ambiguous() -> dict[str, tuple[str, ...]]:
    """Key of an abbreviation -> the drugs that registries mean by it, one or another: alone it names none."""
    return _table("ambiguous")


def _table(name: str) -> dict[str, tuple[str, ...]]:
    with (resources.folder("db") / "drugs" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return {drug_key(row["name"]): tuple(row["drugs"].split(";")) for row in csv.DictReader(stream)}
