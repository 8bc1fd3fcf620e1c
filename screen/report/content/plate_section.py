"""Doses, controls, plates and source wells of an organoid plan, as its pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.report.content import glossary
from screen.report.drawing.plate_map import PlateMap, WellMark
from screen.store.plans import Plan

ROLES = {
    "vehicle": "vehicle without drug, cells",
    "positive": "kills every cell",
    "untreated": "cells, nothing added",
    "blank": "medium and matrix, no cells",
    "time_zero": "cells, read when the drugs go on",
    "edge": "outermost wells, medium only",
    "unused": "inner wells left over, medium only",
}
SIGNS = {"untreated": "cells", "blank": "blank", "time_zero": "T0", "edge": "", "unused": "–"}
"""What a well says on the map."""


@dataclass(frozen=True, kw_only=True)
class Dose:
    """How a dose is made from one kind of source."""

    target_uM: float
    dose_uM: float
    vehicle: str
    source_mM: float
    source_plate: str
    volume_nL: float
    percent: float
    """Of the well's volume."""
    compounds: int
    over: bool
    """More DMSO than the limit."""


@dataclass(frozen=True, kw_only=True)
class LadderRow:
    """The doses of one drug of a treatment."""

    code: str
    name: str
    given_uM: tuple[float, ...]
    """After rounding to whole droplets, ascending."""
    says: str
    """What they stand on."""


@dataclass(frozen=True)
class Control:
    """Wells of one control, plate by plate."""

    sign: str
    says: str
    wells: tuple[int, ...]


@dataclass(frozen=True)
class SourceRow:
    """A compound's wells on the source plates."""

    well: str
    name: str
    vehicle: str
    strengths: tuple[str, ...]
    """Stock, 1:10 to 1:10,000: ``10 mM, 30 uL``; empty where not needed."""


def doses(plan: Plan) -> tuple[Dose, ...]:
    """The ladder of doses, one line each way a dose is made, by vehicle and dose."""
    rows = (
        plan.transfers.filter(pl.col("drug_id").is_not_null())
        .group_by("vehicle", "target_uM", "dose_uM", "source_mM", "source_plate", "volume_nL")
        .agg(compounds=pl.col("drug_id").n_unique())
        .sort("vehicle", "target_uM", "source_mM", "volume_nL")
    )
    well = plan.request["well_uL"] * 1000
    limit = plan.request["dmso_limit_pct"]
    return tuple(
        Dose(
            target_uM=r["target_uM"],
            dose_uM=r["dose_uM"],
            vehicle=r["vehicle"],
            source_mM=r["source_mM"],
            source_plate=r["source_plate"],
            volume_nL=r["volume_nL"],
            percent=r["volume_nL"] / well * 100,
            compounds=r["compounds"],
            over=r["vehicle"] == "DMSO" and r["volume_nL"] / well * 100 > limit,
        )
        for r in rows.to_dicts()
    )


def ladder_rows(plan: Plan) -> tuple[LadderRow, ...]:
    """A line a treatment and drug."""
    ladders, rows = plan.request["ladders"], []
    given = (
        plan.wells.filter(pl.col("role") == "test")
        .sort("target_uM")
        .unique(["treatment", "target_uM"], maintain_order=True)
    )
    for treatment in plan.treatments.filter("chosen").to_dicts():
        wells = given.filter(pl.col("treatment") == treatment["treatment"])["doses_uM"].to_list()
        for place, name in enumerate(treatment["drug_names"]):
            rows.append(
                LadderRow(
                    code=treatment["treatment"],
                    name=name,
                    given_uM=tuple(doses[place] for doses in wells),
                    says=ladders[treatment["treatment"]]["says"][place] if ladders else "as planned",
                )
            )
    return tuple(rows)


