"""What PoseBusters says of a pose: is the molecule a molecule, and does it fit where it was put?"""

from pathlib import Path
from typing import Any

from rdkit import Chem
from rdkit.Geometry import Point3D

_ELEMENTS = {"A": "C", "NA": "N", "NS": "N", "OA": "O", "OS": "O", "SA": "S", "HD": "H", "HS": "H"}
"""Of AutoDock's atom types; the other types are spelt as the element."""


def failed_checks(pose: Any, receptor: Path) -> tuple[str, ...]:
    """Checks of PoseBusters that a docked molecule fails, in its order and words; empty where it passes all.

    Its ``dock`` checks (Buttenschoen et al. 2024, doi:10.1039/D3SC04185A): bond lengths and angles, clashes inside,
    flat rings and double bonds, internal energy beside an ensemble's, distance to the receptor and overlap with it.

    Parameters
    ----------
    pose : an rdkit molecule with hydrogens and coordinates in the receptor's frame
    receptor : its PDBQT file
    """
    from posebusters import PoseBusters

    (row,) = PoseBusters(config="dock").bust([pose], None, receptor_molecule(receptor)).to_dict("records")
    return tuple(str(name).replace("_", " ") for name, passed in row.items() if passed is False)


def receptor_molecule(path: Path) -> Any:
    """Heavy atoms of a PDBQT with residues and coordinates, without bonds, which no check of a receptor needs."""
    rows = [line for line in path.read_text("utf-8", "replace").splitlines() if line.startswith(("ATOM", "HETATM"))]
    heavy = [(line, element) for line in rows if (element := _element(line)) != "H"]
    molecule, places = Chem.RWMol(), Chem.Conformer(len(heavy))
    for number, (line, element) in enumerate(heavy):
        atom = Chem.Atom(element)
        atom.SetNoImplicit(True)
        residue = Chem.AtomPDBResidueInfo(line[12:16], number + 1, "", line[17:20], int(line[22:26]), line[21])
        residue.SetIsHeteroAtom(line.startswith("HETATM"))
        atom.SetMonomerInfo(residue)
        places.SetAtomPosition(molecule.AddAtom(atom), Point3D(*(float(line[i : i + 8]) for i in (30, 38, 46))))
    molecule.AddConformer(places)
    molecule.UpdatePropertyCache(strict=False)
    return molecule.GetMol()


def _element(line: str) -> str:
    kind = line[77:79].strip()
    return _ELEMENTS.get(kind, kind.capitalize())
