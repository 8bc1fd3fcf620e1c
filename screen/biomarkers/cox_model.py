"""Cox regression with lifelines, and whether its hazards are proportional."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_STEPS = (0.5, 0.1, 0.02)
"""Shares of a Newton step, tried in turn: whole ones overshoot where few patients have a strong covariate."""
_PRECISION, _MOST_STEPS = 1e-12, 5000
"""lifelines' own 1e-7 leaves errors of 1e-4 in the coefficients."""
FEWEST_EVENTS = 10
"""Events a covariate, below which a ratio says nothing."""


@dataclass(frozen=True)
class Hazard:
    """One covariate of a fit."""

    name: str
    hazard_ratio: float
    low: float
    """Ends of the 95% interval (Wald)."""
    high: float
    p: float
    ph_p: float
    """Of the test of proportional hazards (scaled Schoenfeld residuals against the rank of time)."""


def cox(rows: pl.DataFrame, covariates: list[str]) -> tuple[Hazard, ...]:
    """Fit ``days`` and ``event`` on numeric covariates, Efron's ties.

    Raises
    ------
    InputError
        Fewer than 10 events a covariate, a covariate that does not vary, or a fit that does not converge.
    """
    events = int(rows["event"].sum())
    if events < FEWEST_EVENTS * len(covariates):
        raise InputError(
            f"not evaluable: {events} events for {len(covariates)} covariates, {FEWEST_EVENTS} each are needed",
            where="survival",
            remedy="take fewer covariates with --adjust, or an endpoint with more events",
        )
    flat = [name for name in covariates if rows[name].n_unique() < 2]
    if flat:
        raise InputError(
            f"{flat[0]} is the same for every patient", where="survival", remedy="there is nothing to compare"
        )
    frame = rows.select("days", pl.col("event").cast(pl.Int64), *covariates).to_pandas()
    return _fit(frame, covariates)


def _fit(frame: "pd.DataFrame", covariates: list[str]) -> tuple[Hazard, ...]:
    from lifelines.statistics import proportional_hazard_test

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _converged(frame)
        test = proportional_hazard_test(model, frame, time_transform="rank").summary
    summary = model.summary
    return tuple(
        Hazard(
            name,
            float(summary.loc[name, "exp(coef)"]),
            float(summary.loc[name, "exp(coef) lower 95%"]),
            float(summary.loc[name, "exp(coef) upper 95%"]),
            float(summary.loc[name, "p"]),
            float(test.loc[name, "p"]),
        )
        for name in covariates
    )


def _converged(frame: "pd.DataFrame") -> Any:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    for step in _STEPS:
        options = {"step_size": step, "precision": _PRECISION, "max_steps": _MOST_STEPS}
        try:
            return CoxPHFitter().fit(frame, "days", "event", fit_options=options)
        except (ConvergenceError, np.linalg.LinAlgError):
            continue
    raise InputError(
        "the regression does not converge",
        where="survival",
        remedy="take fewer covariates with --adjust: does one of them part those with an event from all others?",
    )


def early_and_late(rows: pl.DataFrame, covariates: list[str]) -> tuple[float, Hazard | None, Hazard | None]:
    """Hazard of the first covariate before and after the median time of an event: what a mean ratio may hide.

    Returns
    -------
    days, before, after; ``None`` where a part has too few events
    """
    cut = float(rows.filter("event")["days"].median() or 0.0)  # type: ignore[arg-type]
    before = rows.with_columns(event=pl.col("event") & (pl.col("days") <= cut), days=pl.col("days").clip(0, cut))
    after = rows.filter(pl.col("days") > cut).with_columns(days=pl.col("days") - cut)
    return cut, _tried(before, covariates), _tried(after, covariates)


def _tried(rows: pl.DataFrame, covariates: list[str]) -> Hazard | None:
    try:
        return cox(rows, covariates)[0]
    except InputError:
        return None
