"""A receptor and the box to search in: is the site there?"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError

_MARGIN = 5.0
"""Angstrom around the ligand that the box reaches."""
_NEAR = 5.0
_CONTACT = 4.0
_BOND = 3.5
_PREPARE = "prepare it with meeko: mk_prepare_receptor.py -i receptor.pdb -o receptor -p"


@dataclass(frozen=True)
class Receptor:
    """Heavy atoms of a receptor."""

    file: str
    positions: NDArray[np.float64]
    """(atoms, 3) in angstrom."""
    elements: tuple[str, ...]
    residues: tuple[str, ...]
    """Of each atom, such as ``MET318``."""


@dataclass(frozen=True)
class Box:
    """Where poses are searched."""

    centre: tuple[float, float, float]
    size: tuple[float, float, float]
    """In angstrom."""

    def holds(self, positions: NDArray[np.float64]) -> bool:
        """Whether every atom lies inside."""
        away = np.abs(positions - np.array(self.centre))
        return bool((away <= np.array(self.size) / 2).all())


def read_receptor(path: Path) -> Receptor:
    """A receptor in PDBQT, as vina reads it.

    Raises
    ------
    InputError
        No such file, another format, no atom.
    """
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), remedy="bring the receptor as PDBQT")
    if path.suffix.lower() != ".pdbqt":
        raise InputError(f"a receptor as {path.suffix or 'nothing'}", where=str(path), remedy=_PREPARE)
    rows = [line for line in path.read_text("utf-8", "replace").splitlines() if line.startswith(("ATOM", "HETATM"))]
    try:
        atoms = [
            (
                line[77:79].strip(),
                f"{line[17:20].strip()}{line[22:26].strip()}",
                [float(line[i : i + 8]) for i in (30, 38, 46)],
            )
            for line in rows
        ]
    except ValueError:
        raise InputError("an atom without coordinates", where=str(path), remedy=_PREPARE) from None
    heavy = [atom for atom in atoms if not atom[0].upper().startswith("H")]
    if not heavy:
        raise InputError("no atoms in it", where=str(path), remedy=_PREPARE)
    return Receptor(
        str(path),
        np.array([at for _, _, at in heavy]),
        tuple(kind[:1].upper() for kind, _, _ in heavy),
        tuple(residue for _, residue, _ in heavy),
    )


def box_around(ligand: NDArray[np.float64], given: tuple[float, ...] | None) -> Box:
    """The box named, or one that reaches five angstrom around the ligand.

    Parameters
    ----------
    ligand : (atoms, 3)
    given : centre and size, six numbers

    Raises
    ------
    InputError
        A box that is none, or that does not hold the ligand.
    """
    if given is None:
        low, high = ligand.min(axis=0) - _MARGIN, ligand.max(axis=0) + _MARGIN
        centre, size = ((low + high) / 2).tolist(), (high - low).tolist()
        return Box((centre[0], centre[1], centre[2]), (size[0], size[1], size[2]))
    if len(given) != 6 or min(given[3:]) <= 0 or max(given[3:]) > 60:
        raise InputError(
            f"{','.join(map(str, given))} is no box",
            where="--box",
            remedy="x,y,z,width,height,depth in angstrom, to 60",
        )
    box = Box((given[0], given[1], given[2]), (given[3], given[4], given[5]))
    if not box.holds(ligand):
        centre = ",".join(f"{one:.1f}" for one in ligand.mean(axis=0))
        raise InputError(
            "the co-crystal ligand does not lie in the box",
            where="--box",
            remedy=f"its centre is {centre}; or leave it out",
        )
    return box


def check_site(receptor: Receptor, ligand: NDArray[np.float64]) -> None:
    """Refuse a receptor that the ligand does not touch.

    Raises
    ------
    InputError
        Under half of the ligand's atoms are within five angstrom of it.
    """
    apart = _distances(ligand, receptor.positions).min(axis=1)
    if (apart <= _NEAR).mean() < 0.5:
        raise InputError(
            f"the ligand lies {apart.min():.0f} angstrom or more from the receptor: the site is not in it"
            if apart.min() > _NEAR
            else "most of the ligand touches nothing: the site is not in the receptor",
            where=receptor.file,
            remedy="bring receptor and ligand of one crystal structure, in one frame",
        )


def contacts(
    receptor: Receptor, ligand: NDArray[np.float64], elements: tuple[str, ...]
) -> tuple[dict[int, str], frozenset[int]]:
    """Residues at each ligand atom, and the atoms within reach of a hydrogen bond.

    A residue is written once, at the atom nearest to it within 4 angstrom; N and O of both within 3.5 may bond.
    """
    apart = _distances(ligand, receptor.positions)
    nearest: dict[str, tuple[float, int]] = {}
    for place, residue in enumerate(receptor.residues):
        atom = int(apart[:, place].argmin())
        distance = float(apart[atom, place])
        if distance <= _CONTACT and distance < nearest.get(residue, (_CONTACT + 1, 0))[0]:
            nearest[residue] = (distance, atom)
    notes: dict[int, list[str]] = {}
    for residue, (_, atom) in sorted(nearest.items()):
        notes.setdefault(atom, []).append(residue)
    polar = np.isin(np.array(receptor.elements), ["N", "O"])
    bonds = frozenset(
        i for i, element in enumerate(elements) if element in "NO" and polar.any() and apart[i, polar].min() <= _BOND
    )
    return {atom: " ".join(residues) for atom, residues in notes.items()}, bonds


def _distances(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(one[:, None, :] - other[None, :, :], axis=2), np.float64)
