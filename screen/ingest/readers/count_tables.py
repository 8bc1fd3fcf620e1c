"""Cell counts with a start: GRmetrics' two shapes of one data set, controls beside each row or in rows of their own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from screen.dose_response.growth import growth_rate
from screen.errors import InputError

_BASE = ("cell_line", "treatment", "concentration", "cell_count")
_BESIDE = ("cell_count__ctrl", "cell_count__time0")
_TRIMMED = 0.25
"""Of a group of control wells this share is cut on either side before the mean, as GRmetrics does."""


def is_counts(names: Sequence[str]) -> bool:
    """Counts by treatment and concentration, with controls beside them or with times."""
    held = set(names)
    return set(_BASE) <= held and (set(_BESIDE) <= held or "time" in held)


def growth_rows(frame: pl.DataFrame, path: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """line, drug, dose (as written, taken as uM), viability and GR of every treated well; and notes.

    Where several times are in the file, the last is taken.

    Raises
    ------
    InputError
        Controls or a start are missing.
    """
    typed = frame.with_columns(
        pl.col(name).cast(pl.Float64, strict=False)
        for name in ("concentration", "cell_count", "time", "replicate", *_BESIDE)
        if name in frame.columns
    )
    whole = typed if set(_BESIDE) <= set(typed.columns) else _with_controls(typed, path)
    treated = whole.filter((pl.col("concentration") > 0) & pl.col("cell_count__ctrl").is_not_null())
    if treated.is_empty():
        raise InputError("no treated well has a control", where=str(path), remedy="is the table whole?")
    notes: tuple[str, ...] = ("concentrations have no unit: taken as uM",)
    if "time" in treated.columns and treated["time"].n_unique() > 1:
        last = float(treated["time"].to_numpy().max())
        notes = (*notes, f"several times: the last is taken, {last:g}")
        treated = treated.filter(pl.col("time") == last)
    viability = (treated["cell_count"] / treated["cell_count__ctrl"]).to_numpy()
    start = (treated["cell_count__time0"] / treated["cell_count__ctrl"]).to_numpy()
    return treated.select(
        line=pl.col("cell_line"),
        drug=pl.col("treatment"),
        dose=pl.col("concentration"),
        viability=pl.Series(viability),
        growth=pl.Series(growth_rate(viability, start)),
    ), notes


def _with_controls(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Controls in rows of their own (treatment ``-``, dose 0) beside the treated rows.

    The start of a block of wells is its rows of time 0: where they come again, another block of the line begins.
    """
    starts = frame["time"] == 0
    block = (starts & ~starts.shift(1, fill_value=False)).cum_sum()
    numbered = frame.with_columns(block=block, control=pl.col("concentration") == 0)
    zero = numbered.filter(pl.col("time") == 0).group_by("block", "cell_line").agg(cell_count__time0=_trimmed())
    keys = ["block", "cell_line", "time", *(["replicate"] if "replicate" in frame.columns else [])]
    control = numbered.filter(pl.col("control") & (pl.col("time") > 0)).group_by(keys).agg(cell_count__ctrl=_trimmed())
    if zero.is_empty() or control.is_empty():
        raise InputError(
            "no wells of time 0, or no untreated wells",
            where=str(path),
            remedy="give them as rows with concentration 0, those of the start with time 0",
        )
    treated = numbered.filter(~pl.col("control"))
    return treated.join(control, on=keys, how="left", nulls_equal=True).join(
        zero, on=["block", "cell_line"], how="left"
    )


def _trimmed() -> pl.Expr:
    return pl.col("cell_count").map_batches(
        lambda values: pl.Series([_trimmed_mean(values.to_numpy())]), returns_scalar=True, return_dtype=pl.Float64
    )


def _trimmed_mean(values: np.ndarray) -> float:
    cut = int(_TRIMMED * len(values))
    return float(np.mean(np.sort(values)[cut : len(values) - cut]))
