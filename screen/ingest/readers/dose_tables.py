"""Raw dose-response tables of published screens: wells, points or counts, fitted as a lab's own plates are.

Four shapes: GDSC's wells (controls among them, by plate), points (a dose and a viability a row), CurveCurator's input
(doses in a TOML file beside the table) and GRmetrics' counts (controls beside each row, or rows of their own).
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.dose_response.curves import fit
from screen.errors import InputError
from screen.ingest import drug_rows
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.readers.count_tables import growth_rows, is_counts
from screen.ingest.text.delimited import read_table
from screen.records import Batch, ReadOptions, drug_key

Array = NDArray[np.float64]
_GDSC = ("BARCODE", "SCAN_ID", "TAG", "DRUG_ID", "CONC", "INTENSITY")
_LINES = ("cell_line", "cell_line_id", "cell_line_name", "cosmic_id", "patient", "sample", "lab_id")
_DRUGS = ("drug", "drug_name", "inhibitor", "compound", "treatment")
_DOSES = {
    "conc_um": 1.0,
    "dose_um": 1.0,
    "concentration_um": 1.0,
    "well_concentration": 1.0,
    "dose_nm": 1e-3,
    "conc_nm": 1e-3,
}
_VIABILITIES = {"viability_pct": 0.01, "normalized_viability": 0.01, "viability": 1.0, "relative_viability": 1.0}
"""Column in lower case -> what turns it into a share of the vehicle."""
_FEWEST = 4


@dataclass(frozen=True)
class RawCurve:
    """The wells of one line and drug."""

    line: str
    drug: str
    doses: Array
    """uM."""
    viability: Array


def _columns(head: Head) -> list[str]:
    return list(pl.read_parquet_schema(head.path)) if head.magic == "parquet" else list(head.header)


def _table(head: Head) -> pl.DataFrame:
    """Every column as text."""
    if head.magic == "parquet":
        return pl.read_parquet(head.path).with_columns(pl.all().cast(pl.String))
    return read_table(head, missing=("NA", "N/A", "NaN"))[0]


def _one(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    by_lower = {name.lower(): name for name in names}
    return next((by_lower[one] for one in wanted if one in by_lower), None)


def _is_wells(head: Head) -> bool:
    return set(_GDSC) <= set(_columns(head))


def _is_points(head: Head) -> bool:
    names = _columns(head)
    return all(_one(names, tuple(wanted)) for wanted in (_LINES, _DRUGS, _DOSES, _VIABILITIES))


def _is_ratios(head: Head) -> bool:
    names = _columns(head) if head.magic in ("text", "parquet") else []
    return "Name" in names and sum(name.startswith("Raw ") for name in names) >= _FEWEST


def _read_wells(head: Head, options: ReadOptions) -> Batch:
    """GDSC's wells: less the blanks (B), over the controls (NC-1, else NC-0) of their plate."""
    frame = _table(head).with_columns(pl.col("INTENSITY", "CONC").cast(pl.Float64, strict=False))
    plate = "SCAN_ID"
    levels = [
        frame.filter(pl.col("TAG") == tag).group_by(plate).agg(pl.col("INTENSITY").mean().alias(tag))
        for tag in ("NC-1", "NC-0", "B")
    ]
    wells = frame.filter(pl.col("DRUG_ID").is_not_null() & (pl.col("CONC") > 0))
    for level in levels:
        wells = wells.join(level, on=plate, how="left")
    control, blank = pl.coalesce("NC-1", "NC-0"), pl.col("B").fill_null(0.0)
    wells = wells.with_columns(viability=((pl.col("INTENSITY") - blank) / (control - blank)).clip(0.0, 1.0))
    if wells["viability"].is_null().all():
        raise InputError("no plate has its controls (TAG NC-1 or NC-0)", where=str(head.path), remedy="is it whole?")
    line = _one(frame.columns, ("sanger_model_id", "cosmic_id", "cell_line_name")) or plate
    named = "DRUG_NAME" in frame.columns
    drug = pl.col("DRUG_NAME") if named else pl.format("GDSC drug {}", pl.col("DRUG_ID").str.replace(r"\.0$", ""))
    keyed = wells.with_columns(line=pl.col(line).str.replace(r"\.0$", ""), drug=drug, dose=pl.col("CONC"))
    notes = () if named else ("drugs are named by GDSC's DRUG_ID: the file holds no names",)
    return _batch(head, options, "gdsc-raw-wells", _curves(keyed.drop_nulls("viability")), notes)


def _read_points(head: Head, options: ReadOptions) -> Batch:
    frame = _table(head)
    names = frame.columns
    line, drug = str(_one(names, _LINES)), str(_one(names, _DRUGS))
    dose, viability = str(_one(names, tuple(_DOSES))), str(_one(names, tuple(_VIABILITIES)))
    keyed = frame.select(
        line=pl.col(line),
        drug=pl.col(drug),
        dose=pl.col(dose).cast(pl.Float64, strict=False) * _DOSES[dose.lower()],
        viability=pl.col(viability).cast(pl.Float64, strict=False) * _VIABILITIES[viability.lower()],
    )
    held = keyed.drop_nulls().filter(pl.col("dose") > 0)
    above = held.filter(pl.col("viability") > 1).height
    notes = (f"{above:,} of {held.height:,} viabilities above the vehicle's count as 1",) if above else ()
    return _batch(head, options, "dose-points", _curves(held.with_columns(pl.col("viability").clip(0.0, 1.0))), notes)


