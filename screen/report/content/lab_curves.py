"""A curve as a lab report shows it: its figures, its line and the means of its doses."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import Any

import polars as pl

WORKS = 0.5
"""Half of the signal or more gone at the highest dose: with the whole interval of the area above 0, it worked."""
STEPS = 24


@dataclass(frozen=True, kw_only=True)
class CurveRow:
    """One treatment on one organoid."""

    organoid_id: str
    name: str
    drug_ids: tuple[str, ...]
    set_name: str
    mechanism: str
    plates: str
    doses: int
    wells: int
    dose_unit: str
    """uM, or relative."""
    dose_low: float
    dose_high: float
    code: str
    reason: str
    area: float
    """Above the curve, higher is more sensitive."""
    low: float | None
    high: float | None
    range_share: float | None
    """Of the training screen's doses (log), tested; None: not known, the area is over the doses tested."""
    ic50: str
    """With its unit and censoring; '' where there is none."""
    emax: float
    hill: float | None
    gr_max: float | None
    hook: bool
    verdict: str
    worked: bool
    heights: tuple[float, ...]
    """Viability of the fitted curve at 25 doses, evenly over log dose."""
    points: tuple[tuple[float, float], ...]
    """Dose and mean viability."""


def curve_rows_of(curves: pl.DataFrame, wells: pl.DataFrame, plates: pl.DataFrame) -> list[CurveRow]:
    """The rows of these curves, in their order."""
    points = _points(wells, plates)
    return [
        _row(row, points.get((row["organoid_id"], row["batch"], row["treatment"]), ())) for row in curves.to_dicts()
    ]


def _points(
    wells: pl.DataFrame, plates: pl.DataFrame
) -> Mapping[tuple[str, str, str], tuple[tuple[float, float], ...]]:
    known = plates.select("plate_id", "organoid_id", "layout", "verdict")
    held = wells.filter(
        (pl.col("role") == "test") & pl.col("viability").is_not_null() & (pl.col("doses").list.len() > 0)
    )
    joined = held.join(known, on="plate_id").with_columns(dose=pl.col("doses").list.first())
    key = ["organoid_id", "layout", "treatment"]
    sound = joined.filter(pl.col("verdict") != "fail")
    rest = joined.join(sound.select(key).unique(), on=key, how="anti")
    means = pl.concat([sound, rest]).group_by(*key, "dose").agg(pl.col("viability").mean()).sort(*key, "dose")
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for organoid, layout, treatment, dose, mean in means.iter_rows():
        found.setdefault((organoid, layout, treatment), []).append((dose, mean))
    return {name: tuple(values) for name, values in found.items()}


def _row(row: Mapping[str, Any], points: tuple[tuple[float, float], ...]) -> CurveRow:
    sure = row["aac_low"] is not None and row["aac_low"] > 0
    return CurveRow(
        organoid_id=row["organoid_id"],
        name=" + ".join(row["drug_names"]),
        drug_ids=tuple(row["drug_ids"]),
        set_name=row["set_name"] or "",
        mechanism=row["mechanism"] or "not stated",
        plates=row["plates"],
        doses=row["doses"],
        wells=row["wells"],
        dose_unit=row["dose_unit"],
        dose_low=row["dose_low"],
        dose_high=row["dose_high"],
        code=row["model_code"],
        reason=row["reason"],
        area=row["aac"],
        low=row["aac_low"],
        high=row["aac_high"],
        range_share=row["range_share"],
        ic50=_ic50(row),
        emax=row["emax"],
        hill=row["hill"],
        gr_max=row["gr_max"],
        hook=row["hook"],
        verdict=row["verdict"],
        worked=bool(sure and row["emax"] <= WORKS and row["verdict"] != "fail"),
        heights=_heights(row),
        points=points,
    )


def _ic50(row: Mapping[str, Any]) -> str:
    return "" if row["ic50_uM"] is None else f"{row['ic50_censored']} {row['ic50_uM']:.2g} µM".strip()


def _heights(row: Mapping[str, Any]) -> tuple[float, ...]:
    if row["ec50"] is None:
        return (row["top"],) * (STEPS + 1)
    low, high, middle = (log10(row[name]) for name in ("dose_low", "dose_high", "ec50"))
    doses = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    drop = row["top"] - row["e_inf"]
    return tuple(row["top"] - drop / (1 + 10 ** (-row["hill"] * (dose - middle))) for dose in doses)
