"""Molecules as the graphs that the encoders of Hu et al. 2020 take."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase

from screen.chem.parsing import parse

_TYPES = np.array([0, 0, 0, 3, 1, 0, 2, 0, 0, 0, 0])
"""Twice the order of a bond as rdkit numbers it -> type."""
_BOND_DIRECTION = {Chem.BondDir.ENDUPRIGHT: 1, Chem.BondDir.ENDDOWNRIGHT: 2}
_CHIRALITY = {Chem.ChiralType.CHI_TETRAHEDRAL_CW: 1, Chem.ChiralType.CHI_TETRAHEDRAL_CCW: 2}
# In a canonical SMILES the atoms stand in the order in which rdkit numbers them when it reads it back.
_ATOM = re.compile(r"\[[^\]]*\]|Br|Cl|[BCNOPSFIbcnops]")
_SYMBOL = re.compile(r"\[\d*(se|as|te|si|[bcnops]|[A-Z][a-z]?)|(Br|Cl|[BCNOPSFIbcnops])")


@dataclass(frozen=True)
class MolGraph:
    """A molecule of a heavy atoms and b bonds as Hu et al. 2020 describe it to their encoders."""

    atoms: NDArray[np.int64]
    """a x 2: atomic number - 1; chirality (0 none or other, 1 clockwise, 2 counter-clockwise)."""
    edges: NDArray[np.int64]
    """2 x 2b: source and target atom, each bond in both directions."""
    bonds: NDArray[np.int64]
    """2b x 2: type (0 single or other, 1 double, 2 triple, 3 aromatic); direction (0 none, 1 up, 2 down)."""


def graph(smiles: str) -> MolGraph:
    """Atoms and bonds of a SMILES taken as it is: standardise first, for chirality follows the order of the atoms.

    Raises
    ------
    InputError
        As :func:`screen.chem.standardise`.
    """
    with rdBase.BlockLogs():
        molecule = parse(smiles)
    return graph_of(molecule, smiles.split(maxsplit=1)[0])


def graph_of(molecule: Any, smiles: str) -> MolGraph:
    """The graph of a molecule just read from this SMILES; rdkit is asked for matrices, not atom by atom."""
    orders = Chem.GetAdjacencyMatrix(molecule, useBO=True)
    places = np.flatnonzero(orders)
    edges = np.array(np.divmod(places, len(orders)), np.int64)
    bonds = np.zeros((len(places), 2), np.int64)
    bonds[:, 0] = _TYPES[(2 * orders.ravel()[places]).astype(np.intp)]
    if "/" in smiles or "\\" in smiles:
        bonds[:, 1] = _directions(molecule, *edges)
    return MolGraph(_atoms(molecule, smiles), edges, bonds)


def _directions(molecule: Any, begin: NDArray[np.int64], end: NDArray[np.int64]) -> list[int]:
    bonds = (molecule.GetBondBetweenAtoms(int(a), int(b)) for a, b in zip(begin, end, strict=True))
    return [_BOND_DIRECTION.get(bond.GetBondDir(), 0) for bond in bonds]


def _atoms(molecule: Any, smiles: str) -> NDArray[np.int64]:
    names = _ATOM.findall(smiles)
    if len(names) != molecule.GetNumAtoms():
        # Hydrogens that rdkit takes into their atom, or notation of its own.
        return np.array(
            [(atom.GetAtomicNum() - 1, _CHIRALITY.get(atom.GetChiralTag(), 0)) for atom in molecule.GetAtoms()],
            np.int64,
        ).reshape(-1, 2)
    atoms = np.zeros((len(names), 2), np.int64)
    atoms[:, 0] = [_index(name) for name in names]
    if "@" in smiles:
        for row, name in enumerate(names):
            if "@" in name:
                atoms[row, 1] = _CHIRALITY.get(molecule.GetAtomWithIdx(row).GetChiralTag(), 0)
    return atoms


@lru_cache(maxsize=4096)
def _index(name: str) -> int:
    """Atomic number - 1 of an atom as a SMILES writes it: ``C``, ``cl``, ``[nH]``, ``[13C@@H]``."""
    symbol = _SYMBOL.match(name)
    found = (symbol.group(1) or symbol.group(2)).capitalize() if symbol else name
    return int(Chem.GetPeriodicTable().GetAtomicNumber(found)) - 1