def _read_ratios(head: Head, options: ReadOptions) -> Batch:
    """CurveCurator: a row a line and drug, doses and controls in the TOML file beside it."""
    frame, about = _table(head), _parameters(head.path)
    stated = about["Experiment"]
    names = [f"Raw {number}" for number in stated["experiments"]]
    doses = np.array(stated["doses"], dtype=np.float64) * float(stated["dose_scale"]) * 1e6
    control = stated["control_experiment"]
    controls = {f"Raw {number}" for number in (control if isinstance(control, list) else [control])}
    values = frame.select(pl.col(names).cast(pl.Float64, strict=False)).to_numpy().astype(np.float64)
    vehicle = np.nanmean(values[:, [name in controls for name in names]], axis=1)
    used = doses > 0
    curves: dict[tuple[str, str], list[tuple[Array, Array]]] = {}
    for row, name in enumerate(frame["Name"]):
        line, drug = _split(str(name), head.path)
        curves.setdefault((line, drug), []).append((doses[used], values[row, used] / vehicle[row]))
    joined = [
        RawCurve(line, drug, np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts]))
        for (line, drug), parts in curves.items()
    ]
    return _batch(head, options, "curve-curator", joined, ())


def _parameters(path: Path) -> dict[str, Any]:
    for beside in sorted(path.parent.glob("*.toml")):
        try:
            about = tomllib.loads(beside.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        named = Path(str(about.get("Paths", {}).get("input_file", ""))).name
        if named and path.name.startswith(named.rsplit(".", 1)[0]):
            return about
    raise InputError(
        "the doses of this table are in CurveCurator's parameter file, which is not beside it",
        where=str(path),
        remedy="put the .toml file of the run into the same folder",
    )


def _split(name: str, path: Path) -> tuple[str, str]:
    for mark in (" ", "_"):
        line, found, drug = name.partition(mark)
        if found:
            return line, drug
    raise InputError(f"row {name!r} names no drug beside the line", where=str(path), remedy="write it LINE DRUG")


def _curves(keyed: pl.DataFrame) -> list[RawCurve]:
    """One a line and drug, of rows line, drug, dose, viability."""
    grouped = keyed.group_by("line", "drug", maintain_order=True).agg("dose", "viability")
    return [
        RawCurve(line, drug, np.array(dose), np.array(viability)) for line, drug, dose, viability in grouped.iter_rows()
    ]


def _read_counts(head: Head, options: ReadOptions) -> Batch:
    rows, notes = growth_rows(_table(head), head.path)
    return _batch(head, options, "growth-counts", _curves(rows), notes)


def _batch(head: Head, options: ReadOptions, kind: str, curves: Sequence[RawCurve], notes: Sequence[str]) -> Batch:
    """Areas and IC50s of the curves as responses."""
    dataset = options.dataset or head.path.name.split(".")[0]
    curves = sorted(curves, key=lambda one: (one.line, one.drug))
    fitted = fit([(one.doses, one.viability) for one in curves], replicas=0)
    enough = fitted.points.doses >= _FEWEST
    if not enough.any():
        raise InputError(f"no curve has {_FEWEST} doses", where=str(head.path), remedy="are line and drug named?")
    base = [
        {"line": one.line, "drug_name": one.drug, "drug_key": drug_key(one.drug), "value": float(area)}
        for one, area, used in zip(curves, fitted.auc_gdsc, enough, strict=True)
        if used
    ]
    potent = [
        {"line": one.line, "drug_name": one.drug, "drug_key": drug_key(one.drug), "value": float(dose * np.log(10.0))}
        for one, dose, censored, used in zip(curves, fitted.log_ic50, fitted.ic50_censored, enough, strict=True)
        if used and not censored
    ]
    frames = [
        pl.DataFrame(rows).with_columns(metric=pl.lit(metric))
        for metric, rows in (("AUC", base), ("LN_IC50", potent))
        if rows
    ]
    responses = pl.concat(frames).select(
        pl.lit(dataset).alias("dataset"),
        "metric",
        pl.col("line").alias("cell_line_ref"),
        "drug_key",
        "drug_name",
        "value",
        pl.lit(1, pl.Int32).alias("repeats"),
    )
    origin = "as declared" if options.dataset else "from the name of the file (--dataset says otherwise)"
    remarks = (
        *notes,
        f"{len(base):,} curves fitted from raw values: AUC over the doses tested, lower is sensitive; "
        f"{len(potent):,} have their IC50 within the doses",
        f"dataset {dataset}, {origin}",
    )
    names = responses.select(name="drug_name").unique().sort("name")
    tables = {
        "responses": responses,
        "drug_names": drug_rows.names(names, drug_rows.DRUG_TABLE),
        "response_ranges": _ranges(dataset, curves),
    }
    return Batch(kind, tables, remarks)


def _ranges(dataset: str, curves: Sequence[RawCurve]) -> pl.DataFrame:
    rows = pl.DataFrame(
        [(drug_key(one.drug), float(one.doses.min()), float(one.doses.max())) for one in curves if len(one.doses)],
        schema=["drug_key", "low_uM", "high_uM"],
        orient="row",
    )
    widest = rows.group_by("drug_key").agg(pl.col("low_uM").min(), pl.col("high_uM").max())
    held = widest.filter(pl.col("low_uM") < pl.col("high_uM")).sort("drug_key")
    return held.select(pl.lit(dataset).alias("dataset"), "drug_key", "low_uM", "high_uM")


KINDS = (
    Kind("gdsc-raw-wells", "GDSC raw wells, fitted here", _is_wells, _read_wells),
    Kind("dose-points", "dose-response points, fitted here", _is_points, _read_points),
    Kind("curve-curator", "CurveCurator input, fitted here", _is_ratios, _read_ratios),
    Kind("growth-counts", "GRmetrics counts, fitted here", lambda head: is_counts(_columns(head)), _read_counts),
)
