"""Kaplan-Meier curves of groups set beforehand, numbers at risk, medians, the log-rank test (lifelines)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

YEAR = 365.25
"""Days."""
SPLITS = ("median", "tertiles")


@dataclass(frozen=True)
class Curve:
    """One group."""

    group: str
    n: int
    events: int
    median: float | None
    """Years; ``None`` where fewer than half had the event."""
    median_low: float | None
    """Ends of its 95% interval, years."""
    median_high: float | None
    years: tuple[float, ...]
    """Times at which the curve steps, from 0."""
    survival: tuple[float, ...]
    at_risk: tuple[int, ...]
    """At the times of the picture's axis."""


def grouped(rows: pl.DataFrame, kind: str, name: str, split: str) -> pl.DataFrame:
    """The rows with ``group``: altered or not, else by the median or the tertiles of the marker among all rows.

    The split is chosen before the outcomes are seen; no cut-point is searched for.
    """
    if kind == "alteration":
        words = {1.0: f"{name} altered", 0.0: f"{name} not altered"}
        return rows.with_columns(group=pl.col("marker").replace_strict(words, return_dtype=pl.String))
    values = rows["marker"].to_numpy()
    if split == "median":
        high = values > np.median(values)
        return rows.with_columns(
            group=pl.Series(np.where(high, f"{name} above the median", f"{name} up to the median"))
        )
    low, high_edge = np.quantile(values, [1 / 3, 2 / 3])
    third = np.where(values <= low, "lowest third", np.where(values > high_edge, "highest third", "middle third"))
    return rows.with_columns(group=pl.Series([f"{name} {one}" for one in third], dtype=pl.String))


def axis_years(rows: pl.DataFrame) -> tuple[float, ...]:
    """Round times for the axis, up to where a tenth of the patients are still followed."""
    last = float(np.quantile(rows["days"].to_numpy() / YEAR, 0.95))
    step = next((step for step in (0.5, 1.0, 2.0, 3.0, 5.0) if last / step <= 6), 5.0)
    return tuple(float(step * place) for place in range(int(last / step) + 1))


def curves(rows: pl.DataFrame, axis: Sequence[float]) -> tuple[Curve, ...]:
    """One curve a group, in the order of the groups' names."""
    parts = rows.sort("group").partition_by("group", maintain_order=True)
    return tuple(_curve(part, axis) for part in parts)


def _curve(part: pl.DataFrame, axis: Sequence[float]) -> Curve:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    days, event = part["days"].to_numpy() / YEAR, part["event"].to_numpy()
    fitter = KaplanMeierFitter().fit(days, event)
    low, high = median_survival_times(fitter.confidence_interval_).to_numpy()[0]
    steps = fitter.survival_function_["KM_estimate"]
    return Curve(
        str(part["group"][0]),
        part.height,
        int(event.sum()),
        _finite(fitter.median_survival_time_),
        _finite(low),
        _finite(high),
        tuple(float(year) for year in steps.index),
        tuple(float(share) for share in steps),
        tuple(int((days >= year).sum()) for year in axis),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def logrank(rows: pl.DataFrame) -> float:
    """p of the log-rank test between the groups."""
    from lifelines.statistics import multivariate_logrank_test

    frame = rows.select("days", pl.col("event").cast(pl.Int64), "group").to_pandas()
    return float(multivariate_logrank_test(frame["days"], frame["group"], frame["event"]).p_value)
