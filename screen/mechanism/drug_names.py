"""Names of a file joined to the store's drugs, with what the store knows of their mechanism."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from screen.errors import InputError
from screen.records import drug_key
from screen.store import open_store


@dataclass(frozen=True)
class StoreDrugs:
    """What the store knows of the drugs of a file."""

    mechanisms: dict[str, str] = field(default_factory=dict)
    """By the key of the name in the file."""
    in_file: str | None = None
    """Key under which the drug in question is in the file."""
    joined: int | None = None
    """Drugs of the file that the store has; None without a store."""


def join(store_file: Path | None, drug: str, keys: Collection[str]) -> StoreDrugs:
    """Find a drug in the file by any name the store has for it.

    Parameters
    ----------
    store_file : None: names are compared as they are
    keys : of every drug in the file

    Raises
    ------
    InputError
        The store has no drug of that name, nor has the file.
    """
    wanted = drug_key(drug)
    if store_file is None:
        return StoreDrugs(in_file=wanted if wanted in keys else None)
    with open_store(store_file) as store:
        rows = store.sql(
            """SELECT k.drug_key, k.drug_id, coalesce(d.mechanism, '') AS mechanism
               FROM drug_keys k JOIN drugs d USING (drug_id)
               WHERE k.drug_key IN (SELECT unnest($keys::VARCHAR[]))
                  OR k.drug_id IN (SELECT drug_id FROM drug_keys WHERE drug_key = $wanted)
               ORDER BY 1, 2""",
            keys=sorted(keys),
            wanted=wanted,
        ).to_dicts()
    ids = {row["drug_id"] for row in rows if row["drug_key"] == wanted}
    if not ids and wanted not in keys:
        raise InputError(
            f"neither the store nor the file has a drug called {drug!r}", where="DRUG", remedy="is it spelt right?"
        )
    found = {row["drug_key"]: row for row in rows if row["drug_key"] in keys}
    same = sorted(key for key, row in found.items() if row["drug_id"] in ids)
    here = wanted if wanted in keys else (same[0] if same else None)
    return StoreDrugs({key: row["mechanism"] for key, row in found.items()}, here, len(found))
