"""A pose that fits passes PoseBusters' checks; one pushed into the receptor, or bent, is named with what it fails."""

from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Geometry import Point3D

from screen.chem import poses
from screen.chem.pose_checks import failed_checks, receptor_molecule
from tests.mechanism.test_receptors import ligand, receptor

pytest.importorskip("posebusters", reason="needs crescreen[docking]")


def moved(molecule: Chem.Mol, atoms: range, by: float) -> Chem.Mol:
    """Some of its atoms elsewhere along x."""
    other = Chem.Mol(molecule)
    for atom in atoms:
        at = other.GetConformer().GetAtomPosition(atom)
        other.GetConformer().SetAtomPosition(atom, Point3D(at.x + by, at.y, at.z))
    return other


def test_failed_checks_are_named(tmp_path: Path) -> None:
    fits, beside = poses.read_ligand(ligand(tmp_path / "l.sdf")), receptor(tmp_path / "r.pdbqt", away=6.0)
    assert failed_checks(fits, beside) == ()
    every = range(fits.GetNumAtoms())
    assert "minimum distance to protein" in failed_checks(moved(fits, every, 5.0), beside)
    assert "protein-ligand maximum distance" in failed_checks(moved(fits, every, -20.0), beside)
    assert "bond lengths" in failed_checks(moved(fits, range(1), -1.5), beside)


def test_the_receptor_is_read_by_autodocks_atom_types(tmp_path: Path) -> None:
    lines = receptor(tmp_path / "r.pdbqt").read_text().splitlines()
    lines[2] = lines[2][:77] + "OA"
    lines.append(lines[2][:77] + "Zn")
    (tmp_path / "r.pdbqt").write_text("\n".join(lines) + "\n")
    read = receptor_molecule(tmp_path / "r.pdbqt")
    assert [atom.GetSymbol() for atom in read.GetAtoms()] == ["N", "C", "O", "Zn"]
    assert [atom.GetPDBResidueInfo().GetResidueName() for atom in read.GetAtoms()] == ["MET", "MET", "ALA", "ALA"]
    assert read.GetConformer().GetAtomPosition(1).y == 1.0
