"""What a lab wishes beyond the ranking: drugs to leave out, to take in, or a list of its own with its stocks."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from screen.errors import InputError
from screen.organoid.candidates import Candidate
from screen.organoid.treatment import Treatment
from screen.records import drug_key
from screen.store import Store

SET = "R"
"""Of treatments that the lab asked for."""


def read_drugs_file(path: Path) -> tuple[tuple[str, ...], tuple[tuple[str, float], ...]]:
    """Names, one a line, and the stocks (mM) of those that give one: ``drug`` or ``drug,stock_mM``.

    Raises
    ------
    InputError
        The file cannot be read, is empty, names a drug twice, or a stock is no number above 0.
    """
    try:
        rows = [row for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) if row and row[0].strip()]
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"cannot be read: {fault}", where=str(path), remedy="a text file in UTF-8, a drug a line"
        ) from None
    if rows and drug_key(rows[0][0]) in ("drug", "drugname", "name"):
        rows = rows[1:]
    names = tuple(row[0].strip() for row in rows)
    twice = next((name for i, name in enumerate(names) if drug_key(name) in map(drug_key, names[:i])), None)
    if not names or twice:
        what = f"{twice!r} stands in it twice" if twice else "no drug in it"
        raise InputError(what, where=str(path), remedy="one drug a line, each once, its stock in mM after a comma")
    return names, tuple((row[0].strip(), _stock(row[1], path)) for row in rows if len(row) > 1 and row[1].strip())


def _stock(text: str, path: Path) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise InputError(f"{text!r} is no stock", where=str(path), remedy="give mM, above 0 and at most 1000")
    return value


def ids_of(store: Store, names: Sequence[str], option: str) -> dict[str, str]:
    """drug_id -> the name as given.

    Raises
    ------
    InputError
        A name that the store does not know.
    """
    keys = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").iter_rows())
    for name in names:
        if drug_key(name) not in keys:
            raise InputError(
                f"no drug {name!r}", where=option, remedy="names are listed by: crescreen export drugs --out drugs.csv"
            )
    return {keys[drug_key(name)]: name for name in names}


def requested(store: Store, wanted: Mapping[str, str], ranked: Sequence[Candidate]) -> list[Treatment]:
    """A treatment a drug that the lab asked for, in its order.

    Raises
    ------
    InputError
        A drug without a structure, which has no dose by weight here.
    """
    places = {d.drug_id: d for d in ranked}
    rows = store.sql(
        """SELECT drug_id, name, smiles, coalesce(mechanism, pathway, 'mechanism not recorded') AS mechanism FROM drugs
           WHERE list_contains($drugs, drug_id)""",
        drugs=list(wanted),
    )
    facts = {row["drug_id"]: row for row in rows.to_dicts()}
    made = []
    for drug, name in wanted.items():
        if drug not in facts or not facts[drug]["smiles"]:
            raise InputError(
                f"{name!r} has no structure in the store",
                where="organoid plan",
                remedy="leave it out, or ingest its SMILES",
            )
        known = places.get(drug)
        where = f"rank {known.place} of {known.of}" if known else "not scored"
        made.append(
            Treatment(
                code="",
                set_name=SET,
                drug_ids=(drug,),
                names=(facts[drug]["name"],),
                mechanism=facts[drug]["mechanism"],
                place=known.place if known else None,
                score=known.score if known else None,
                reason=f"requested by the lab; {where}",
            )
        )
    return made
