"""A plate as rows of the store: identity, wells with their flags, verdict."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from screen.results.layouts import Layout
from screen.results.normalising import Normalised
from screen.results.plate_quality import Quality, outlying
from screen.results.readers.plate_read import Place, PlateRead, well_name

_TEXTS = pl.List(pl.String)
WELL_TYPES: dict[str, Any] = {
    "row_number": pl.Int32,
    "col_number": pl.Int32,
    "treatment": pl.String,
    "set_name": pl.String,
    "mechanism": pl.String,
    "drug_ids": _TEXTS,
    "drug_names": _TEXTS,
    "doses": pl.List(pl.Float64),
    "replicate": pl.Int32,
    "vehicle_pct": pl.Float64,
    "dose_unit": pl.String,
    "raw": pl.Float64,
    "viability": pl.Float64,
    "flags": _TEXTS,
}
NOT_DISPENSED = "not dispensed"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a plate comes from, and whose it is."""

    path: Path
    sha256: str
    format: str
    lab: str
    organoid_id: str
    patient_id: str


def plate_id(origin: Origin, read: PlateRead, layout: Layout) -> str:
    """Identity: the same bytes, plate, layout, lab and organoid are the same plate."""
    parts = [
        origin.sha256,
        read.plate,
        layout.layout_id,
        layout.plate,
        origin.lab,
        origin.organoid_id,
        origin.patient_id,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def plate_row(
    origin: Origin, read: PlateRead, layout: Layout, normalised: Normalised, quality: Quality
) -> dict[str, Any]:
    """One row of ``lab_plates`` without ``added``."""
    seen = quality.patterns
    return {
        "plate_id": plate_id(origin, read, layout),
        "file_name": origin.path.name,
        "file_sha256": origin.sha256,
        "file_format": origin.format,
        "plan": layout.plan,
        "layout": layout.layout_id,
        "plate": read.plate or layout.plate or origin.path.stem,
        "lab": origin.lab,
        "assay": read.assay,
        "organoid_id": origin.organoid_id,
        "patient_id": origin.patient_id,
        "purpose": layout.purpose,
        "n_rows": read.values.shape[0],
        "n_cols": read.values.shape[1],
        "dose_unit": layout.dose_unit,
        "verdict": quality.verdict,
        "reason": quality.reason,
        "killing_control": quality.killing_control,
        "z_prime": _number(quality.z_prime),
        "ssmd": _number(quality.ssmd),
        "signal_to_background": _number(quality.signal_to_background),
        "replicate_cv": _number(quality.replicate_cv),
        "vehicle_cv": _number(quality.vehicle_cv),
        "edge_effect": _number(seen.edge),
        "edge_p": _number(seen.edge_p),
        "row_p": _number(seen.row_p),
        "col_p": _number(seen.col_p),
        "nrfe": _number(seen.plate_error),
        "vehicle_error": _number(normalised.vehicle_error),
    }


PLATE_TYPES: dict[str, Any] = {
    "plan": pl.String,
    "killing_control": pl.String,
    "n_rows": pl.Int32,
    "n_cols": pl.Int32,
    **dict.fromkeys(
        (
            "z_prime",
            "ssmd",
            "signal_to_background",
            "replicate_cv",
            "vehicle_cv",
            "edge_effect",
            "edge_p",
            "row_p",
            "col_p",
            "nrfe",
            "vehicle_error",
        ),
        pl.Float64,
    ),
}


def well_rows(
    identity: str,
    read: PlateRead,
    layout: Layout,
    normalised: Normalised,
    quality: Quality,
    not_dispensed: Mapping[Place, str],
) -> list[dict[str, Any]]:
    """Rows of ``lab_wells``: every well of the layout."""
    rows, cols = read.values.shape
    far = outlying(quality.patterns)
    found = []
    for place, well in sorted(layout.wells.items()):
        raw = read.values[place[0] - 1, place[1] - 1] if place[0] <= rows and place[1] <= cols else np.nan
        flags = list(normalised.flags[place])
        flags += [far[place]] if place in far else []
        flags += [f"{NOT_DISPENSED}: {not_dispensed[place]}"] if place in not_dispensed else []
        found.append(
            {
                "plate_id": identity,
                "well": well_name(*place),
                "row_number": place[0],
                "col_number": place[1],
                "role": well.role,
                "treatment": well.treatment,
                "set_name": well.set_name,
                "mechanism": well.mechanism,
                "drug_ids": list(well.drug_ids),
                "drug_names": list(well.drug_names),
                "doses": list(well.doses),
                "replicate": well.replicate,
                "vehicle_pct": well.vehicle_pct,
                "dose_unit": well.dose_unit,
                "raw": _number(float(raw)),
                "viability": _number(normalised.viability[place]),
                "flags": flags,
            }
        )
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
