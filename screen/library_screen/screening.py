"""The steps of a library's screen, in order; each leaves files from which the same call goes on."""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from math import ceil, inf
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from screen import tasks
from screen.errors import InputError
from screen.library_screen import embedding, shard_scoring
from screen.library_screen.embedding import EmbeddingTask, StoredEncoder, embed_piece
from screen.library_screen.merging import Merged, Shard, best, distinct, merge
from screen.library_screen.pieces import pieces
from screen.library_screen.results import write
from screen.library_screen.shard_scoring import (
    BracketTask,
    Cut,
    ShardTask,
    StoredPatients,
    bracket_thresholds,
    counted_rows,
    score_shard,
)
from screen.models.bundle import Bundle
from screen.models.device import on_gpu
from screen.models.encoder.drug_encoder import DrugEncoder
from screen.records import Floats
from screen.settings import Cluster
from screen.tasks.progress import Progress

T = TypeVar("T")

TOP = 50
"""Best drugs of each patient that are listed."""
_LEAST_SAMPLE, _LARGEST_SAMPLE = 2_000, 200_000
_TENTH, _FIFTIETH = 10, 50
"""A tenth of a library is sampled up to 20,000 drugs, a fiftieth from a million on."""
_USUAL_SAMPLE = 20_000
_ON_ONE_GPU = 4
"""Processes that share it."""
_WIDTHS = (6.0, 25.0, inf)
"""Standard deviations to either side of the expected place. Six miss one threshold in 10^9; then the next is taken."""


@dataclass(frozen=True)
class Screened:
    """What a library's screen found, in numbers; the tables are in files."""

    indication: str
    patients: int
    drugs: int
    """Distinct, readable."""
    unreadable: int
    efficient: int
    """Drugs that are efficient for each patient."""
    tied_thresholds: int
    """Patients whose last efficient drug shares its score with another."""
    refused: dict[str, str]
    """patient -> why it was not scored."""
    folder: str


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


@dataclass(frozen=True)
class PatientsToScreen:
    """A model, its encoder and n patients in its frame."""

    indication: str
    bundle: Bundle
    encoder: DrugEncoder
    patient_ids: tuple[str, ...]
    scaled: Floats
    refused: Mapping[str, str]


def screen_library(asked: ScreenRequest, applicants: PatientsToScreen, progress: Progress) -> Screened:
    """Embed the library, find every patient's efficient drugs, write the tables under ``out/CODE``.

    Raises
    ------
    InputError
        The library cannot be read, or nothing in it.
    """
    work = asked.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    files = _embed(asked, applicants.encoder, work, progress)
    kept = distinct(files)
    drugs = sum(len(counted_rows(one)) for one in kept)
    if not drugs:
        first = embedding.unreadable_of(files[0])["reason"][0]
        raise InputError(
            f"no molecule in it can be read; the first: {first}",
            where=str(asked.library),
            remedy="is the structure the first column of each line?",
        )
    share = Fraction(str(asked.fraction))
    cut = Cut(drugs, ceil(drugs * share))
    patients = _patients(asked, applicants, work, threads=0 if len(files) == 1 else 1)
    shards, merged = _screen(asked, patients, files, kept, cut, len(applicants.scaled), work, progress)
    folder = asked.out / applicants.indication
    top = best(shards, applicants.patient_ids, TOP)
    unreadable = write(folder, files, shards, merged, top, applicants.patient_ids, cut)
    return Screened(
        applicants.indication,
        len(applicants.scaled),
        drugs,
        unreadable,
        cut.entering,
        int((merged.tied > 1).sum()),
        dict(applicants.refused),
        str(folder),
    )


def _embed(asked: ScreenRequest, encoder: DrugEncoder, work: Path, progress: Progress) -> list[Path]:
    weights = _keep(work / f"encoder-{encoder.encoder_id}.safetensors", encoder.weights)
    kept = StoredEncoder(encoder.name, encoder.kind, encoder.toy, weights)
    todo = {
        work / f"drugs-{_key(piece.key, encoder.encoder_id, embedding.RECIPE)}.parquet": EmbeddingTask(piece, kept)
        for piece in pieces(asked.library, asked.shard)
    }
    return _complete(embed_piece, todo, asked, "standardising and embedding", progress)


