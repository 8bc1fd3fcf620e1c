"""Docking as one step: the co-crystal ligand first; only where that comes back, drugs and decoys of like size."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from screen.chem import poses
from screen.chem.pose_checks import failed_checks
from screen.errors import InputError
from screen.mechanism.docking_drugs import Candidate, decoys_of, drugs_named
from screen.mechanism.receptors import Box, Receptor, box_around, check_site, contacts, read_receptor
from screen.mechanism.vina_docking import check_installed, docker
from screen.tasks.files import write_whole
from screen.tasks.progress import Progress, silent

NEAR = 2.0
"""Angstrom between the redocked ligand and the crystal's beyond which nothing is shown."""


@dataclass(frozen=True, kw_only=True)
class DockingRequest:
    """What is docked where."""

    receptor: Path
    ligand: Path
    out: Path
    drugs: tuple[str, ...] = ()
    store: Path | None = None
    box: tuple[float, ...] | None = None
    decoys: int = 10
    exhaustiveness: int = 8
    cores: int = 1
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Pose:
    """One molecule docked."""

    name: str
    smiles: str
    heavy_atoms: int
    role: str
    """redocked, drug, or decoy."""
    energy: float
    """kcal/mol; lower is better."""
    seconds: float
    """Of a processor."""
    file: str
    """Its pose, in the folder."""
    failed: tuple[str, ...]
    """Checks of PoseBusters that the pose fails."""
    decoys_as_low: float | None
    """Share of the decoys with an energy as low; None of others than drugs."""


@dataclass(frozen=True, kw_only=True)
class Docking:
    """What came of it."""

    receptor: str
    receptor_sha256: str
    ligand_sha256: str
    box: Box
    seed: int
    exhaustiveness: int
    rmsd: float
    """Of the redocked ligand to the crystal's, heavy atoms, in angstrom."""
    redocked: Pose
    shown: bool
    """False beyond 2 angstrom: then nothing else was docked."""
    poses: tuple[Pose, ...]


def docking(request: DockingRequest, progress: Progress = silent) -> Docking:
    """Redock the ligand, then dock drugs and decoys; poses that the folder holds are read from there.

    Raises
    ------
    InputError
        A file that is none, a ligand without coordinates, a site that is not there, a box without the ligand, a drug
        without structure.
    NotReady
        vina, meeko, gemmi or posebusters is not installed.
    """
    check_installed()
    if not request.ligand.is_file():
        raise InputError("there is no such file", where=str(request.ligand), remedy="bring the ligand as SDF")
    receptor, ligand = read_receptor(request.receptor), poses.read_ligand(request.ligand)
    at = poses.positions(ligand)
    check_site(receptor, at)
    box = box_around(at, request.box)
    named = drugs_named(request.drugs, request.store)
    run = _Run(request, receptor, box)
    first = Candidate("co-crystal ligand", poses.smiles_of(ligand), "redocked")
    progress("redocking the co-crystal ligand", 0, 1)
    # Vina scatters place, orientation and torsions by itself; rings and angles stay the crystal's.
    redocked = run.pose(first, lambda: ligand)
    pose = poses.from_mol_block((request.out / redocked.file).read_text(encoding="utf-8"))
    rmsd = round(poses.rmsd(pose, ligand), 3)
    found: list[Pose] = []
    if rmsd <= NEAR:
        candidates = [*named, *decoys_of(named, request.store, request.decoys, request.seed)]
        for number, one in enumerate(candidates):
            expected = redocked.seconds * (len(candidates) - number) / 60
            progress(f"docking {one.name}, {expected:.0f} minutes to go", number, len(candidates))
            found.append(run.pose(one, lambda one=one: poses.fresh_conformer(one.smiles, request.seed)))  # type: ignore[misc]
        write_whole(request.out / "contacts.svg", _picture(receptor, pose).encode())
    return Docking(
        receptor=str(request.receptor),
        receptor_sha256=_digest(request.receptor),
        ligand_sha256=_digest(request.ligand),
        box=box,
        seed=request.seed,
        exhaustiveness=request.exhaustiveness,
        rmsd=rmsd,
        redocked=redocked,
        shown=rmsd <= NEAR,
        poses=tuple(_beside_decoys(found)),
    )


class _Run:
    """Poses of one receptor, box and seed in a folder; a pose that is there is not made again."""

    def __init__(self, request: DockingRequest, receptor: Receptor, box: Box) -> None:
        self._request = request
        self._dock = docker(receptor.file, box, request.seed, request.exhaustiveness, request.cores)
        facts = ["checked", _digest(request.receptor), asdict(box), request.seed, request.exhaustiveness]
        self._basis = json.dumps(facts)
        request.out.mkdir(parents=True, exist_ok=True)

    def pose(self, one: Candidate, make: Callable[[], Any]) -> Pose:
        key = hashlib.sha256(f"{self._basis} {one.role == 'redocked'} {one.smiles}".encode()).hexdigest()[:16]
        file, record = self._request.out / f"pose-{key}.mol", self._request.out / f"pose-{key}.json"
        if not record.is_file() or not file.is_file():
            begun = process_time()
            made = self._dock(make())
            seconds = round(process_time() - begun, 1)
            facts = {
                "energy": made.energy,
                "seconds": seconds,
                "failed": failed_checks(made.pose, self._request.receptor),
            }
            write_whole(file, poses.mol_block(made.pose).encode())
            write_whole(record, json.dumps(facts).encode())
        facts = json.loads(record.read_text(encoding="utf-8"))
        return Pose(
            name=one.name,
            smiles=one.smiles,
            heavy_atoms=poses.heavy_atoms(one.smiles),
            role=one.role,
            energy=facts["energy"],
            seconds=facts["seconds"],
            file=file.name,
            failed=tuple(facts["failed"]),
            decoys_as_low=None,
        )


def _beside_decoys(found: list[Pose]) -> list[Pose]:
    decoys = np.array([one.energy for one in found if one.role == "decoy"])
    share = [float((decoys <= one.energy).mean()) if len(decoys) and one.role == "drug" else None for one in found]
    return [replace(one, decoys_as_low=low) for one, low in zip(found, share, strict=True)]


def _picture(receptor: Receptor, pose: Any) -> str:
    notes, bonds = contacts(receptor, poses.positions(pose), poses.elements(pose))
    return poses.contact_picture(pose, notes, bonds)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
