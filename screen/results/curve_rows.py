"""The curves and combinations of one batch: plates of one organoid with one layout, in one lab and assay."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from screen.dose_response.combinations import excess
from screen.dose_response.curves import Fitted, fit
from screen.dose_response.growth import dead_scaled, growth_metrics, growth_rate
from screen.results.normalising import MOST
from screen.results.plate_rows import NOT_DISPENSED

Range = tuple[float, float]
_TEXTS = pl.List(pl.String)
_NO_RANGE: Range = (float("nan"), float("nan"))
CURVE_TYPES: dict[str, Any] = {
    "plan": pl.String,
    "set_name": pl.String,
    "mechanism": pl.String,
    "drug_ids": _TEXTS,
    "drug_names": _TEXTS,
    "doses": pl.Int32,
    "wells": pl.Int32,
    **dict.fromkeys(
        (
            *("p_value", "e_inf", "ec50", "hill", "aac_low", "aac_high", "aac_sd", "ic50_uM", "auc_gdsc_sd"),
            *("range_share", "gr_aoc", "gr50_uM", "gr_max", "nogr_max"),
        ),
        pl.Float64,
    ),
}
PAIR_TYPES: dict[str, Any] = {
    "drug_names": _TEXTS,
    "dose_pairs": pl.Int32,
    **dict.fromkeys(("bliss", "bliss_low", "bliss_high", "hsa", "hsa_low", "hsa_high"), pl.Float64),
}


@dataclass(frozen=True)
class Batch:
    """Plates whose wells make one set of curves."""

    lab: str
    assay: str
    layout: str
    organoid_id: str
    plates: pl.DataFrame
    """Rows of ``lab_plates``."""
    wells: pl.DataFrame
    """Rows of ``lab_wells`` of these plates."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """lab, assay, batch, organoid."""
        return self.lab, self.assay, self.layout, self.organoid_id


@dataclass(frozen=True)
class _Series:
    """One treatment's wells."""

    treatment: str
    rows: list[dict[str, Any]]
    plates: list[dict[str, Any]]
    verdict: str


