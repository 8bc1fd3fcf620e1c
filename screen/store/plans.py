"""Keep a planned test set, down to each well, under an id its results come back with."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.store import audit
from screen.store.database import Store
from screen.store.tombstones import erased

BARCODE_DIGITS = 8
"""Digits of a plan's id that its barcodes and its folder begin with: by them its plates come back."""
PARTS = ("treatments", "wells", "sources", "transfers", "compounds")
"""Tables ``plan_...``, each a frame of a plan."""
_ORDER = {
    "treatments": "NOT chosen, set_name, len(treatment), treatment",
    "wells": "plate, row_number, col_number",
    "sources": "rowid",
    "transfers": "step",
    "compounds": "rowid",
}


@dataclass(frozen=True)
class Plan:
    """One planned test set."""

    plan_id: str
    """16 hex digits over all of it."""
    indication: str
    patient_id: str | None
    """None: for the cohort."""
    run_id: str
    """The ranking it was chosen from."""
    request: Mapping[str, Any]
    """What was requested."""
    cautions: tuple[str, ...]
    """``topic: text``."""
    method: tuple[str, ...]
    """The same: how it was chosen and laid out."""
    treatments: pl.DataFrame
    wells: pl.DataFrame
    sources: pl.DataFrame
    transfers: pl.DataFrame
    compounds: pl.DataFrame
    """Rows of the table ``plan_...``, without plan_id."""


def plan_id(
    indication: str, patient_id: str | None, run_id: str, request: Mapping[str, Any], frames: Mapping[str, pl.DataFrame]
) -> str:
    """Identity of a plan: the same choice, wells and volumes have the same id."""
    digest = hashlib.sha256(json.dumps([indication, patient_id, run_id, dict(request)], sort_keys=True).encode())
    for name in PARTS:
        digest.update(json.dumps(frames[name].rows(), default=str).encode())
    return digest.hexdigest()[:16]


def save_plan(store: Store, plan: Plan) -> None:
    """Store a plan, in place of itself if it is there already; it becomes the newest.

    The newest as it stands is left alone: a call that is run again after a kill leaves what one call leaves.

    Raises
    ------
    StoreError
        Its patient was erased meanwhile.
    """
    with store.transaction():
        if plan.patient_id and erased(store, [plan.patient_id]):
            raise StoreError("the patient was erased: the plan is not stored", where=str(store.path))
        if _is_newest(store, plan):
            return
        planned = store.scalar("SELECT coalesce(max(planned), 0) + 1 FROM plans")
        for table in ("plans", *(f"plan_{part}" for part in PARTS)):
            store.run(f"DELETE FROM {table} WHERE plan_id = $id", id=plan.plan_id)
        store.append(
            "plans",
            pl.DataFrame(
                [
                    {
                        "plan_id": plan.plan_id,
                        "indication": plan.indication,
                        "patient_id": plan.patient_id,
                        "run_id": plan.run_id,
                        "request": json.dumps(dict(plan.request), sort_keys=True),
                        "cautions": list(plan.cautions),
                        "method": list(plan.method),
                        "planned": planned,
                    }
                ],
                schema_overrides={"cautions": pl.List(pl.String), "patient_id": pl.String},
            ),
        )
        for part in PARTS:
            frame: pl.DataFrame = getattr(plan, part)
            store.append(f"plan_{part}", frame.with_columns(plan_id=pl.lit(plan.plan_id)))
        audit.record(store, "plan", plan_id=plan.plan_id, indication=plan.indication, run_id=plan.run_id)


def _is_newest(store: Store, plan: Plan) -> bool:
    """Whether the plan made last is this one, its words included, which its id does not hold."""
    last = store.sql("SELECT plan_id, cautions, method FROM plans ORDER BY planned DESC LIMIT 1")
    return last.rows() == [(plan.plan_id, list(plan.cautions), list(plan.method))]


def load_plan(store: Store, plan: str) -> Plan:
    """The plan of this id.

    Raises
    ------
    StoreError
        There is none.
    """
    rows = store.sql(
        "SELECT indication, patient_id, run_id, request, cautions, method FROM plans WHERE plan_id = $id", id=plan
    )
    if rows.is_empty():
        raise StoreError(f"no plan {plan!r}", where=str(store.path), remedy="make one: crescreen organoid plan CODE")
    indication, patient_id, run_id, request, cautions, method = rows.row(0)
    frames = {
        part: store.sql(
            f"SELECT * EXCLUDE plan_id FROM plan_{part} WHERE plan_id = $id ORDER BY {_ORDER[part]}", id=plan
        )
        for part in PARTS
    }
    return Plan(plan, indication, patient_id, run_id, json.loads(request), tuple(cautions), tuple(method), **frames)
