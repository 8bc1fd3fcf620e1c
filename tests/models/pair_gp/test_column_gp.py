"""The process over columns against the same process written out, column by column."""

import numpy as np
import pytest

from screen.models.pair_gp.column_gp import Variances, likely_variances, solve_columns
from screen.records import Floats

N, C = 30, 12
RNG = np.random.default_rng(8)
PLACES = RNG.normal(size=(N, 3))
NEAR = np.exp(-((PLACES[:, None] - PLACES[None]) ** 2).sum(-1) / 2)
GROUPS = (np.arange(N)[:, None] % 3 == np.arange(N)[None] % 3).astype(float)
KERNELS = np.stack([NEAR, GROUPS]).astype(np.float32)


def table(near: float, groups: float, noise: float, columns: int = C) -> Floats:
    covariance = near * NEAR + groups * GROUPS + noise * np.eye(N)
    values = np.linalg.cholesky(covariance + 1e-9 * np.eye(N)) @ RNG.normal(size=(N, columns))
    values[RNG.random(values.shape) < 0.2] = np.nan
    return values.astype(np.float32)


def log_likelihood(values: Floats, found: Variances) -> float:
    values = values / np.nanstd(values)
    total = 0.0
    for column in values.T:
        there = np.isfinite(column)
        dense = found.covariance(KERNELS)[np.ix_(there, there)] + found.noise * np.eye(there.sum())
        y = column[there].astype(np.float64)
        total -= 0.5 * y @ np.linalg.solve(dense, y) + 0.5 * np.linalg.slogdet(dense)[1]
    return float(total)


def test_each_column_is_solved_over_the_rows_measured_in_it() -> None:
    values = table(0.5, 0.3, 0.3)
    values[:, 3] = np.nan
    values[:, 5] = np.where(np.isfinite(values[:, 4]), values[:, 5], np.nan)
    covariance = Variances(np.array([0.5, 0.3], np.float32), 0.2).covariance(KERNELS)
    found = solve_columns(covariance, 0.2, values)
    for place, column in enumerate(values.T):
        there = np.isfinite(column)
        expected = np.linalg.solve(covariance[np.ix_(there, there)] + 0.2 * np.eye(there.sum()), column[there])
        assert found[there, place] == pytest.approx(expected, abs=1e-4)
        assert not found[~there, place].any()


def test_columns_measured_in_the_same_rows_are_solved_as_each_alone() -> None:
    values = RNG.normal(size=(N, 4)).astype(np.float32)
    covariance = Variances(np.array([0.5, 0.3], np.float32), 0.2).covariance(KERNELS)
    alone = np.concatenate([solve_columns(covariance, 0.2, values[:, [place]]) for place in range(4)], axis=1)
    assert solve_columns(covariance, 0.2, values) == pytest.approx(alone, abs=1e-6)


def test_the_covariance_is_left_as_it_was() -> None:
    covariance = Variances(np.array([0.5, 0.3], np.float32), 0.2).covariance(KERNELS)
    before = covariance.copy()
    solve_columns(covariance, 0.2, table(0.5, 0.3, 0.3))
    assert np.array_equal(covariance, before)


def test_planted_variances_are_found() -> None:
    found = likely_variances(KERNELS, table(0.6, 0.0, 0.4, 400), 40, 0.0)
    assert found.kernels[0] == pytest.approx(0.6, abs=0.1)
    assert found.kernels[1] < 0.03
    assert float(found.kernels.sum()) + found.noise == pytest.approx(1, abs=1e-5)


def test_more_rounds_are_likelier() -> None:
    values = table(0.7, 0.1, 0.2, 60)
    none, few, many = (log_likelihood(values, likely_variances(KERNELS, values, rounds, 0.0)) for rounds in (0, 3, 30))
    assert none < few < many


def test_the_scale_of_the_table_is_without_effect_and_noise_has_a_floor() -> None:
    values = table(0.6, 0.4, 0.01, 60)
    one, other = (likely_variances(KERNELS, values * np.float32(factor), 12, 0.2) for factor in (1, 0.01))
    assert one.kernels == pytest.approx(other.kernels, abs=1e-4)
    assert one.noise > 0.15


def test_nothing_measured_leaves_the_variances_where_they_start() -> None:
    found = likely_variances(KERNELS, np.full((N, 3), np.nan, np.float32), 5, 0.1)
    assert found.noise == 0.5
