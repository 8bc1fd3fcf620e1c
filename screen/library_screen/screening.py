"""The steps of a library's screen, in order; each leaves files from which the same call goes on."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import BytesIO
from math import ceil, inf
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from screen import tasks
from screen.errors import InputError
from screen.library_screen import embedding, shard_scoring
from screen.library_screen.embedding import EmbeddingTask, StoredEncoder
from screen.library_screen.merging import Merged, Shard, best, distinct, merge
from screen.library_screen.pieces import split_library
from screen.library_screen.results import write
from screen.library_screen.shard_scoring import BracketTask, Cut, ShardTask, StoredPatients, counted_rows
from screen.models.bundle import Bundle
from screen.models.device import on_gpu
from screen.models.encoder.drug_encoder import DrugEncoder
from screen.records import Floats
from screen.settings import Cluster
from screen.tasks.cache import WorkPlace, load_or_compute, store_file
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress

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


def screen_library(request: ScreenRequest, applicants: PatientsToScreen, progress: Progress) -> Screened:
    """Embed the library, find every patient's efficient drugs, write the tables under ``out/CODE``.

    Raises
    ------
    InputError
        The library cannot be read, or nothing in it.
    """
    work = request.out / "work"
    request.out.mkdir(parents=True, exist_ok=True)
    private_folder(work)
    files = _embed(request, applicants.encoder, work, progress)
    counted = distinct(files)
    drugs = sum(len(counted_rows(one)) for one in counted)
    if not drugs:
        raise _nothing_readable(request.library, files)
    share = Fraction(str(request.fraction))
    cut = Cut(drugs, ceil(drugs * share))
    patients = _patients(request, applicants, work, threads=0 if len(files) == 1 else 1)
    shards, merged = _screen(request, patients, files, counted, cut, len(applicants.scaled), work, progress)
    folder = request.out / applicants.indication
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


def _nothing_readable(library: Path, files: Sequence[Path]) -> InputError:
    reasons = [reason for file in files for reason in embedding.unreadable_of(file)["reason"].head(1)]
    if not reasons:
        return InputError("no molecule in it", where=str(library), remedy="is the file whole?")
    return InputError(
        f"no molecule in it can be read; the first: {reasons[0]}",
        where=str(library),
        remedy="is the structure the first column of each line?",
    )


def _embed(request: ScreenRequest, encoder: DrugEncoder, work: Path, progress: Progress) -> list[Path]:
    weights = store_file(work / f"encoder-{encoder.encoder_id}.safetensors", encoder.weights)
    stored = StoredEncoder(encoder.name, encoder.kind, encoder.toy, weights)
    todo = [EmbeddingTask(piece, stored, encoder.encoder_id) for piece in split_library(request.library, request.shard)]
    return load_or_compute(todo, _place(request, work, progress), "standardising and embedding")


def _patients(request: ScreenRequest, applicants: PatientsToScreen, work: Path, threads: int) -> StoredPatients:
    manifest, weights = applicants.bundle.to_bytes()
    model, scaled = applicants.bundle.model_id, _npy(applicants.scaled)
    return StoredPatients(
        store_file(work / f"model-{model}.json", json.dumps(manifest, sort_keys=True).encode()),
        store_file(work / f"model-{model}.safetensors", weights),
        store_file(work / f"patients-{_key(scaled)}.npy", scaled),
        request.device,
        threads,
    )


def _screen(
    request: ScreenRequest,
    patients: StoredPatients,
    files: Sequence[Path],
    counted: Sequence[bytes],
    cut: Cut,
    people: int,
    work: Path,
    progress: Progress,
) -> tuple[list[Shard], Merged]:
    sample = _sample(files, counted, cut, work)
    for width in _WIDTHS:
        brackets = _brackets(request, patients, sample, cut, width, people, work, progress)
        todo = [ShardTask(file, one, patients, brackets, TOP) for file, one in zip(files, counted, strict=True)]
        done = load_or_compute(todo, _place(_scoring(request), work, progress), "scoring")
        shards = [Shard(*parts) for parts in zip(files, counted, done, strict=True)]
        if merged := merge(shards, cut.entering):
            return shards, merged
    raise AssertionError("an unbounded bracket holds every threshold")


def _sample(files: Sequence[Path], counted: Sequence[bytes], cut: Cut, work: Path) -> Path:
    """What is known of a sample of the library: the drugs whose identity has a low checksum."""
    wanted = max(_LEAST_SAMPLE, min(cut.drugs // _TENTH, _USUAL_SAMPLE), cut.drugs // _FIFTIETH)
    wanted = min(wanted, _LARGEST_SAMPLE)
    limit, parts, stream = wanted / cut.drugs * 2**32, [], BytesIO()
    for file, one in zip(files, counted, strict=True):
        rows = counted_rows(one)
        names = embedding.drugs_of(file, "drug_id")["drug_id"].to_list()
        rows = rows[[zlib.crc32(names[row].encode()) < limit for row in rows]] if len(rows) else rows
        parts.append(embedding.drugs_of(file, *embedding.KNOWN)[rows])
    pl.concat(parts).write_parquet(stream)
    return store_file(work / f"sample-{_key(stream.getvalue())}.parquet", stream.getvalue())


def _brackets(
    request: ScreenRequest,
    patients: StoredPatients,
    sample: Path,
    cut: Cut,
    width: float,
    people: int,
    work: Path,
    progress: Progress,
) -> Path:
    size = max(1, shard_scoring.SCORES_AT_ONCE // max(1, embedding.drugs_of(sample, "drug_id").height))
    todo = [
        BracketTask(patients, first, min(first + size, people), sample, cut, width) for first in range(0, people, size)
    ]
    done = load_or_compute(todo, _place(_scoring(request), work, progress), "bracketing the thresholds")
    content = _npy(np.concatenate([np.load(file) for file in done]))
    return store_file(work / f"brackets-{_key(content)}.npy", content)


def _scoring(request: ScreenRequest) -> ScreenRequest:
    """As requested, by few processes where all would share a GPU: each holds patients and scores in its memory."""
    if request.cluster.kind != "local" or not on_gpu(request.device):
        return request
    return replace(request, workers=min(tasks.cores(request.workers), _ON_ONE_GPU))


def _place(request: ScreenRequest, work: Path, progress: Progress) -> WorkPlace:
    return WorkPlace(folder=work, workers=tasks.cores(request.workers), cluster=request.cluster, progress=progress)


def _npy(array: Any) -> bytes:
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
