"""Scores read back to responses, and their place among the cell lines measured."""

import numpy as np
import polars as pl
import pytest

from screen.ranking.predicted_response import Responses, ResponseScale, responses
from screen.ranking.shortlists import current_runs, export
from screen.settings import Ranking
from screen.store import Store
from tests.report.filled import fill
from tests.report.responses import INTERCEPT, LINES, SLOPE, give_responses


def test_a_score_is_read_back_to_the_response_it_came_from() -> None:
    scale = ResponseScale(SLOPE, INTERCEPT)
    for response in (0.4, 0.9, 1.1):
        assert float(scale.response(scale.score(response))) == pytest.approx(response)
    assert np.isfinite(scale.response([0.0, 1.0])).all()


def test_the_place_among_lines_counts_those_that_responded_less() -> None:
    scale, lines = ResponseScale(SLOPE, INTERCEPT), np.array([0.6, 0.7, 0.7, 0.8])
    found = Responses({"run": scale}, {("run", "drug"): lines})
    assert found.line_place("run", "drug", scale.score(0.65)) == pytest.approx(0.75)
    assert found.line_place("run", "drug", scale.score(0.5)) == 1.0
    assert found.line_place("run", "other", 0.5) is None
    assert found.line_place("another", "drug", 0.5) is None
    assert found.least_score("run", "drug", 0.5) == pytest.approx(scale.score(0.7))
    assert found.least_score("another", "drug", 0.5) == 0.0


def test_only_what_is_predicted_better_than_half_of_the_lines_stands_out(store: Store) -> None:
    fill(store, patients=(12, 6, 5))
    give_responses(store)
    found = responses(store, current_runs(store))
    every = export(store, "stands_out", Ranking(line_floor=0.0, potency_floor=0.0))
    above = export(store, "stands_out", Ranking(line_floor=0.8, potency_floor=0.0))
    least = found.least_score(every["run_id"][0], every["drug_id"][0], 0.8)
    assert least == pytest.approx(1 / (1 + np.exp(-(SLOPE * float(np.quantile(LINES, 0.2)) + INTERCEPT))))
    assert above.height == every.filter(pl.col("score") >= np.float32(least)).height
    assert 0 < above.height < every.height
    assert above["line_place"].min() >= 0.79  # type: ignore[operator]


def test_a_model_without_responses_asks_for_no_place_among_lines(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    assert responses(store, current_runs(store)).scales == {}
    assert export(store, "stands_out")["line_place"].is_null().all()
