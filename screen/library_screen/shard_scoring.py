"""Drugs of one file scored for all patients, and only what the merge needs of it kept: never a matrix of the library.

The efficient drugs of a patient are the best 5%. Where that threshold lies is bracketed first, from a sample of the
library; the pass over the library then counts what lies above the bracket and keeps what lies within it, so that the
merge finds the exact threshold, ties included.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor, inf, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.library_screen.embedding import KNOWN, drugs_of, drugs_of_frame
from screen.models.bundle import Bundle
from screen.models.contract import Scorer
from screen.models.scoring import drug_inputs, scorer
from screen.models.threshold_filter import FilteredBlock, filter_block
from screen.records import Floats
from screen.tasks.cache import content_key

RECIPE = 1
"""Raise when the same task would give another file."""
SCORES_AT_ONCE = 1 << 23
_DRUGS_AT_ONCE = 4096
"""What a scorer takes of a drug may be thousands of numbers: that of so many drugs lies in memory at once."""
Array = NDArray[Any]


@dataclass(frozen=True)
class StoredPatients:
    """A model and the patients it is applied to, in files that every process reads once."""

    manifest: Path
    weights: Path
    scaled: Path
    """n x g."""
    device: str
    threads: int
    """Of each process; nothing depends on it."""

    @property
    def names(self) -> tuple[str, str]:
        """Of the files of model and patients: digests of their contents."""
        return self.weights.name, self.scaled.name

    def ready(self) -> tuple[Scorer, Bundle, int]:
        """What scores all of them, the model, and how many they are."""
        return _ready(self)

    def some(self, first: int, end: int) -> tuple[Scorer, Bundle]:
        """What scores some of them."""
        bundle = _bundle(self)
        return scorer(bundle, np.load(self.scaled, mmap_mode="r")[first:end], self.device, self.threads), bundle


@lru_cache(maxsize=1)
def _bundle(stored: StoredPatients) -> Bundle:
    import json

    return Bundle.from_bytes(json.loads(stored.manifest.read_text("utf-8")), stored.weights.read_bytes())


@lru_cache(maxsize=1)
def _ready(stored: StoredPatients) -> tuple[Scorer, Bundle, int]:
    scaled = np.load(stored.scaled)
    return scorer(_bundle(stored), scaled, stored.device, stored.threads), _bundle(stored), len(scaled)


@dataclass(frozen=True)
class Cut:
    """How many of how many drugs are efficient."""

    drugs: int
    entering: int

    def places(self, sample: int, width: float) -> tuple[int, int]:
        """Places in a random sample between which the threshold lies, ``width`` standard deviations to either side."""
        share = self.entering / self.drugs
        spread = sqrt(sample * share * (1 - share) * (self.drugs - sample) / max(self.drugs - 1, 1))
        reach = min(width, sample) * (spread + (width == inf))
        return (floor(max(sample * share - reach, 0)) - 1, ceil(min(sample * share + reach, sample)) + 1)


@dataclass(frozen=True)
class BracketTask:
    """Where the thresholds of some patients lie, from a sample."""

    patients: StoredPatients
    first: int
    end: int
    sample: Path
    """Parquet, ``KNOWN`` of s drugs."""
    cut: Cut
    width: float

    @property
    def file_name(self) -> str:
        """Of the brackets of these patients."""
        words = [self.first, self.end, self.sample.name, *asdict(self.cut).values(), self.width, RECIPE]
        return f"bracket-{content_key([*self.patients.names, *words])}.npy"

    def compute(self) -> bytes:
        """See :func:`bracket_thresholds`."""
        return bracket_thresholds(self)


def bracket_thresholds(task: BracketTask) -> bytes:
    """Lowest and highest value the threshold may have, patients x 2 (npy)."""
    scores_of, bundle = task.patients.some(task.first, task.end)
    people = task.end - task.first
    parts = [scores_of.mean(inputs) for inputs in _inputs(bundle, drugs_of(task.sample, *KNOWN), people)]
    scores = np.concatenate([np.empty((people, 0), np.float32), *parts], axis=1)
    high, low = task.cut.places(scores.shape[1], task.width)
    bounds = np.empty((people, 2), np.float32)
    if wanted := [scores.shape[1] - place for place in (low, high) if 1 <= place <= scores.shape[1]]:
        scores.partition(wanted, axis=1)
    bounds[:, 0] = scores[:, -low] if low <= scores.shape[1] else -np.inf
    bounds[:, 1] = scores[:, -high] if high >= 1 else np.inf
    stream = BytesIO()
    np.save(stream, bounds)
    return stream.getvalue()


@dataclass(frozen=True)
class ShardTask:
    """One file of drugs against all patients."""

    file: Path
    counted: bytes
    """Which of its drugs count: others stand in an earlier file. Packed bits."""
    patients: StoredPatients
    brackets: Path
    """n x 2, of :func:`bracket_thresholds`; its name is a digest of its content, as those of the patients are."""
    top: int

    @property
    def file_name(self) -> str:
        """Of the shard's scores."""
        words = [self.file.name, self.counted.hex(), *self.patients.names, self.brackets.name, self.top, RECIPE]
        return f"scored-{content_key([*words, self.patients.device])}.safetensors"

    def compute(self) -> bytes:
        """See :func:`score_shard`."""
        return score_shard(self)