def curve_rows(batch: Batch, ranges: Mapping[str, Range]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``lab_curves`` and of ``lab_combinations``.

    A failed plate's wells are left out where the treatment lies on another plate too; a treatment on failed plates
    alone keeps its curve, marked ``fail``.

    Parameters
    ----------
    ranges : drug id -> lowest and highest dose (uM) of the training screen
    """
    all_series = _series(batch)
    if not all_series:
        return pl.DataFrame(), pl.DataFrame()
    units = [series.rows[0]["dose_unit"] or str(batch.plates["dose_unit"][0]) for series in all_series]
    spans = [
        _range(series, ranges) if unit == "uM" else _NO_RANGE for series, unit in zip(all_series, units, strict=True)
    ]
    identities = [_identity(batch, series.treatment) for series in all_series]
    fitted = fit(
        [(_doses(series), _viabilities(series)) for series in all_series],
        ranges=spans,
        keys=identities,
        vehicle_error=[_vehicle_error(series) for series in all_series],
    )
    starts = _starts(batch)
    rows = [
        _row(batch, series, identities[at], fitted, at, spans[at], units[at], starts)
        for at, series in enumerate(all_series)
        if fitted.points.doses[at] > 0
    ]
    pairs = [_pair(batch, series, all_series) for series in all_series if len(series.rows[0]["drug_names"]) == 2]
    return pl.DataFrame(rows, schema_overrides=CURVE_TYPES), pl.DataFrame(pairs, schema_overrides=PAIR_TYPES)


def _identity(batch: Batch, treatment: str) -> str:
    return hashlib.sha256("\x1f".join((*batch.key, treatment)).encode()).hexdigest()[:16]


def _series(batch: Batch) -> list[_Series]:
    plates = {row["plate_id"]: row for row in batch.plates.to_dicts() if row["purpose"] == "treated"}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in batch.wells.to_dicts():
        given = row["role"] == "test" and row["doses"] and row["viability"] is not None
        if row["plate_id"] in plates and given and not any(flag.startswith(NOT_DISPENSED) for flag in row["flags"]):
            found.setdefault(row["treatment"], []).append(row)
    return [_usable(treatment, rows, plates) for treatment, rows in sorted(found.items())]


def _usable(treatment: str, rows: list[dict[str, Any]], plates: Mapping[str, dict[str, Any]]) -> _Series:
    sound = [row for row in rows if plates[row["plate_id"]]["verdict"] != "fail"]
    taken = sound or rows
    held = [plates[one] for one in dict.fromkeys(row["plate_id"] for row in taken)]
    worst = next(grade for grade in ("fail", "look", "pass") if any(one["verdict"] == grade for one in held))
    return _Series(treatment, taken, held, worst)


def _doses(series: _Series) -> np.ndarray:
    return np.array([row["doses"][0] for row in series.rows])


def _viabilities(series: _Series) -> np.ndarray:
    return np.asarray(np.minimum(np.array([row["viability"] for row in series.rows]), MOST))


def _vehicle_error(series: _Series) -> float:
    errors = [one["vehicle_error"] or 0.0 for one in series.plates]
    return math.sqrt(sum(error**2 for error in errors)) / len(errors)


def _range(series: _Series, ranges: Mapping[str, Range]) -> Range:
    ids = series.rows[0]["drug_ids"]
    return ranges.get(ids[0], _NO_RANGE) if len(ids) == 1 else _NO_RANGE


def _starts(batch: Batch) -> dict[str, float]:
    """plate_id -> signal at time zero over the plate's vehicle at the end; without a time-zero plate empty."""
    at_start = batch.plates.filter(pl.col("purpose") == "time_zero")["plate_id"].to_list()
    zero = _level(batch.wells.filter(pl.col("plate_id").is_in(at_start)), "time_zero")
    if zero is None:
        return {}
    found = {}
    for one in batch.plates.filter(pl.col("purpose") == "treated")["plate_id"]:
        level = _level(batch.wells.filter(pl.col("plate_id") == one), "vehicle")
        if level is not None and level > 0:
            found[one] = zero / level
    return found


def _level(wells: pl.DataFrame, role: str) -> float | None:
    """Median signal of a role's wells less that of the blanks."""
    held = wells.filter((pl.col("role") == role) & pl.col("raw").is_not_null())["raw"]
    blank = wells.filter((pl.col("role") == "blank") & pl.col("raw").is_not_null())["raw"]
    middle = held.median()
    return None if middle is None else float(middle) - float(blank.median() or 0.0)  # type: ignore[arg-type]


def _row(
    batch: Batch,
    series: _Series,
    identity: str,
    fitted: Fitted,
    at: int,
    span: Range,
    unit: str,
    starts: Mapping[str, float],
) -> dict[str, Any]:
    first, points, curve = series.rows[0], fitted.points, fitted.choice.curve
    shaped = fitted.choice.codes[at].startswith("hill")
    last = int(points.doses[at]) - 1
    low, high = (10 ** points.log_dose[at, place] for place in (0, last))
    absolute, relative = _ic50(fitted, at, unit)
    return {
        "curve_id": identity,
        "lab": batch.lab,
        "assay": batch.assay,
        "batch": batch.layout,
        "plan": batch.plates["plan"][0],
        "organoid_id": batch.organoid_id,
        "patient_id": batch.plates["patient_id"][0],
        "plates": "+".join(sorted(one["plate"] for one in series.plates)),
        "treatment": series.treatment,
        "set_name": first["set_name"],
        "mechanism": first["mechanism"],
        "drug_ids": first["drug_ids"],
        "drug_names": first["drug_names"],
        "dose_unit": unit,
        "doses": last + 1,
        "wells": len(series.rows),
        "dose_low": low,
        "dose_high": high,
        "aac_low_dose": 10 ** fitted.shared.low[at],
        "aac_high_dose": 10 ** fitted.shared.high[at],
        "model_code": fitted.choice.codes[at],
        "reason": "; ".join(part for part in (fitted.choice.reasons[at], relative) if part),
        "p_value": _number(fitted.choice.p[at]),
        "top": curve.top[at],
        "e_inf": _number(fitted.e_inf[at]),
        "ec50": 10 ** curve.log_ec50[at] if shaped else None,
        "hill": curve.slope[at] if shaped else None,
        "rmse": math.sqrt(curve.error[at] / max(points.wells[at].sum(), 1.0)),
        "emax": fitted.emax[at],
        "hook": fitted.hook[at],
        "aac": fitted.aac[at],
        "aac_low": _number(fitted.aac_low[at]),
        "aac_high": _number(fitted.aac_high[at]),
        "aac_sd": _number(fitted.aac_sd[at]),
        "ic50_uM": absolute,
        "ic50_censored": fitted.ic50_censored[at] if absolute is not None else "",
        "auc_gdsc": fitted.auc_gdsc[at],
        "auc_gdsc_sd": _number(fitted.auc_gdsc_sd[at]),
        "range_share": _share(span, low, high),
        **_growth(series, starts),
        "verdict": series.verdict,
    }


def _ic50(fitted: Fitted, at: int, unit: str) -> tuple[float | None, str]:
    if unit != "uM":
        return None, "doses are relative, their unit is not stated: no IC50, the area is over the doses tested"
    if fitted.choice.codes[at] == "mean":
        return None, ""
    return float(10 ** fitted.log_ic50[at]), ""


def _share(span: Range, low: float, high: float) -> float | None:
    if not all(map(math.isfinite, span)):
        return None
    width = math.log10(span[1] / span[0])
    shared = min(math.log10(high), math.log10(span[1])) - max(math.log10(low), math.log10(span[0]))
    return max(shared, 0.0) / width


def _growth(series: _Series, starts: Mapping[str, float]) -> dict[str, float | None]:
    held = [row for row in series.rows if row["plate_id"] in starts]
    names = ("gr_aoc", "gr50_uM", "gr_max", "nogr_max")
    if not held or any(starts[row["plate_id"]] >= 1 for row in held):
        return dict.fromkeys(names)
    start = np.array([starts[row["plate_id"]] for row in held])
    rate = growth_rate(np.array([row["viability"] for row in held]), start)
    found = growth_metrics(np.array([row["doses"][0] for row in held]), rate)
    # The signal without cells is 0 once blanks are subtracted: a dead culture's growth rate is that of nothing left.
    dead = float(np.mean(growth_rate(np.full(len(start), 1e-3), start)))
    values = (found.aoc, found.gr50, found.gr_max, float(dead_scaled(np.array([found.gr_max]), dead)[0]))
    return {name: _number(value) for name, value in zip(names, values, strict=True)}


def _pair(batch: Batch, series: _Series, others: Sequence[_Series]) -> dict[str, Any]:
    names = series.rows[0]["drug_names"]
    alone = {
        str(one.rows[0]["drug_names"][0]).lower(): _by_dose(one, 0)
        for one in others
        if len(one.rows[0]["drug_names"]) == 1
    }
    together: dict[tuple[float, float], list[float]] = {}
    for row in series.rows:
        if len(row["doses"]) == 2:
            together.setdefault((row["doses"][0], row["doses"][1]), []).append(min(row["viability"], MOST))
    one, two = (alone.get(name.lower(), {}) for name in names)
    found = excess(together, one, two)
    return {
        "organoid_id": batch.organoid_id,
        "patient_id": batch.plates["patient_id"][0],
        "lab": batch.lab,
        "batch": batch.layout,
        "plates": "+".join(sorted(one["plate"] for one in series.plates)),
        "treatment": series.treatment,
        "drug_names": names,
        "dose_pairs": found.pairs,
        **{
            name: _number(getattr(found, name))
            for name in ("bliss", "bliss_low", "bliss_high", "hsa", "hsa_low", "hsa_high")
        },
        "reading": found.reading,
    }


def _by_dose(series: _Series, drug: int) -> dict[float, list[float]]:
    found: dict[float, list[float]] = {}
    for row in series.rows:
        found.setdefault(row["doses"][drug], []).append(min(row["viability"], MOST))
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
