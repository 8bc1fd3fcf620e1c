"""TCGA codes: the cohorts' own, and those that stand for several."""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from screen import resources
from screen.errors import InputError


@dataclass(frozen=True)
class Indication:
    """One row of ``codes.csv``."""

    code: str
    name: str
    members: tuple[str, ...]
    """The code itself, or the codes a group stands for."""
    nodes: tuple[str, ...]
    """OncoTree nodes with their descendants; ``=X`` the node alone, ``-X`` not that branch."""


def table(name: str) -> list[dict[str, str]]:
    """Rows of ``db/indications/<name>.csv``."""
    with (resources.folder("db") / "indications" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parts(cell: str) -> tuple[str, ...]:
    """The entries of a cell joined by semicolons."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


@lru_cache
def indications() -> dict[str, Indication]:
    """All indications by code."""
    return {
        row["code"]: Indication(
            row["code"], row["name"], parts(row["members"]) or (row["code"],), parts(row["oncotree"])
        )
        for row in table("codes")
    }


def all_codes() -> tuple[str, ...]:
    """Every known code, those of groups included."""
    return tuple(indications())


def known(code: str) -> bool:
    """Whether ``code`` (upper case) is a TCGA code or a group of them."""
    return code in indications()


def require(code: str, where: str) -> str:
    """``code`` in upper case.

    Raises
    ------
    InputError
        Not known; the remedy names the nearest ones.
    """
    upper = code.strip().upper()
    if known(upper):
        return upper
    near = _nearest(code.strip())
    listed = ", ".join(f"{c} ({name(c)})" for c in near) if near else ", ".join(all_codes())
    raise InputError(
        f"unknown indication {code!r}",
        where=where,
        remedy=f"did you mean {listed}?" if near else f"use a TCGA code: {listed}",
    )


def _nearest(text: str) -> list[str]:
    by_code = get_close_matches(text.upper(), all_codes(), n=3, cutoff=0.6)
    word = text.casefold()
    by_name = [c for c, i in indications().items() if len(word) > 2 and word in i.name.casefold()]
    return list(dict.fromkeys([*by_code, *by_name]))[:4]


def members(code: str) -> tuple[str, ...]:
    """The single codes a code stands for: COADREAD gives COAD and READ, BRCA gives BRCA."""
    return indications()[code].members


def of_patients(code: str) -> tuple[str, ...]:
    """The codes that patients of an indication carry: its single codes and, of a group, its own."""
    return tuple(dict.fromkeys((code, *members(code))))


def name(code: str) -> str:
    """Full name of a code."""
    return indications()[code].name
