"""A screen whose files lie in one folder, and its steps: embedding, brackets from a sample, scores, the merge."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from math import ceil, inf
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.library_screen import embedding, shard_scoring
from screen.library_screen.embedding import EmbeddingTask, StoredEncoder
from screen.library_screen.merging import Merged, Shard, best, distinct, merge
from screen.library_screen.pieces import Piece
from screen.library_screen.results import write
from screen.library_screen.shard_scoring import BracketTask, Cut, ShardTask, StoredPatients, counted_rows
from screen.tasks.cache import Task, WorkPlace, load_or_compute, store_file

TOP = 50
"""Best drugs of each patient that are listed."""
_LEAST_SAMPLE, _LARGEST_SAMPLE = 2_000, 200_000
_TENTH, _FIFTIETH = 10, 50
"""A tenth of a library is sampled up to 20,000 drugs, a fiftieth from a million on."""
_USUAL_SAMPLE = 20_000
WIDTHS = (6.0, 25.0, inf)
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


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One library for the patients of one indication: everything but the library itself lies in files of ``work``."""

    indication: str
    library: Path
    pieces: tuple[Piece, ...]
    encoder: StoredEncoder
    encoder_id: str
    patients: StoredPatients
    patient_ids: tuple[str, ...]
    refused: Mapping[str, str]
    fraction: float
    """Of a patient's drugs, the best: efficient."""

    def embedding_tasks(self) -> list[EmbeddingTask]:
        """One a piece of the library."""
        return [EmbeddingTask(piece, self.encoder, self.encoder_id) for piece in self.pieces]


@dataclass(frozen=True)
class Embedded:
    """A screen all of whose pieces are embedded."""

    screen: Screen
    files: tuple[Path, ...]
    counted: tuple[bytes, ...]
    """Of each file, which drugs stand in no earlier one."""
    cut: Cut
    sample: Path

    def bracket_tasks(self, width: float) -> list[Task]:
        """Each for some patients."""
        people = len(self.screen.patient_ids)
        size = max(1, shard_scoring.SCORES_AT_ONCE // max(1, embedding.drugs_of(self.sample, "drug_id").height))
        return [
            BracketTask(self.screen.patients, first, min(first + size, people), self.sample, self.cut, width)
            for first in range(0, people, size)
        ]

    def shard_tasks(self, brackets: Path) -> list[Task]:
        """One a file of drugs."""
        return [
            ShardTask(file, one, self.screen.patients, brackets, TOP)
            for file, one in zip(self.files, self.counted, strict=True)
        ]


def embedded(screen: Screen, files: Sequence[Path], work: Path) -> Embedded:
    """What all pieces together say: which drugs count, how many are efficient, a sample of them.

    Raises
    ------
    InputError
        Nothing in the library can be read.
    """
    counted = distinct(files)
    drugs = sum(len(counted_rows(one)) for one in counted)
    if not drugs:
        raise _nothing_readable(screen.library, files)
    cut = Cut(drugs, ceil(drugs * Fraction(str(screen.fraction))))
    return Embedded(screen, tuple(files), tuple(counted), cut, _sample(files, counted, cut, work))


def join_brackets(files: Sequence[Path], work: Path) -> Path:
    """The brackets of all patients in one file."""
    content = npy(np.concatenate([np.load(file) for file in files]))
    return store_file(work / f"brackets-{digest_of(content)}.npy", content)


def finish(found: Embedded, out: Path, place: WorkPlace) -> Screened:
    """Compute what is missing, merge, write the tables under ``out/CODE``."""
    shards, merged = _scored(found, place)
    screen = found.screen
    folder = out / screen.indication
    top = best(shards, screen.patient_ids, TOP)
    unreadable = write(folder, found.files, shards, merged, top, screen.patient_ids, found.cut)
    return Screened(
        screen.indication,
        len(screen.patient_ids),
        found.cut.drugs,
        unreadable,
        found.cut.entering,
        int((merged.tied > 1).sum()),
        dict(screen.refused),
        str(folder),
    )


def _scored(found: Embedded, place: WorkPlace) -> tuple[list[Shard], Merged]:
    for width in WIDTHS:
        brackets = load_or_compute(found.bracket_tasks(width), place, "bracketing the thresholds")
        done = load_or_compute(found.shard_tasks(join_brackets(brackets, place.folder)), place, "scoring")
        shards = [Shard(*parts) for parts in zip(found.files, found.counted, done, strict=True)]
        if merged := merge(shards, found.cut.entering):
            return shards, merged
    raise AssertionError("an unbounded bracket holds every threshold")


def _nothing_readable(library: Path, files: Sequence[Path]) -> InputError:
    reasons = [reason for file in files for reason in embedding.unreadable_of(file)["reason"].head(1)]
    if not reasons:
        return InputError("no molecule in it", where=str(library), remedy="is the file whole?")
    return InputError(
        f"no molecule in it can be read; the first: {reasons[0]}",
        where=str(library),
        remedy="is the structure the first column of each line?",
    )


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
    return store_file(work / f"sample-{digest_of(stream.getvalue())}.parquet", stream.getvalue())


def npy(array: Any) -> bytes:
    """An array as the content of a file."""
    stream = BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def digest_of(content: bytes) -> str:
    """16 hex digits of SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]
