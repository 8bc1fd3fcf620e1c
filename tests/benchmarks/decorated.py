"""A library of any size: given structures with one to three hydrogens of carbon replaced by small groups.

    python -m tests.benchmarks.decorated 1000000 library.smi structures.csv

Every molecule is valid by construction and comes with its number and its parent's; some come twice, as in real
libraries.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import polars as pl
from rdkit import Chem, rdBase

_GROUPS = tuple(
    Chem.MolFromSmiles(text)
    for text in (
        "C",
        "CC",
        "C(C)C",
        "C1CC1",
        "F",
        "Cl",
        "Br",
        "O",
        "OC",
        "OCC",
        "N",
        "NC",
        "N(C)C",
        "C#N",
        "C(F)(F)F",
        "OC(F)(F)F",
        "C(N)=O",
        "C(=O)NC",
        "NC(C)=O",
        "S(C)(=O)=O",
        "S(N)(=O)=O",
        "C(=O)O",
        "CO",
        "N1CCOCC1",
        "N1CCNCC1",
        "c1ccccc1",
    )
)
"""Each is bound by its first atom."""
_MOST_ATOMS = 60


def decorated(parents: Sequence[str], seed: int) -> Iterator[tuple[str, int]]:
    """SMILES and number of the parent, without end."""
    rng = random.Random(seed)
    with rdBase.BlockLogs():
        read = ((number, Chem.MolFromSmiles(text)) for number, text in enumerate(parents))
        bases = [(number, base, _places(base)) for number, base in read if base is not None]
    bases = [(number, base, places) for number, base, places in bases if places and base.GetNumAtoms() < _MOST_ATOMS]
    while True:
        number, base, places = rng.choice(bases)
        made = Chem.RWMol(base)
        for place in rng.sample(places, min(len(places), rng.choice((1, 2, 2, 3, 3, 3)))):
            first = made.GetNumAtoms()
            made.InsertMol(rng.choice(_GROUPS))
            made.AddBond(place, first, Chem.BondType.SINGLE)
            for end in (place, first):
                atom = made.GetAtomWithIdx(end)
                atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - 1))
        yield Chem.MolToSmiles(made, canonical=False), number


def _places(base: "Chem.Mol") -> list[int]:
    return [
        atom.GetIdx()
        for atom in base.GetAtoms()
        if atom.GetAtomicNum() == 6
        and atom.GetTotalNumHs()
        and not atom.HasProp("_CIPCode")
        and atom.GetChiralTag() == Chem.ChiralType.CHI_UNSPECIFIED
    ]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.decorated", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("of", type=Path, help="CSV with a column smiles")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    parents = sorted(set(pl.read_csv(args.of, columns=["smiles"])["smiles"].drop_nulls()))
    with args.file.open("w", encoding="utf-8") as out:
        for number, (smiles, parent) in enumerate(islice(decorated(parents, args.seed), args.count), 1):
            out.write(f"{smiles} M{number}-{parent}\n")


if __name__ == "__main__":
    main()
