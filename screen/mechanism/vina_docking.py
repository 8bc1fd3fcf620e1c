"""One molecule docked by AutoDock Vina, the same pose for the same seed."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from screen.errors import NotReady
from screen.mechanism.receptors import Box

NEEDED = ("vina", "meeko", "gemmi", "posebusters")
"""gemmi is what meeko imports and does not ask for."""


@dataclass(frozen=True)
class Docked:
    """The best pose of a molecule."""

    energy: float
    """Vina's score in kcal/mol; lower is better."""
    pose: Any
    """The molecule with its coordinates."""


def check_installed() -> None:
    """Refuse to begin where the extra is not installed.

    Raises
    ------
    NotReady
        vina, meeko, gemmi or posebusters is missing.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise NotReady(
            f"not installed: {', '.join(missing)}", where="docking", remedy="pip install 'crescreen[docking]'"
        )


def docker(receptor: str, box: Box, seed: int, exhaustiveness: int, cores: int) -> Callable[[Any], Docked]:
    """A function that docks molecules with hydrogens and coordinates into one box of a receptor.

    Parameters
    ----------
    receptor : its PDBQT file
    """
    from meeko import MoleculePreparation, PDBQTMolecule, PDBQTWriterLegacy, RDKitMolCreate
    from vina import Vina

    def dock(molecule: Any) -> Docked:
        # A new engine each: its stream of random numbers begins at the seed again.
        engine = Vina(sf_name="vina", cpu=cores, seed=seed, verbosity=0)
        engine.set_receptor(receptor)
        (setup, *_) = MoleculePreparation().prepare(molecule)
        text, _, _ = PDBQTWriterLegacy.write_string(setup)
        engine.set_ligand_from_string(text)
        engine.compute_vina_maps(center=list(box.centre), box_size=list(box.size))
        engine.dock(exhaustiveness=exhaustiveness, n_poses=1)
        (pose, *_) = RDKitMolCreate.from_pdbqt_mol(PDBQTMolecule(engine.poses(n_poses=1), skip_typing=True))
        return Docked(round(float(engine.energies(n_poses=1)[0][0]), 3), pose)

    return dock