def _patients(asked: ScreenRequest, applicants: PatientsToScreen, work: Path, threads: int) -> StoredPatients:
    manifest, weights = applicants.bundle.to_bytes()
    model, scaled = applicants.bundle.model_id, _npy(applicants.scaled)
    return StoredPatients(
        _keep(work / f"model-{model}.json", json.dumps(manifest, sort_keys=True).encode()),
        _keep(work / f"model-{model}.safetensors", weights),
        _keep(work / f"patients-{_key(scaled)}.npy", scaled),
        asked.device,
        threads,
    )


def _screen(
    asked: ScreenRequest,
    patients: StoredPatients,
    files: Sequence[Path],
    kept: Sequence[bytes],
    cut: Cut,
    people: int,
    work: Path,
    progress: Progress,
) -> tuple[list[Shard], Merged]:
    sample = _sample(files, kept, cut, work)
    for width in _WIDTHS:
        brackets = _brackets(asked, patients, sample, cut, width, people, work, progress)
        basis = (patients.weights.name, _key(brackets.read_bytes()), TOP, asked.device, shard_scoring.RECIPE)
        todo = {
            work / f"sifted-{_key(file.name, one, *basis)}.safetensors": ShardTask(file, one, patients, brackets, TOP)
            for file, one in zip(files, kept, strict=True)
        }
        done = _complete(score_shard, todo, _scoring(asked), "scoring", progress)
        shards = [Shard(*parts) for parts in zip(files, kept, done, strict=True)]
        if merged := merge(shards, cut.entering):
            return shards, merged
    raise AssertionError("an unbounded bracket holds every threshold")


def _sample(files: Sequence[Path], kept: Sequence[bytes], cut: Cut, work: Path) -> Path:
    """What is known of a sample of the library: the drugs whose identity has a low checksum."""
    wanted = max(_LEAST_SAMPLE, min(cut.drugs // _TENTH, _USUAL_SAMPLE), cut.drugs // _FIFTIETH)
    wanted = min(wanted, _LARGEST_SAMPLE)
    limit, parts, stream = wanted / cut.drugs * 2**32, [], BytesIO()
    for file, one in zip(files, kept, strict=True):
        rows = counted_rows(one)
        names = embedding.drugs_of(file, "drug_id")["drug_id"].to_list()
        rows = rows[[zlib.crc32(names[row].encode()) < limit for row in rows]] if len(rows) else rows
        parts.append(embedding.drugs_of(file, *embedding.KNOWN)[rows])
    pl.concat(parts).write_parquet(stream)
    return _keep(work / f"sample-{_key(stream.getvalue())}.parquet", stream.getvalue())


def _brackets(
    asked: ScreenRequest,
    patients: StoredPatients,
    sample: Path,
    cut: Cut,
    width: float,
    people: int,
    work: Path,
    progress: Progress,
) -> Path:
    size = max(1, shard_scoring.SCORES_AT_ONCE // max(1, embedding.drugs_of(sample, "drug_id").height))
    basis = (patients.scaled.name, patients.weights.name, sample.name, cut, width, shard_scoring.RECIPE)
    todo = {
        work / f"bracket-{_key(*basis, first, size)}.npy": BracketTask(
            patients, first, min(first + size, people), sample, cut, width
        )
        for first in range(0, people, size)
    }
    done = _complete(bracket_thresholds, todo, _scoring(asked), "bracketing the thresholds", progress)
    content = _npy(np.concatenate([np.load(file) for file in done]))
    return _keep(work / f"brackets-{_key(content)}.npy", content)


def _scoring(asked: ScreenRequest) -> ScreenRequest:
    """As asked, by few processes where all would share a GPU: each holds patients and scores in its memory."""
    if asked.cluster.kind != "local" or not on_gpu(asked.device):
        return asked
    return replace(asked, workers=min(tasks.cores(asked.workers), _ON_ONE_GPU))


def _complete(
    make: Callable[[T], bytes], todo: Mapping[Path, T], asked: ScreenRequest, label: str, progress: Progress
) -> list[Path]:
    missing = {file: task for file, task in todo.items() if not file.exists()}
    finished = len(todo) - len(missing)
    progress(label, finished, len(todo))
    for _ in tasks.complete(make, missing, tasks.cores(asked.workers), asked.cluster):
        finished += 1
        progress(label, finished, len(todo))
    return list(todo)


def _keep(file: Path, content: bytes) -> Path:
    if not file.exists():
        tasks.write_whole(file, content)
    return file


def _npy(array: Any) -> bytes:
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _key(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update((part if isinstance(part, bytes) else str(part).encode()) + b"\x1f")
    return digest.hexdigest()[:16]
