"""Which molecules are docked: drugs by name or SMILES, and decoys of like size from the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screen.errors import InputError
from screen.models.baselines.drug_similarity import tanimoto
from screen.records import drug_key
from screen.store import open_store

_APART = 0.35
"""Tanimoto similarity to any of the drugs from which on a molecule is no decoy."""
_ATOMS = 3
"""Heavy atoms that a decoy may have more or fewer."""


@dataclass(frozen=True)
class Candidate:
    """A molecule to dock."""

    name: str
    smiles: str
    role: str


def drugs_named(names: Sequence[str], store_file: Path | None) -> list[Candidate]:
    """Drugs with their structures from the store.

    Raises
    ------
    InputError
        No store, one that has no structure of a drug, or a drug that Vina cannot dock.
    """
    from screen.chem.poses import can_be_docked

    if not names:
        return []
    if store_file is None:
        raise InputError("drugs and decoys come from a store", where="DRUGS", remedy="name one with --store")
    with open_store(store_file) as store:
        rows = store.sql(
            """SELECT k.drug_key, d.name, d.smiles FROM drug_keys k JOIN drugs d USING (drug_id)
               WHERE k.drug_key IN (SELECT unnest($keys::VARCHAR[])) AND d.smiles IS NOT NULL""",
            keys=[drug_key(name) for name in names],
        ).to_dicts()
    found = {row["drug_key"]: row for row in rows}
    missing = next((name for name in names if drug_key(name) not in found), None)
    if missing is not None:
        raise InputError(f"the store has no structure of {missing!r}", where="DRUGS", remedy="is it spelt right?")
    drugs = [Candidate(found[drug_key(n)]["name"], found[drug_key(n)]["smiles"], "drug") for n in names]
    strange = next((drug for drug in drugs if not can_be_docked(drug.smiles)), None)
    if strange is not None:
        raise InputError(
            f"{strange.name} is no single molecule of elements that Vina has terms for: {strange.smiles}",
            where="DRUGS",
            remedy="leave it out",
        )
    return drugs


def decoys_of(drugs: Sequence[Candidate], store_file: Path | None, count: int, seed: int) -> list[Candidate]:
    """Molecules of the drugs' size that are similar to none of them, sampled from the store."""
    from screen.chem.fingerprints import fingerprint
    from screen.chem.poses import can_be_docked, heavy_atoms

    if not drugs or store_file is None:
        return []
    with open_store(store_file) as store:
        rows = store.sql("SELECT name, smiles FROM drugs WHERE smiles IS NOT NULL ORDER BY drug_id").rows()
    sizes = [heavy_atoms(one.smiles) for one in drugs]
    prints = np.array([fingerprint(one.smiles) for one in drugs])
    chosen: list[Candidate] = []
    for place in np.random.default_rng(seed).permutation(len(rows)):
        name, smiles = rows[int(place)]
        if len(chosen) == count:
            break
        near = min(abs(heavy_atoms(smiles) - size) for size in sizes) <= _ATOMS
        if near and can_be_docked(smiles) and tanimoto(np.array([fingerprint(smiles)]), prints).max() < _APART:
            chosen.append(Candidate(name, smiles, "decoy"))
    return chosen
