"""Why models of cells predict what they do, as it is stored: genes with their attributions, and what was measured."""

import json
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.store import audit
from screen.store.database import Store
from screen.store.tombstones import erased


def save_explanation(store: Store, model_id: str, patient_id: str, facts: dict[str, Any], genes: pl.DataFrame) -> None:
    """Put one patient's explanation of a model in place of the one before.

    Raises
    ------
    StoreError
        The patient, or the model, was erased meanwhile: nothing is stored.
    """
    with store.transaction():
        there = store.scalar("SELECT count(*) FROM cell_models WHERE model_id = $id", id=model_id)
        if erased(store, [patient_id]) or not there:
            raise StoreError(
                "the patient or the model was erased while it was explained: nothing is stored", where=str(store.path)
            )
        who = {"model_id": model_id, "patient_id": patient_id}
        for table in ("cell_explanations", "key_genes"):
            store.run(
                f"DELETE FROM {table} WHERE model_id = $model AND patient_id = $patient",
                model=model_id,
                patient=patient_id,
            )
        store.append("cell_explanations", pl.DataFrame([who | {"facts": json.dumps(facts, sort_keys=True)}]))
        store.append("key_genes", genes.with_columns(**{name: pl.lit(value) for name, value in who.items()}))
        audit.record(store, "cells explain", model_id=model_id, key_genes=int(genes["key_gene"].sum()))


def explanation_of(store: Store, model_id: str, patient_id: str) -> dict[str, Any] | None:
    """What is stored of one patient; ``None`` for nothing."""
    facts = store.scalar(
        "SELECT facts FROM cell_explanations WHERE model_id = $model AND patient_id = $patient",
        model=model_id,
        patient=patient_id,
    )
    return None if facts is None else dict(json.loads(facts))


def key_genes_of(store: Store, model_id: str, patient_id: str) -> pl.DataFrame:
    """Rows of ``key_genes`` of one patient, the key genes of each role first, the surest first."""
    return store.sql(
        """FROM key_genes WHERE model_id = $model AND patient_id = $patient
           ORDER BY key_gene DESC, role DESC, abs(attribution_sensitive - attribution_resistant) DESC, gene""",
        model=model_id,
        patient=patient_id,
    )
