"""Distances are those of numpy to the last bit, so that scores have not moved, and do not depend on who is beside."""

import numpy as np
import pytest

from screen.models.pair_gp.distances import mean_squares

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("genes", [1, 7, 8, 20, 127, 128, 129, 136, 257, 422, 1000, 2049])
def test_sums_are_in_the_order_of_numpy(genes: int) -> None:
    rows, lines = RNG.normal(size=(3, genes)).astype(np.float32), RNG.normal(size=(53, genes)).astype(np.float32)
    expected = np.stack([np.square(lines - row).mean(axis=1) for row in rows])
    assert np.array_equal(mean_squares(rows, lines), expected)


def test_a_row_alone_is_the_row_beside_others() -> None:
    rows, lines = RNG.normal(size=(70, 422)).astype(np.float32), RNG.normal(size=(101, 422)).astype(np.float32)
    together = mean_squares(rows, lines)
    assert np.array_equal(mean_squares(rows[9:10], lines), together[9:10])
    assert np.array_equal(mean_squares(rows[::-3], lines[::-1]), together[::-3, ::-1])


def test_nobody_is_at_no_distance() -> None:
    assert mean_squares(np.empty((0, 5), np.float32), np.ones((3, 5), np.float32)).shape == (0, 3)
