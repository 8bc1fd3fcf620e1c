"""A library's screen from its request: made ready once, then its steps; the same call goes on where it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from screen import tasks
from screen.errors import InputError
from screen.library_screen import stored_screen
from screen.library_screen.embedding import StoredEncoder
from screen.library_screen.pieces import Piece, split_library
from screen.library_screen.shard_scoring import StoredPatients
from screen.library_screen.steps import Screen, Screened, digest_of, embedded, finish, npy
from screen.models.bundle import Bundle
from screen.models.device import on_gpu
from screen.models.encoder.drug_encoder import DrugEncoder
from screen.models.scoring import settled_device
from screen.records import Floats
from screen.settings import Cluster
from screen.tasks.cache import WorkPlace, content_key, intact, load_or_compute, store_file
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress

_ON_ONE_GPU = 4
"""Processes that share it."""


@dataclass(frozen=True)
class ScreenRequest:
    """What is screened for whom."""

    library: Path
    shard: int
    """Molecules a piece."""
    out: Path
    fraction: float
    """Of a patient's drugs, the best: efficient."""
    workers: int
    device: str
    cluster: Cluster
    """Where shards are embedded and scored."""

    @property
    def work(self) -> Path:
        """Folder of the unfinished work."""
        return self.out / "work"


@dataclass(frozen=True)
class PatientsToScreen:
    """A model, its encoder and n patients in its frame."""

    indication: str
    bundle: Bundle
    encoder: DrugEncoder
    patient_ids: tuple[str, ...]
    scaled: Floats
    refused: Mapping[str, str]


def screen_library(request: ScreenRequest, applicants: PatientsToScreen, progress: Progress) -> Screened:
    """Embed the library, find every patient's efficient drugs, write the tables under ``out/CODE``.

    Raises
    ------
    InputError
        The library cannot be read, or nothing in it.
    """
    screen = made_ready(request, applicants)
    place = embedding_place(request, progress)
    files = load_or_compute(screen.embedding_tasks(), place, "standardising and embedding")
    done = finish(embedded(screen, files, request.work), request.out, scoring_place(request, screen, progress))
    stored_screen.keep_gathered(request.work, screen)
    return done


def made_ready(request: ScreenRequest, applicants: PatientsToScreen) -> Screen:
    """The screen with model, encoder and patients stored in its folder, and its device settled.

    Raises
    ------
    InputError
        The library cannot be read; it was begun on a GPU, and there is none here.
    """
    work = request.work
    request.out.mkdir(parents=True, exist_ok=True)
    private_folder(work)
    parts = tuple(split_library(request.library, request.shard))
    encoder = applicants.encoder
    weights = store_file(work / f"encoder-{encoder.encoder_id}.safetensors", encoder.weights)
    return Screen(
        indication=applicants.indication,
        library=request.library,
        pieces=parts,
        encoder=StoredEncoder(encoder.name, encoder.kind, encoder.toy, weights),
        encoder_id=encoder.encoder_id,
        patients=_patients(request, applicants, parts),
        patient_ids=applicants.patient_ids,
        refused=dict(applicants.refused),
        fraction=request.fraction,
    )


def _patients(request: ScreenRequest, applicants: PatientsToScreen, parts: tuple[Piece, ...]) -> StoredPatients:
    work, (manifest, weights) = request.work, applicants.bundle.to_bytes()
    model, scaled = applicants.bundle.model_id, npy(applicants.scaled)
    scaled_file = store_file(work / f"patients-{digest_of(scaled)}.npy", scaled)
    key = content_key([model, scaled_file.name, *(part.key for part in parts)])
    return StoredPatients(
        store_file(work / f"model-{model}.json", json.dumps(manifest, sort_keys=True).encode()),
        store_file(work / f"model-{model}.safetensors", weights),
        scaled_file,
        _device(request, applicants.bundle, work / f"device-{key}.json"),
        threads=0 if len(parts) == 1 else 1,
    )


def _device(request: ScreenRequest, bundle: Bundle, note: Path) -> str:
    """The device of the whole screen: what was requested, or what it was begun on.

    Notes
    -----
    Scores of CPU and GPU differ by 1e-6. On a cluster the device is not looked for on the machine that submits.
    """
    if request.device == "auto" and intact(note):
        begun: str = json.loads(note.read_bytes())["device"]
        if begun == "cuda" and request.cluster.kind == "local" and not on_gpu("auto"):
            raise InputError(
                "this screen was begun on a GPU, and there is none here",
                where=str(request.out),
                remedy="go on with it on a machine with a GPU, or begin it anew with --device cpu",
            )
        return begun
    elsewhere = request.cluster.kind != "local" and request.device == "auto"
    device = "cpu" if elsewhere else settled_device(bundle, request.device)
    store_file(note, json.dumps({"device": device}).encode())
    return device


def embedding_place(request: ScreenRequest, progress: Progress) -> WorkPlace:
    """Where pieces are embedded."""
    workers = tasks.cores(request.workers)
    return WorkPlace(folder=request.work, workers=workers, cluster=request.cluster, progress=progress)


def scoring_place(request: ScreenRequest, screen: Screen, progress: Progress) -> WorkPlace:
    """Where shards are scored: in few processes where all share a GPU, as each holds patients and scores in it."""
    place = embedding_place(request, progress)
    if request.cluster.kind != "local" or screen.patients.device == "cpu":
        return place
    return replace(place, workers=min(place.workers, _ON_ONE_GPU))
