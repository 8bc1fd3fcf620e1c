"""Whether error rises with distance is found where it does, and denied where it does not."""

import numpy as np
import pytest

from screen.metrics.error_by_distance import distance_effect

RNG = np.random.default_rng(2)
N = 300
DISTANCE = RNG.gamma(4, 0.25, N)


def test_an_error_that_rises_is_found() -> None:
    found = distance_effect(DISTANCE, DISTANCE + RNG.normal(size=N), seed=0)
    assert found.rises
    assert found.rank_correlation.low > 0.2
    assert [band.n for band in found.bands] == [75] * 4
    assert found.bands[-1].error.low > found.bands[0].error.value
    assert found.outside_from == 0.5


def test_an_error_that_does_not_rise_is_denied() -> None:
    found = [distance_effect(DISTANCE, RNG.normal(size=N), seed=0) for _ in range(20)]
    assert sum(one.rises for one in found) <= 2
    assert all(one.outside_from is None for one in found if not one.rises)
    assert abs(np.mean([one.rank_correlation.value for one in found])) < 0.05


def test_outside_begins_where_the_error_begins() -> None:
    far = np.argsort(np.argsort(DISTANCE)) >= 0.9 * N
    found = distance_effect(np.where(far, DISTANCE, RNG.random(N) / 100), 10.0 * far + RNG.normal(size=N), seed=0)
    assert found.rises
    assert found.outside_from is not None
    assert distance_effect(-DISTANCE, DISTANCE, seed=0).outside_from is None


def test_bands_of_ones_own_and_subjects_without_error() -> None:
    bands = np.arange(N) % 3
    error = np.where(np.arange(N) < 30, np.nan, bands.astype(float))
    found = distance_effect(DISTANCE, error, seed=0, bands=bands, names=("near", "middle", "far", "nobody"))
    assert [band.name for band in found.bands] == ["near", "middle", "far"]
    assert sum(band.n for band in found.bands) == N - 30
    assert found.last_less_first.value == pytest.approx(2)
