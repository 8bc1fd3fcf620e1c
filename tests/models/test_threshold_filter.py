"""What a screen keeps of a block is the same wherever the scores lie, ties included."""

import numpy as np
import pytest
import torch

from screen.models.threshold_filter import FilteredBlock, filter_block
from screen.records import Floats

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
RNG = np.random.default_rng(0)
SCORES = (RNG.integers(0, 30, (40, 200)) / 30).astype(np.float32)
"""Many ties."""
BRACKETS = np.sort(RNG.integers(15, 29, (40, 2)) / 30, axis=1).astype(np.float32)


def both(scores: Floats, top: int) -> tuple[FilteredBlock, FilteredBlock]:
    return filter_block(scores, BRACKETS, top), filter_block(torch.from_numpy(scores).to(DEVICE), BRACKETS, top)


@pytest.mark.parametrize("top", [1, 7, 200, 500])
def test_a_tensor_is_filtered_as_an_array_is(top: int) -> None:
    here, there = both(SCORES, top)
    assert np.array_equal(here.above, there.above)
    assert np.array_equal(here.counts, there.counts)
    for one, other in ((here.within, there.within), (here.best, there.best)):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_what_is_above_within_and_best() -> None:
    found = filter_block(SCORES, BRACKETS, 7)
    for patient, (low, high) in enumerate(BRACKETS):
        row = SCORES[patient]
        assert found.above[patient] == (row > high).sum()
        within = found.within.drugs[found.within.patients == patient]
        assert within.tolist() == np.flatnonzero((row >= low) & (row <= high)).tolist()
        best = found.best.drugs[found.best.patients == patient]
        assert best.tolist() == np.flatnonzero(row >= np.sort(row)[-7]).tolist()
    assert found.counts.tolist() == (BRACKETS[:, 1:] < SCORES).sum(axis=0).tolist()
    assert np.array_equal(found.best.scores, SCORES[found.best.patients, found.best.drugs])


def test_nobody() -> None:
    found = filter_block(SCORES[:0], BRACKETS[:0], 5)
    assert (found.above.shape, found.counts.tolist(), len(found.best.drugs)) == ((0,), [0] * 200, 0)
