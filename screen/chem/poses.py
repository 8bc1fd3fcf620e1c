"""Molecules in space: a co-crystal ligand, a docked pose, how far they are apart, and the picture of its contacts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers, rdMolAlign
from rdkit.Chem.Draw import rdMolDraw2D

from screen.chem.parsing import parse
from screen.errors import InputError

_FLAT = 0.01
_DOCKED = frozenset({"H", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I"})


def read_ligand(path: Path) -> Any:
    """The first molecule of an SDF or MOL file with its coordinates, hydrogens added where they lie.

    Raises
    ------
    InputError
        No molecule that can be read, or one without three-dimensional coordinates.
    """
    with rdBase.BlockLogs():
        molecule = Chem.MolFromMolBlock(path.read_text(encoding="utf-8", errors="replace"), removeHs=False)
    if molecule is None or not molecule.GetNumConformers():
        raise InputError("no molecule that can be read", where=str(path), remedy="bring the co-crystal ligand as SDF")
    spread = np.ptp(molecule.GetConformer().GetPositions(), axis=0)
    if molecule.GetNumAtoms() < 4 or spread.min() < _FLAT:
        raise InputError(
            "the ligand has no three-dimensional coordinates",
            where=str(path),
            remedy="take it from the crystal structure, not from a drawing",
        )
    return Chem.AddHs(molecule, addCoords=True)


def positions(molecule: Any) -> NDArray[np.float64]:
    """(heavy atoms, 3) coordinates in angstrom."""
    return np.asarray(Chem.RemoveHs(molecule).GetConformer().GetPositions(), np.float64)


def fresh_conformer(molecule_or_smiles: Any, seed: int) -> Any:
    """The molecule with hydrogens in a conformer of its own (ETKDG, MMFF94), which has seen no crystal.

    Raises
    ------
    InputError
        No conformer could be made.
    """
    given = molecule_or_smiles
    molecule = Chem.AddHs(parse(given)) if isinstance(given, str) else Chem.Mol(given)
    with rdBase.BlockLogs():
        if rdDistGeom.EmbedMolecule(molecule, randomSeed=seed) != 0:
            raise InputError(
                "no three-dimensional structure can be made of it", where=Chem.MolToSmiles(Chem.RemoveHs(molecule))
            )
        rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=2000)
    return molecule


def rmsd(pose: Any, reference: Any) -> float:
    """Root mean square distance of heavy atoms where they lie, in angstrom, over symmetric numberings the least."""
    return float(rdMolAlign.CalcRMS(Chem.RemoveHs(pose), Chem.RemoveHs(reference)))


def smiles_of(molecule: Any) -> str:
    """Without hydrogens."""
    return str(Chem.MolToSmiles(Chem.RemoveHs(molecule)))


def heavy_atoms(smiles: str) -> int:
    """Atoms but hydrogen."""
    return int(parse(smiles).GetNumHeavyAtoms())


def can_be_docked(smiles: str) -> bool:
    """One molecule of elements that AutoDock Vina has terms for."""
    return "." not in smiles and {atom.GetSymbol() for atom in parse(smiles).GetAtoms()} <= _DOCKED


def mol_block(molecule: Any) -> str:
    """As a file has it."""
    return str(Chem.MolToMolBlock(molecule))


def from_mol_block(block: str) -> Any:
    """A pose that was stored."""
    return Chem.MolFromMolBlock(block, removeHs=False)


def elements(molecule: Any) -> tuple[str, ...]:
    """Of the heavy atoms, in the order of :func:`positions`."""
    return tuple(atom.GetSymbol() for atom in Chem.RemoveHs(molecule).GetAtoms())


def contact_picture(molecule: Any, notes: Mapping[int, str], bonds: frozenset[int]) -> str:
    """The structure drawn flat as SVG, residues written at the atoms they touch, possible hydrogen bonds highlighted.

    Parameters
    ----------
    notes : heavy atom -> residues
    bonds : heavy atoms within reach of a hydrogen bond
    """
    with rdBase.BlockLogs():
        flat = Chem.RemoveHs(molecule)
        Chem.rdDepictor.Compute2DCoords(flat)
        for place, note in notes.items():
            flat.GetAtomWithIdx(place).SetProp("atomNote", note)
        drawer = rdMolDraw2D.MolDraw2DSVG(640, 420)
        options: Any = drawer.drawOptions()
        options.useBWAtomPalette()
        options.annotationFontScale = 0.55
        colours = dict.fromkeys(bonds, (0.79, 0.86, 0.92))
        drawer.DrawMolecule(flat, highlightAtoms=sorted(bonds), highlightAtomColors=colours, highlightBonds=[])
        drawer.FinishDrawing()
    return re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", drawer.GetDrawingText(), flags=re.S).strip()