def controls(plan: Plan) -> tuple[Control, ...]:
    """Wells of each control, one count a plate."""
    fluids = _fluids(plan)
    plates = plan.wells["plate"].unique(maintain_order=True).to_list()
    counts: dict[tuple[str, str], dict[str, int]] = {}
    order = {role: i for i, role in enumerate(ROLES)}
    rows = [row for row in plan.wells.to_dicts() if row["role"] in ROLES]
    for row in sorted(rows, key=lambda r: (order[r["role"]], r["vehicle_pct"])):
        key = (" ".join(_lines(row, fluids)).strip() or "no text", ROLES[row["role"]])
        held = counts.setdefault(key, dict.fromkeys(plates, 0))
        held[row["plate"]] += 1
    return tuple(Control(sign, says, tuple(wells.values())) for (sign, says), wells in counts.items())


def plate_maps(plan: Plan) -> tuple[PlateMap, ...]:
    """One drawing a plate."""
    fluids = _fluids(plan)
    sets = dict(plan.treatments.select("treatment", "set_name").iter_rows())
    maps = []
    for (name,), wells in plan.wells.group_by("plate", maintain_order=True):
        rows = wells.to_dicts()
        roles = wells.filter(~pl.col("role").is_in(["edge", "unused"]))["role"].value_counts(name="n")
        by_count = sorted(roles.rows(), key=_most_first)
        counted = (glossary.count(n, f"{role.replace('_', ' ')} well") for role, n in by_count)
        cells = tuple(_cell(row, fluids, sets) for row in rows)
        maps.append(
            PlateMap(
                name=str(name),
                rows=max(c.row for c in cells),
                cols=max(c.col for c in cells),
                says=f"plate {name}: {', '.join(counted)}",
                cells=cells,
            )
        )
    return tuple(maps)


def _cell(well: Mapping[str, Any], fluids: Mapping[tuple[str, str], str], sets: Mapping[str, str]) -> WellMark:
    first, second = _lines(well, fluids)
    kind = sets[well["treatment"]] if well["treatment"] else well["role"]
    return WellMark(row=well["row_number"], col=well["col_number"], kind=kind, first=first, second=second)


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def source_rows(plan: Plan) -> tuple[SourceRow, ...]:
    """Source wells, a line a compound and well, its strengths side by side."""
    held: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    for row in plan.sources.to_dicts():
        held.setdefault((row["plate"].split("-")[0], row["well"]), {})[row["level"]] = row
    rows = []
    for levels in held.values():
        first = next(iter(levels.values()))
        name = first["name"] if first["drug_id"] else f"{first['vehicle']} alone"
        rows.append(
            SourceRow(f"{first['plate'].split('-')[0]} {first['well']}", name, first["vehicle"], _strengths(levels))
        )
    return tuple(rows)


def _strengths(levels: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    if 0 in levels:
        return (f"{levels[0]['fill_uL']:g} µL", "", "", "", "")
    steps = (1, 10, 100, 1000, 10_000)
    return tuple(f"{levels[n]['stock_mM']:g} mM, {levels[n]['fill_uL']:g} µL" if n in levels else "" for n in steps)


def _fluids(plan: Plan) -> dict[tuple[str, str], str]:
    """(plate, well) -> vehicle of the transfers without a drug."""
    alone = plan.transfers.filter(pl.col("drug_id").is_null()).select("plate", "well", "vehicle")
    return {(plate, well): vehicle for plate, well, vehicle in alone.rows()}


def _short_dose(dose_uM: float) -> str:
    """uM, or nM where that is shorter: ``5``, ``2.9n``."""
    return f"{dose_uM:g}" if dose_uM >= 0.1 else f"{dose_uM * 1000:.3g}n"


def _lines(well: Mapping[str, Any], fluids: Mapping[tuple[str, str], str]) -> Sequence[str]:
    """The two lines a well shows."""
    role = well["role"]
    if role == "test":
        return well["treatment"], f"{_short_dose(well['target_uM'])} r{well['replicate']}"
    if role == "vehicle":
        fluid = fluids[well["plate"], well["well"]]
        return fluid, f"{well['vehicle_pct']:.3g}%" if fluid == "DMSO" else f"{well['volume_nL']:.0f} nL"
    if role == "positive":
        return "kill", f"{well['target_uM']:g} µM"
    return SIGNS[role], ""
