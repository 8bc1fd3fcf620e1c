"""The 90% interval of a clone's score: it covers the score of the whole clone nine times in ten, missing on both sides.

Cells of one known population are sampled many times; each sample's interval by the product's own resampling either
holds the score of the population or not. The score here is smooth in the profile, as a model's is.
"""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from screen.cells.cell_matrix import CellMatrix
from screen.cells.pseudobulk import pseudobulk, resampled
from screen.ranking.clone_scoring import RESAMPLES, interval_of

SAMPLES, CELLS, GENES = 1_000, 100, 4
WEIGHTS = np.array([1.0, -1.0, 0.5, 0.0])


def sampled(rng: np.random.Generator) -> CellMatrix:
    """Cells whose four genes scatter beyond Poisson; totals differ."""
    totals = np.round(rng.lognormal(8, 0.3, CELLS))
    levels = rng.gamma(3, 1 / 3, (CELLS, GENES)) * np.array([40.0, 30.0, 20.0, 10.0])
    values = rng.poisson(levels * totals[:, None] / 3_000)
    texts = dict.fromkeys(("cell_id", "sample", "cell_type", "clone"), pl.String)
    cells = pl.DataFrame({name: [None] * CELLS for name in texts}, schema=texts)
    names = tuple("ABCD")
    return CellMatrix(csr_matrix(values.astype(np.float32)), names, "counts", totals, cells, pl.DataFrame())


def score(profiles: NDArray[np.float32]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.log2(profiles.astype(np.float64) + 1) @ WEIGHTS / 4))


@pytest.fixture(scope="module")
def misses() -> tuple[float, float]:
    """Share of samples whose interval lies above the score of the population, and below it."""
    rng = np.random.default_rng(17)
    truth = score(np.array([[40.0, 30.0, 20.0, 10.0]]) * 1e6 / 3_000)[0]
    above = below = 0
    for _ in range(SAMPLES):
        matrix = sampled(rng)
        again = score(resampled(matrix, np.arange(CELLS), RESAMPLES, rng))
        low, high = interval_of(again[None, :, None].astype(np.float32))
        above += bool(low[0, 0] > truth)
        below += bool(high[0, 0] < truth)
    return above / SAMPLES, below / SAMPLES


def test_nine_intervals_in_ten_hold_the_score_of_the_population(misses: tuple[float, float]) -> None:
    assert 1 - sum(misses) == pytest.approx(0.9, abs=0.03)


def test_they_miss_about_as_often_on_either_side(misses: tuple[float, float]) -> None:
    # A little more than 0.05: quantiles of 100 profiles lie inside those of all, and 100 cells say little of the tails.
    assert misses == pytest.approx((0.057, 0.057), abs=0.014)


def test_profiles_of_resampled_cells_lie_about_the_profile() -> None:
    rng = np.random.default_rng(3)
    matrix = sampled(rng)
    again = resampled(matrix, np.arange(CELLS), 2_000, rng)
    assert again.mean(axis=0) == pytest.approx(pseudobulk(matrix, [np.arange(CELLS)])[0], rel=0.01)
