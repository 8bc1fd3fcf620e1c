"""A shortlist put together by hand: its drugs stand in the address, and it ends in a command line to copy."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from screen import indications
from screen.errors import InputError
from screen.records import drug_key
from screen.report.content.patient_sample import indication_of
from screen.view.home import command
from screen.view.reading import Reading

MOST = 40
"""Drugs of a shortlist."""
_KNOWN = """
SELECT drug_id, name AS drug_name, coalesce(nullif(mechanism, ''), pathway, '') AS mechanism FROM drugs
WHERE list_contains($ids, drug_id)
"""
_NAMED = "SELECT drug_id FROM drug_keys WHERE drug_key = $key AND drug_id IN (SELECT drug_id FROM drugs)"
_CODES = "SELECT indication FROM current_runs ORDER BY indication"


@dataclass(frozen=True)
class Chosen:
    """A drug of the shortlist."""

    drug_id: str
    drug_name: str
    mechanism: str
    without: str
    """The other drugs, as the address has them."""


@dataclass(frozen=True)
class ShortlistPage:
    """Everything the page says."""

    indication: str
    patient: str
    chosen: tuple[Chosen, ...]
    field: str
    """The drugs as the address has them."""
    codes: tuple[str, ...]
    """Indications ranked."""
    with_ranking: str
    """Command line of a plan of these drugs and others by the ranking; empty without an indication or drugs."""
    alone: str
    """Command lines of a plan of these drugs alone."""


def shortlist_page(reading: Reading, fields: Mapping[str, str]) -> ShortlistPage:
    """Gather the page.

    Raises
    ------
    InputError
        A name or an id that the store does not know, or too many drugs.
    """
    patient, code = fields.get("patient", ""), fields.get("indication", "")
    if patient:
        code = indication_of(reading.store, patient)
    if code:
        code = indications.require(code, "indication")
    ids = list(dict.fromkeys(one for one in fields.get("chosen", "").split(",") if one))
    if fields.get("add", "").strip():
        ids = list(dict.fromkeys([*ids, _id_of(reading, fields["add"].strip())]))
    if len(ids) > MOST:
        raise InputError(f"{len(ids)} drugs", where="chosen", remedy=f"a shortlist holds at most {MOST}")
    facts = {row["drug_id"]: row for row in reading.store.sql(_KNOWN, ids=ids).to_dicts()}
    unknown = next((one for one in ids if one not in facts), None)
    if unknown is not None:
        raise InputError(f"no drug {unknown[:80]!r}", where="chosen", remedy="choose it by its name, below the list")
    chosen = tuple(Chosen(**facts[one], without=",".join(i for i in ids if i != one)) for one in ids)
    lines = _commands(reading, code, patient, [one.drug_name for one in chosen]) if code and chosen else ("", "")
    codes = tuple(reading.store.sql(_CODES)["indication"])
    return ShortlistPage(code, patient, chosen, ",".join(ids), codes, *lines)


def _id_of(reading: Reading, name: str) -> str:
    found = reading.store.scalar(_NAMED, key=drug_key(name))
    if found is None:
        raise InputError(f"no drug {name[:80]!r}", where="add", remedy="find its name by the search above")
    return str(found)


def _commands(reading: Reading, code: str, patient: str, names: list[str]) -> tuple[str, str]:
    whose = [f"--patient={patient}"] if patient else []
    ranked = command(reading.store, "organoid", "plan", code, *whose, *(f"--include={name}" for name in names))
    listed = shlex.join(["printf", "%s\\n", *names])
    return (
        ranked,
        f"{listed} > drugs.txt\n{command(reading.store, 'organoid', 'plan', code, *whose)} --drugs-file drugs.txt",
    )
