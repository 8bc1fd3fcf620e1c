"""A receptor, its ligand and a box: the site has to be there, before anything is docked."""

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screen.chem import poses
from screen.errors import InputError, NotReady
from screen.mechanism import vina_docking
from screen.mechanism.receptors import box_around, check_site, contacts, read_receptor
from screen.mechanism.vina_docking import check_installed
from tests.command import crescreen

REST = "  1.00  0.00    +0.000"
AT = np.array([[0.0, 0, 0], [1.5, 0, 0], [0, 1.5, 0.5], [0, 0, 1.5]])


def receptor(path: Path, away: float = 3.0) -> Path:
    """Two residues beside the origin."""
    atoms = [("N", "MET", 318, "N"), ("C", "MET", 318, "C"), ("C", "ALA", 7, "C"), ("H", "ALA", 7, "HD")]
    path.write_text(
        "".join(
            f"ATOM  {int(i):5}  {name:<3} {residue} A{number:4}    {away:8.3f}{i:8.3f}{0:8.3f}{REST} {kind}\n"
            for i, (name, residue, number, kind) in zip((0.0, 1.0, 2.0, 3.0), atoms, strict=True)
        )
    )
    return path


def ligand(path: Path, *, flat: bool = False) -> Path:
    """Ethylamide with coordinates, or drawn flat."""
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCC(=O)N"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    if flat:
        molecule = Chem.RemoveHs(molecule)
        AllChem.Compute2DCoords(molecule)
    path.write_text(Chem.MolToMolBlock(molecule))
    return path


def test_a_receptor_has_its_heavy_atoms_and_residues(tmp_path: Path) -> None:
    found = read_receptor(receptor(tmp_path / "r.pdbqt"))
    assert found.residues == ("MET318", "MET318", "ALA7")
    assert found.elements == ("N", "C", "C")
    assert found.positions[0].tolist() == [3.0, 0.0, 0.0]


def test_contacts_are_written_at_the_nearest_atom_and_bonds_need_two_polar_atoms(tmp_path: Path) -> None:
    notes, bonds = contacts(read_receptor(receptor(tmp_path / "r.pdbqt")), AT, ("N", "O", "C", "C"))
    assert notes == {1: "ALA7 MET318"}
    assert bonds == frozenset({0, 1})


def test_the_box_reaches_five_angstrom_around_the_ligand() -> None:
    box = box_around(AT, None)
    assert box.size == (11.5, 11.5, 11.5)
    assert box.holds(AT)


@pytest.mark.parametrize(
    ("box", "says"), [((50.0, 0, 0, 10, 10, 10), "does not lie in the box"), ((0.0, 0, 0, 10), "is no box")]
)
def test_a_wrong_box_is_refused(box: tuple[float, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        box_around(AT, box)


def test_a_receptor_without_the_site_is_refused(tmp_path: Path) -> None:
    check_site(read_receptor(receptor(tmp_path / "r.pdbqt")), AT)
    with pytest.raises(InputError, match="angstrom or more from the receptor: the site is not in it"):
        check_site(read_receptor(receptor(tmp_path / "far.pdbqt", away=60)), AT)


def test_files_that_are_no_receptor_are_refused(tmp_path: Path) -> None:
    (tmp_path / "r.pdb").write_text("ATOM")
    (tmp_path / "e.pdbqt").write_text("REMARK\n")
    for name, says in (("r.pdb", "a receptor as .pdb"), ("e.pdbqt", "no atoms"), ("x.pdbqt", "no such file")):
        with pytest.raises(InputError, match=says):
            read_receptor(tmp_path / name)


def test_a_ligand_without_three_dimensions_is_refused(tmp_path: Path) -> None:
    assert poses.positions(poses.read_ligand(ligand(tmp_path / "l.sdf"))).shape == (5, 3)
    with pytest.raises(InputError, match="no three-dimensional coordinates"):
        poses.read_ligand(ligand(tmp_path / "flat.sdf", flat=True))
    (tmp_path / "x.sdf").write_text("nothing")
    with pytest.raises(InputError, match="no molecule"):
        poses.read_ligand(tmp_path / "x.sdf")


def test_the_distance_of_poses_heeds_symmetry_and_where_they_lie() -> None:
    one = Chem.MolFromSmiles("c1ccccc1")
    AllChem.EmbedMolecule(one, randomSeed=1)
    turned = Chem.RenumberAtoms(one, [3, 4, 5, 0, 1, 2])
    assert poses.rmsd(turned, one) == pytest.approx(0, abs=1e-6)
    moved = Chem.Mol(one)
    for atom in range(6):
        at = moved.GetConformer().GetAtomPosition(atom)
        moved.GetConformer().SetAtomPosition(atom, (at.x + 3, at.y, at.z))
    assert poses.rmsd(moved, one) == pytest.approx(3, abs=0.2)


def test_a_fresh_conformer_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    given = poses.read_ligand(ligand(tmp_path / "l.sdf"))
    one, two = poses.fresh_conformer(given, 5), poses.fresh_conformer(given, 5)
    assert poses.mol_block(one) == poses.mol_block(two)


def test_the_picture_names_residues(tmp_path: Path) -> None:
    drawn = poses.contact_picture(poses.read_ligand(ligand(tmp_path / "l.sdf")), {0: "MET318"}, frozenset({3}))
    assert drawn.startswith("<svg")
    assert drawn == poses.contact_picture(poses.read_ligand(tmp_path / "l.sdf"), {0: "MET318"}, frozenset({3}))


def test_without_the_extra_the_command_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vina_docking, "find_spec", lambda name: None)
    with pytest.raises(NotReady, match="vina"):
        check_installed()
    words = ("--receptor", str(receptor(tmp_path / "r.pdbqt")), "--ligand", str(ligand(tmp_path / "l.sdf")))
    done = crescreen("dock", *words, "--out", str(tmp_path / "out"))
    assert done.code == 3
    assert "pip install 'crescreen[docking]'" in done.err
    assert not (tmp_path / "out").exists()