def score_shard(task: ShardTask) -> bytes:
    """What the merge needs (safetensors).

    ``above`` (n) drugs above each patient's bracket; ``counts`` (d) patients above whose bracket each drug lies;
    ``start`` (n + 1), ``drug`` and ``score`` of the pairs within the bracket, patient by patient; ``top_drug`` and
    ``top_score`` (n x k) the best of each patient, -1 where there are fewer. Drugs by their row among those that count.
    """
    from safetensors.numpy import save

    scores_of, bundle, people = task.patients.ready()
    drugs, brackets = drugs_of(task.file, *KNOWN)[counted_rows(task.counted)], np.load(task.brackets)
    found, start = ShardAccumulator(people, drugs.height, task.top), 0
    for inputs in _inputs(bundle, drugs, people):
        found.add(filter_block(scores_of.mean_there(inputs), brackets, task.top), start)
        start += len(inputs)
    content: bytes = save(found.tensors())
    return content


def _inputs(bundle: Bundle, drugs: pl.DataFrame, people: int) -> Iterator[Floats]:
    """What the model takes of some drugs (``KNOWN``) after others."""
    step = max(1, min(SCORES_AT_ONCE // max(people, 1), _DRUGS_AT_ONCE))
    for part in drugs.iter_slices(step):
        yield drug_inputs(bundle, drugs_of_frame(part))


def counted_rows(packed: bytes) -> NDArray[np.intp]:
    """Rows of the drugs that count."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(packed, np.uint8)))


class ShardAccumulator:
    """What is kept of the scores seen so far.

    Parameters
    ----------
    people, drugs : to come in all
    top : best of each patient to keep
    """

    def __init__(self, people: int, drugs: int, top: int) -> None:
        self._above, self._counts = np.zeros(people, np.int64), np.zeros(drugs, np.int32)
        self._within: list[tuple[Array, Array, Array]] = []
        self._best = none_of(people, top)
        self._top = top

    def add(self, found: FilteredBlock, start: int) -> None:
        """Take what was kept of the drugs from ``start``."""
        self._above += found.above
        self._counts[start : start + len(found.counts)] = found.counts
        self._within.append((found.within.patients, found.within.drugs + start, found.within.scores))
        best = none_of(len(self._above), self._top)
        _fill(best, found.best.patients, (found.best.drugs + start).astype(np.int32), found.best.scores)
        self._best = better_of(self._best, best, self._top)

    def tensors(self) -> dict[str, Array]:
        """All of it by name."""
        patients, drugs, scores = (
            (np.concatenate(parts) for parts in zip(*self._within, strict=True))
            if self._within
            else (np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.float32))
        )
        order = np.argsort(patients, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(patients, minlength=len(self._above)))])
        return {
            "above": self._above,
            "counts": self._counts,
            "start": start.astype(np.int64),
            "drug": drugs[order].astype(np.int32),
            "score": scores[order].astype(np.float32),
            "top_drug": self._best[0],
            "top_score": self._best[1],
        }


Best = tuple[NDArray[np.int32], Floats]
"""Drugs and their scores, n x k: by falling score, then by drug; -1 and -inf where there are fewer."""


def none_of(people: int, top: int) -> Best:
    """Nothing yet."""
    return np.full((people, top), -1, np.int32), np.full((people, top), -np.inf, np.float32)


def better_of(one: Best, other: Best, top: int) -> Best:
    """The best of both."""
    drugs, scores = np.concatenate([one[0], other[0]], axis=1), np.concatenate([one[1], other[1]], axis=1)
    best = none_of(len(drugs), top)
    patients, columns = np.nonzero(drugs >= 0)
    _fill(best, patients, drugs[patients, columns], scores[patients, columns])
    return best


def _fill(best: Best, patients: NDArray[np.intp], drugs: NDArray[np.int32], scores: Floats) -> None:
    order = np.lexsort((drugs, -scores, patients))
    patients = patients[order]
    place = np.arange(len(patients)) - np.searchsorted(patients, patients)
    first = place < best[0].shape[1]
    best[0][patients[first], place[first]] = drugs[order][first]
    best[1][patients[first], place[first]] = scores[order][first]
