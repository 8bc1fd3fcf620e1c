"""What the files of a screened library say together: exact thresholds, counts, the best of each patient."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.library_screen.embedding import drugs_of
from screen.library_screen.shard_scoring import counted_rows

_PAIRS_AT_ONCE = 4_000_000
Array = NDArray[Any]


@dataclass(frozen=True)
class Shard:
    """One file of drugs and what was kept of its scores."""

    drugs: Path
    counted: bytes
    scores: Path

    def identities(self) -> pl.DataFrame:
        """``drug_id``, ``name`` and ``smiles`` of the drugs that count."""
        return _identities(self.drugs, self.counted)

    def rows(self, name: str, first: int, end: int) -> Array:
        """A slice of one tensor."""
        from safetensors import safe_open

        if first == end:  # an empty slice is refused
            return self.whole(name)[:0]
        with safe_open(self.scores, "numpy") as tensors:
            part: Array = tensors.get_slice(name)[first:end]
        return part

    def whole(self, name: str) -> Array:
        """One tensor."""
        from safetensors import safe_open

        with safe_open(self.scores, "numpy") as tensors:
            tensor: Array = tensors.get_tensor(name)
        return tensor


@lru_cache(maxsize=4)
def _identities(drugs: Path, counted: bytes) -> pl.DataFrame:
    return drugs_of(drugs, "drug_id", "name", "smiles")[counted_rows(counted)]


@dataclass(frozen=True)
class Merged:
    """Of n patients and all drugs of the library."""

    threshold: NDArray[np.float32]
    """n, score of the last efficient drug."""
    tied: NDArray[np.int64]
    """n, drugs with that very score."""
    efficient: tuple[NDArray[np.int32], ...]
    """For each shard: patients for whom each drug is efficient."""


def merge(shards: Sequence[Shard], entering: int) -> Merged | None:
    """Exact thresholds and counts; ``None`` where a bracket missed its threshold.

    Parameters
    ----------
    entering : efficient drugs of each patient: the best by score, ties by drug identity
    """
    starts = [shard.whole("start") for shard in shards]
    need = entering - np.sum([shard.whole("above") for shard in shards], axis=0)
    within = np.sum([np.diff(start) for start in starts], axis=0)
    if ((need < 1) | (need > within)).any():
        return None
    threshold, tied = np.empty(len(need), np.float32), np.empty(len(need), np.int64)
    efficient = tuple(shard.whole("counts").copy() for shard in shards)
    for first, end in _blocks(within):
        pairs = _pairs(shards, starts, first, end)
        for i in range(first, end):
            of_patient = pairs.of(i - first)
            threshold[i], tied[i], chosen = _chosen(of_patient, int(need[i]), shards)
            for number in np.unique(of_patient.shard[chosen]):
                efficient[number][of_patient.drug[chosen][of_patient.shard[chosen] == number]] += 1
    return Merged(threshold, tied, efficient)


@dataclass(frozen=True)
class _Pairs:
    """Pairs within the brackets of some patients."""

    patient: NDArray[np.intp]
    """Ascending, from 0."""
    shard: NDArray[np.intp]
    drug: NDArray[np.int32]
    score: NDArray[np.float32]

    def of(self, patient: int) -> "_Pairs":
        """Those of one patient."""
        span = slice(*np.searchsorted(self.patient, [patient, patient + 1]))
        return _Pairs(self.patient[span], self.shard[span], self.drug[span], self.score[span])


def _blocks(sizes: Array) -> Iterator[tuple[int, int]]:
    """Runs of patients with about four million pairs, or one patient."""
    first, held = 0, 0
    for i, size in enumerate(sizes):
        if i > first and held + size > _PAIRS_AT_ONCE:
            yield first, i
            first, held = i, 0
        held += size
    if len(sizes):
        yield first, len(sizes)


def _pairs(shards: Sequence[Shard], starts: Sequence[Array], first: int, end: int) -> _Pairs:
    patients, numbers, drugs, scores = [], [], [], []
    for number, (shard, start) in enumerate(zip(shards, starts, strict=True)):
        span = int(start[first]), int(start[end])
        patients.append(np.repeat(np.arange(end - first), np.diff(start[first : end + 1])))
        numbers.append(np.full(span[1] - span[0], number))
        drugs.append(shard.rows("drug", *span))
        scores.append(shard.rows("score", *span))
    patient = np.concatenate(patients)
    order = np.argsort(patient, kind="stable")
    return _Pairs(
        patient[order], np.concatenate(numbers)[order], np.concatenate(drugs)[order], np.concatenate(scores)[order]
    )


def _chosen(pairs: _Pairs, need: int, shards: Sequence[Shard]) -> tuple[float, int, NDArray[np.intp]]:
    """Threshold, drugs tied at it, and the pairs that enter."""
    threshold = -np.partition(-pairs.score, need - 1)[need - 1]
    over, level = np.flatnonzero(pairs.score > threshold), np.flatnonzero(pairs.score == threshold)
    entering = level
    if len(level) > need - len(over):
        names = [shards[pairs.shard[pair]].identities()["drug_id"][int(pairs.drug[pair])] for pair in level]
        entering = level[np.argsort(np.array(names))[: need - len(over)]]
    return float(threshold), len(level), np.concatenate([over, entering])


def best(shards: Sequence[Shard], patient_ids: Sequence[str], top: int) -> pl.DataFrame:
    """The best drugs of each patient: ``patient_id``, ``rank``, ``drug_id``, ``name``, ``smiles``, ``score``."""
    size = max(1, _PAIRS_AT_ONCE // max(1, top * len(shards)))
    blocks = (slice(first, min(first + size, len(patient_ids))) for first in range(0, len(patient_ids), size))
    return pl.concat([_best(shards, patient_ids, block, top) for block in blocks])


def _best(shards: Sequence[Shard], patient_ids: Sequence[str], block: slice, top: int) -> pl.DataFrame:
    scores = np.stack([shard.rows("top_score", block.start, block.stop) for shard in shards], axis=1)
    flat = scores.reshape(len(scores), -1)
    least = -np.partition(-flat, top - 1, axis=1)[:, top - 1]
    frames = []
    for number, shard in enumerate(shards):
        drugs = shard.rows("top_drug", block.start, block.stop)
        rows, places = np.nonzero((scores[:, number] >= least[:, None]) & (drugs >= 0))
        found = shard.identities()[drugs[rows, places]]
        frames.append(
            found.with_columns(
                row=pl.Series(rows + block.start, dtype=pl.Int64),
                score=pl.Series(scores[rows, number, places], dtype=pl.Float32),
            )
        )
    names = pl.DataFrame({"row": np.arange(block.start, block.stop), "patient_id": patient_ids[block]})
    return (
        pl.concat(frames)
        .sort("row", "score", "drug_id", descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("row").cast(pl.Int32))
        .filter(pl.col("rank") <= top)
        .join(names, on="row", maintain_order="left")
        .select("patient_id", "rank", "drug_id", "name", "smiles", "score")
    )


def distinct(files: Sequence[Path]) -> list[bytes]:
    """For each file which of its drugs stand in no earlier one, as packed bits.

    Identities are compared in turns by their first letters, so that four million or so lie in memory at once.
    """
    sizes = [drugs_of(file, "drug_id").height for file in files]
    masks = [np.zeros(size, bool) for size in sizes]
    letters = 0 if sum(sizes) <= _PAIRS_AT_ONCE else 1 if sum(sizes) <= 26 * _PAIRS_AT_ONCE else 2
    for turn in _turns(letters):
        frames = [
            drugs_of(file, "drug_id")
            .with_row_index("row")
            .filter(pl.col("drug_id").str.starts_with(turn))
            .with_columns(file=pl.lit(number))
            for number, file in enumerate(files)
        ]
        first = pl.concat(frames).filter(pl.col("drug_id").is_first_distinct())
        for (number,), rows in first.select("file", "row").group_by("file"):
            masks[int(str(number))][rows["row"].to_numpy()] = True
    return [np.packbits(mask).tobytes() for mask in masks]


def _turns(letters: int) -> list[str]:
    turns = [""]
    for _ in range(letters):
        turns = [turn + letter for turn in turns for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return turns
