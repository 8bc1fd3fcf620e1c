"""What intervals and distances are worth, on the planted benchmark data."""

from typing import Any

import numpy as np
import pytest

from screen.evaluation.cell_lines.coverage_and_distance import line_distances, uncertainty_figures
from screen.evaluation.cell_lines.out_of_fold import OutOfFold
from screen.evaluation.cell_lines.response_metrics import PooledPredictions, training_means
from screen.evaluation.cell_lines.splits import by_drug, by_line
from tests.evaluation.planted import benchmark

BENCHMARK = benchmark()
RNG = np.random.default_rng(1)
LINES = by_line("lines", "four folds", {row: str(row % 4) for row in range(72)}, len(BENCHMARK.drugs))
DRUGS = by_drug("drugs", "four folds", {column: str(column % 4) for column in range(16)}, BENCHMARK.measured)


def figures(results: OutOfFold) -> dict[tuple[str, str], Any]:
    return {(row.printed_metric, row.printed_stratum): row for row in uncertainty_figures(results)}


def results(split: object, predicted: np.ndarray, spread: np.ndarray | None = None) -> OutOfFold:
    predictions = {"planted": PooledPredictions(predicted.astype(np.float32), spread)}
    return OutOfFold(BENCHMARK, split, training_means(BENCHMARK, split), predictions, {}, (), 0)  # type: ignore[arg-type]


def test_intervals_cover_lines_that_were_held_out() -> None:
    noise = RNG.normal(size=BENCHMARK.response.shape) * np.linspace(0.01, 0.1, 16)
    spread = np.broadcast_to(np.linspace(0.01, 0.1, 16), noise.shape).astype(np.float32)
    found = figures(results(LINES, BENCHMARK.response + noise, spread))
    for metric in ("coverage_conformal_90", "coverage_conformal_weighted_90"):
        assert found[metric, "all"].value == pytest.approx(0.9, abs=0.03)
    assert found["coverage_conformal_90", "all"].n == np.isfinite(BENCHMARK.response).sum()


def test_error_that_follows_the_distance_of_lines_is_seen() -> None:
    far = line_distances(results(LINES, BENCHMARK.response))
    wrong = BENCHMARK.response + (far - far.min())[:, None] * RNG.choice((-1, 1), BENCHMARK.response.shape)
    found = figures(results(LINES, wrong))
    assert found["rmse_of_line_far_less_near", "all"].note == "outside is measurably worse"
    assert found["rank_correlation_distance_rmse", "all"].value > 0.9
    assert found["rmse_of_line", "distance:farthest quarter"].n == 18


def test_new_drugs_are_told_apart_by_what_they_share_with_trained_ones() -> None:
    found = figures(results(DRUGS, BENCHMARK.response + 0.01 * RNG.normal(size=BENCHMARK.response.shape)))
    assert found["r_drug", "domain:shared target"].value > 0.8
    assert found["coverage_conformal_90", "all"].value == pytest.approx(0.9, abs=0.05)
