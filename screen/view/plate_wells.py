"""The wells of an organoid plan: plates as tables in which a treatment lights up its wells."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from screen.report.content.plate_section import SIGNS
from screen.store.plans import load_plan
from screen.view.reading import Reading
from screen.view.tables import Column, TableKind

_WELLS = """
SELECT w.plate, w.well, w.row_number, w.col_number, w.role, w.treatment,
       coalesce(list_aggregate(t.drug_names, 'string_agg', ' + '), '') AS drug_name, t.drug_ids[1] AS drug_id,
       t.mechanism, w.target_uM, w.replicate, w.vehicle_pct, w.volume_nL
FROM plan_wells w LEFT JOIN plan_treatments t ON t.plan_id = w.plan_id AND t.treatment = w.treatment AND t.chosen
WHERE w.plan_id = $plan ORDER BY w.plate, w.row_number, w.col_number
"""


@dataclass(frozen=True)
class Well:
    """One well as shown."""

    well: str
    role: str
    treatment: str
    says: str
    """What stands in it."""
    name: str
    """All of it, in words."""
    lit: bool
    """Holds the treatment chosen."""


@dataclass(frozen=True)
class Plate:
    """A plate as shown."""

    name: str
    columns: int
    rows: tuple[tuple[str, tuple[Well, ...]], ...]
    """Letter and wells."""


def plan_wells(reading: Reading, fields: Mapping[str, str]) -> pl.DataFrame:
    """Every well of a plan, or those of one treatment.

    Raises
    ------
    StoreError
        There is no such plan.
    """
    plan = load_plan(reading.store, fields.get("plan", ""))
    rows = reading.store.sql(_WELLS, plan=plan.plan_id)
    if fields.get("treatment"):
        rows = rows.filter(pl.col("treatment") == fields["treatment"])
    return rows


def plates(reading: Reading, plan: str, treatment: str) -> tuple[Plate, ...]:
    """The plates of a plan; wells of ``treatment`` are lit."""
    rows = plan_wells(reading, {"plan": plan})
    return tuple(
        Plate(str(name), int(str(of["col_number"].max())), tuple(_lines(of, treatment)))
        for (name,), of in rows.group_by("plate", maintain_order=True)
    )


def _lines(rows: pl.DataFrame, treatment: str) -> list[tuple[str, tuple[Well, ...]]]:
    lines: dict[str, list[Well]] = {}
    for row in rows.to_dicts():
        code, dose = row["treatment"] or "", row["target_uM"]
        says = code or SIGNS.get(row["role"], row["role"])
        name = f"{row['well']}: {row['drug_name'] or row['role'].replace('_', ' ')}"
        if dose is not None:
            name += f", {dose:.3g} µM, replicate {row['replicate']}"
        well = Well(row["well"], row["role"], code, says, name, bool(code) and code == treatment)
        lines.setdefault(row["well"].rstrip("0123456789"), []).append(well)
    return [(letter, tuple(wells)) for letter, wells in lines.items()]


WELLS = TableKind(
    name="wells",
    title="Wells of a plan",
    says="Dose: of each drug of the well, before rounding to whole droplets. Vehicle: percent of the well's volume.",
    fields={"plan": "organoid", "treatment": ""},
    rows=plan_wells,
    columns=(
        Column("plate", "Plate"),
        Column("well", "Well"),
        Column("role", "Role"),
        Column("treatment", "Treatment"),
        Column("drug_name", "Drug"),
        Column("mechanism", "Mechanism"),
        Column("target_uM", "Dose, µM", "number"),
        Column("replicate", "Replicate", "whole"),
        Column("vehicle_pct", "Vehicle, %", "number"),
        Column("volume_nL", "Volume, nL", "whole"),
    ),
)
