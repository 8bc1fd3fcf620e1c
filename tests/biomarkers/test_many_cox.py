"""Cox regression of many markers at once, against lifelines one by one."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from screen.biomarkers.cox_model import cox
from screen.biomarkers.many_cox import many_cox, same_rows

Array = NDArray[np.float64]


def patients(n: int = 250, g: int = 12, seed: int = 2) -> tuple[Array, NDArray[np.bool_], Array, Array]:
    """Days with ties, events, markers (some binary, one strong, some values missing), covariates."""
    rng = np.random.default_rng(seed)
    markers = rng.normal(size=(n, g))
    markers[:, : g // 3] = markers[:, : g // 3] > 0.8
    age, stage = rng.normal(60, 9, n), (rng.random(n) < 0.3).astype(float)
    days = np.ceil(rng.exponential(700 * np.exp(-0.9 * markers[:, -1] - 0.03 * (age - 60))) / 15) * 15
    censored = rng.uniform(100, 2500, n)
    markers[rng.random(n) < 0.1, 1:3] = np.nan
    return np.minimum(days, censored), days <= censored, markers, np.column_stack([age, stage])


def test_each_marker_is_fitted_as_lifelines_fits_it_alone() -> None:
    days, event, markers, shared = patients()
    found = many_cox(days, event, [markers], shared)
    low, high = found.interval()
    for place in range(markers.shape[1]):
        rows = pl.DataFrame(
            {"days": days, "event": event, "x": markers[:, place], "age": shared[:, 0], "s": shared[:, 1]}
        )
        rows = rows.filter(pl.col("x").is_not_nan())
        alone = cox(rows, ["x", "age", "s"])[0]
        assert (found.n[place], found.events[place]) == (rows.height, rows["event"].sum())
        assert np.exp(found.log_ratio[place]) == pytest.approx(alone.hazard_ratio, rel=1e-6)
        assert (low[place], high[place]) == pytest.approx((alone.low, alone.high), rel=1e-6)
        assert found.p[place] == pytest.approx(alone.p, rel=1e-5, abs=1e-6)


def test_an_interaction_is_the_last_of_a_markers_own_terms() -> None:
    days, event, markers, shared = patients(seed=5)
    treated = (np.random.default_rng(1).random(len(days)) < 0.5).astype(float)
    found = many_cox(days, event, [markers, markers * treated[:, None]], np.column_stack([treated, shared[:, 0]]))
    for place in (0, 5, 11):
        x = markers[:, place]
        rows = pl.DataFrame(
            {"days": days, "event": event, "both": x * treated, "x": x, "t": treated, "age": shared[:, 0]}
        )
        alone = cox(rows, ["both", "x", "t", "age"])[0]
        assert np.exp(found.log_ratio[place]) == pytest.approx(alone.hazard_ratio, rel=1e-6)
        assert found.p[place] == pytest.approx(alone.p, rel=1e-5, abs=1e-6)


def test_without_covariates_and_without_an_estimate() -> None:
    days, event, markers, _ = patients()
    parting = (event & (days <= np.quantile(days, 0.2))).astype(float)
    shown = np.column_stack([markers[:, -1], np.ones(len(days)), parting])
    found = many_cox(days, event, [shown], np.empty((len(days), 0)))
    rows = pl.DataFrame({"days": days, "event": event, "x": markers[:, -1]})
    assert np.exp(found.log_ratio[0]) == pytest.approx(cox(rows, ["x"])[0].hazard_ratio, rel=1e-6)
    assert np.isnan(found.log_ratio[1:]).all()


def test_nobody_with_an_event_gives_no_estimate() -> None:
    days, event, markers, shared = patients()
    found = many_cox(days, np.zeros_like(event), [markers], shared)
    assert np.isnan(found.log_ratio).all()
    assert not found.events.any()


def test_columns_known_of_the_same_rows_go_together() -> None:
    known = np.array([[1, 0, 1, 1], [1, 1, 1, 0], [1, 1, 1, 1]], dtype=bool)
    groups = {tuple(columns): rows.tolist() for rows, columns in same_rows(known)}
    assert groups[(0, 2)] == [True, True, True]
    assert groups[(1,)] == [False, True, True]
    assert groups[(3,)] == [True, False, True]
