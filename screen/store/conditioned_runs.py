"""Rankings that have learned from a patient's plates: stored beside those without results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.store import audit
from screen.store.database import Store
from screen.store.runs import Run
from screen.store.tombstones import erased


@dataclass(frozen=True)
class ConditionedRun:
    """One patient's ranking with results."""

    run: Run
    base_run_id: str
    patient_id: str
    conditioned_on: Mapping[str, Any]
    """JSON-able; see :func:`screen.ranking.conditioned_ranking.condition_patient`."""
    scores: pl.DataFrame
    """Rows of ``scores`` without run_id."""
    updates: pl.DataFrame
    """Rows of ``score_updates`` without run_id."""


def save_conditioned_run(store: Store, made: ConditionedRun) -> None:
    """Store it, in place of itself if it is there already; it becomes the patient's newest.

    Raises
    ------
    StoreError
        The patient was erased meanwhile: nothing is stored.
    """
    run = made.run
    with store.transaction():
        if erased(store, [made.patient_id]):
            raise StoreError("the patient was erased while being ranked: nothing is stored", where=str(store.path))
        ranked = store.scalar("SELECT coalesce(max(ranked), 0) + 1 FROM runs")
        for table in ("runs", "conditioned_runs", "run_patients", "scores", "score_updates", "heard_alterations"):
            store.run(f"DELETE FROM {table} WHERE run_id = $run", run=run.run_id)
        store.run(
            "INSERT INTO runs VALUES ($run, $code, $model, $settings, $ranked)",
            run=run.run_id,
            code=run.indication,
            model=run.model_id,
            settings=json.dumps(run.settings, sort_keys=True),
            ranked=ranked,
        )
        store.run(
            "INSERT INTO conditioned_runs VALUES ($run, $patient, $base, $on)",
            run=run.run_id,
            patient=made.patient_id,
            base=made.base_run_id,
            on=json.dumps(dict(made.conditioned_on), sort_keys=True),
        )
        for table in ("run_patients", "heard_alterations"):
            store.run(
                f"""INSERT INTO {table} SELECT * REPLACE ($run AS run_id) FROM {table}
                    WHERE run_id = $base AND patient_id = $patient""",
                run=run.run_id,
                base=made.base_run_id,
                patient=made.patient_id,
            )
        for table, rows in (("scores", made.scores), ("score_updates", made.updates)):
            store.append(table, rows.with_columns(run_id=pl.lit(run.run_id)))
        audit.record(store, "rank with results", run_id=run.run_id, base=made.base_run_id, indication=run.indication)


def newest_update(store: Store, code: str, patient_id: str) -> str | None:
    """Id of the patient's newest ranking with results; ``None`` where there is none."""
    found = store.scalar(
        "SELECT run_id FROM current_updates WHERE indication = $code AND of_patient = $patient",
        code=code,
        patient=patient_id,
    )
    return None if found is None else str(found)
