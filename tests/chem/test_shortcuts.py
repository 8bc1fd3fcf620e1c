"""What is done fast is what the long way does: plain molecules that no step changes, graphs from matrices and text."""

from pathlib import Path

import polars as pl
import pytest
from rdkit import Chem

from screen import chem
from screen.chem import parents

ODD = [
    "CN(=O)=O",
    "CS(=O)C",
    "C[S+]([O-])C",
    "CN=[N+]=[N-]",
    "CN=N#N",
    "C=[N+]=[N-]",
    "C[n+]1ccccc1",
    "O=n1ccccc1",
    "CS(=O)(=O)N",
    "CP(=O)(O)O",
    "[Na]OC(C)=O",
    "CC(=O)[O-].[Na+]",
    "[H]O[H]",
    "[2H]C([2H])([2H])O",
    "[Cl]",
    "CCCl",
    "C[Se](=O)C",
    "N.N.Cl[Pt]Cl",
    "c1cc[se]c1",
    "C[Si](C)(C)C",
    "O=[As]O[As]=O",
    "OB(O)c1ccccc1",
    "F[C@H](Cl)Br",
    "C/C=C/C(=O)O",
    "C[C@@H]1CC[C@H](O)CC1",
    "[nH]1cccc1",
    "C#N",
    "[He]",
    "CC.CC",
    "O.O.CCO",
    "[O-]C(=O)CC[NH3+]",
]


def slow(smiles: str, monkeypatch: pytest.MonkeyPatch) -> chem.Molecule:
    with monkeypatch.context() as patched:
        patched.setattr(parents, "_plain", lambda molecule: False)
        return chem.standardise(smiles)


@pytest.mark.parametrize("smiles", ODD)
def test_a_plain_molecule_is_its_own_parent(smiles: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chem.standardise(smiles) == slow(smiles, monkeypatch)


@pytest.mark.parametrize("smiles", ODD)
def test_a_graph_is_what_rdkit_says_atom_by_atom(smiles: str) -> None:
    molecule, graph = chem.standardise_with_graph(smiles)
    read = Chem.MolFromSmiles(molecule.smiles)
    kinds = {Chem.BondType.SINGLE: 0, Chem.BondType.DOUBLE: 1, Chem.BondType.TRIPLE: 2, Chem.BondType.AROMATIC: 3}
    turns = {Chem.ChiralType.CHI_TETRAHEDRAL_CW: 1, Chem.ChiralType.CHI_TETRAHEDRAL_CCW: 2}
    ways = {Chem.BondDir.ENDUPRIGHT: 1, Chem.BondDir.ENDDOWNRIGHT: 2}
    assert graph.atoms.tolist() == [[a.GetAtomicNum() - 1, turns.get(a.GetChiralTag(), 0)] for a in read.GetAtoms()]
    text = sorted([*ends, *bond] for ends, bond in zip(graph.edges.T.tolist(), graph.bonds.tolist(), strict=True))
    message = [
        (b.GetBeginAtomIdx(), b.GetEndAtomIdx(), kinds.get(b.GetBondType(), 0), ways.get(b.GetBondDir(), 0))
        for b in read.GetBonds()
    ]
    assert text == sorted([[a, b, *rest] for a, b, *rest in message] + [[b, a, *rest] for a, b, *rest in message])


@pytest.mark.real
def test_every_real_drug_is_its_own_parent(real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smiles = pl.read_csv(real_data / "weights" / "expected_embeddings.csv")["smiles"].to_list()
    assert [chem.standardise(one) for one in smiles] == [slow(one, monkeypatch) for one in smiles]
