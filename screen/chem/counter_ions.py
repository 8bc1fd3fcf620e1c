"""Counter-ions and solvents that drugs are sold with: they go first, whatever their size."""

from functools import lru_cache
from typing import Any

from rdkit import Chem, rdBase

from screen import resources


def is_counter_ion(molecule: Any) -> bool:
    """Whether an uncharged part is on the list of ``db/drugs/counter_ions.csv``, stereochemistry apart."""
    flat = Chem.Mol(molecule)
    Chem.RemoveStereochemistry(flat)
    return Chem.MolToSmiles(flat) in _listed()


@lru_cache
def _listed() -> frozenset[str]:
    import csv

    with (resources.folder("db") / "drugs" / "counter_ions.csv").open(encoding="utf-8", newline="") as stream:
        smiles = [row["smiles"] for row in csv.DictReader(stream)]
    with rdBase.BlockLogs():
        return frozenset(Chem.MolToSmiles(Chem.MolFromSmiles(text)) for text in smiles)
