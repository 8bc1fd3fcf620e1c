"""Single cells in the store: listed, loaded as blocks; a patient's clones saved and loaded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.store import audit
from screen.store.database import Store
from screen.store.tombstones import erased


@dataclass(frozen=True, kw_only=True)
class StoredCells:
    """Blocks of one patient from one file."""

    blocks: pl.DataFrame
    genes: tuple[str, ...]
    source_id: str
    dataset: str


def quality(store: Store, patient_id: str | None = None) -> pl.DataFrame:
    """Rows of ``cell_quality`` with the file's name, in the order of ingest."""
    return store.sql(
        """SELECT q.*, f.name AS file FROM cell_quality q JOIN source_files f USING (source_id)
           WHERE $patient IS NULL OR q.patient_id = $patient ORDER BY f.ingested, q.patient_id""",
        patient=patient_id,
    )


def blocks_of(store: Store, patient_id: str) -> StoredCells:
    """The cells of a patient; of several files those of the one read last.

    Raises
    ------
    StoreError
        There is none.
    """
    there = store.sql(
        """SELECT b.source_id, any_value(b.dataset) AS dataset, any_value(b.gene_order_id) AS gene_order
           FROM cell_blocks b JOIN source_files f USING (source_id) WHERE b.patient_id = $patient
           GROUP BY b.source_id, f.ingested ORDER BY f.ingested DESC LIMIT 1""",
        patient=patient_id,
    )
    if there.is_empty():
        raise StoreError(
            f"no cells of patient {patient_id!r}",
            where=str(store.path),
            remedy="patients with cells are listed by: crescreen cells list",
        )
    source, dataset, order = there.row(0)
    blocks = store.sql(
        "FROM cell_blocks WHERE source_id = $source AND patient_id = $patient ORDER BY block",
        source=source,
        patient=patient_id,
    )
    genes = store.scalar("SELECT genes FROM gene_orders WHERE gene_order_id = $id", id=order)
    return StoredCells(blocks=blocks, genes=tuple(genes), source_id=source, dataset=dataset)


@dataclass(frozen=True, kw_only=True)
class StoredClones:
    """What was last computed of a patient's clones."""

    model_id: str
    """'' where no clone was scored."""
    indication: str
    request: Mapping[str, Any]
    result: Mapping[str, Any]
    clones: pl.DataFrame
    scores: pl.DataFrame


def save_clones(store: Store, patient_id: str, made: StoredClones) -> None:
    """Put a patient's clones in place of those before. Call inside a transaction.

    Raises
    ------
    StoreError
        The patient was erased meanwhile: nothing is stored.
    """
    if erased(store, [patient_id]):
        raise StoreError(
            "the patient was erased while the clones were scored: nothing is stored",
            where=str(store.path),
            remedy="those who are left are listed by: crescreen cells list",
        )
    for table in ("clones", "clone_scores", "clone_runs"):
        store.run(f"DELETE FROM {table} WHERE patient_id = $patient", patient=patient_id)
    mine = pl.lit(patient_id).alias("patient_id")
    store.append("clones", made.clones.with_columns(mine))
    store.append("clone_scores", made.scores.with_columns(mine))
    row = {
        "patient_id": patient_id,
        "model_id": made.model_id,
        "indication": made.indication,
        "request": json.dumps(made.request, sort_keys=True),
        "result": json.dumps(made.result, sort_keys=True),
    }
    store.append("clone_runs", pl.DataFrame([row]))
    audit.record(store, "cells clones", model_id=made.model_id, clones=max(0, made.clones.height - 1))


def clones_of(store: Store, patient_id: str) -> StoredClones | None:
    """What was last computed of a patient's clones; ``None``: nothing."""
    runs = store.sql("FROM clone_runs WHERE patient_id = $patient", patient=patient_id)
    if runs.is_empty():
        return None
    row = runs.row(0, named=True)
    return StoredClones(
        model_id=row["model_id"],
        indication=row["indication"],
        request=json.loads(row["request"]),
        result=json.loads(row["result"]),
        clones=store.sql(
            "FROM clones WHERE patient_id = $patient ORDER BY clone = 'all', cells DESC, clone", patient=patient_id
        ),
        scores=store.sql(
            """SELECT s.*, coalesce(d.name, s.drug_id) AS drug_name
               FROM clone_scores s LEFT JOIN drugs d USING (drug_id)
               WHERE s.patient_id = $patient ORDER BY s.clone, s.drug_id""",
            patient=patient_id,
        ),
    )
