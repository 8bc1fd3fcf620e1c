"""Models of single cells in the store, each held against its seal, and what they predicted, block by block."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from screen.errors import InputError, StoreError
from screen.store import audit
from screen.store.cell_store import StoredCells
from screen.store.database import Store
from screen.store.stored_models import SEAL, is_as_stored, read_manifest
from screen.store.tombstones import erased


@dataclass(frozen=True, kw_only=True)
class CellModelRow:
    """One stored model."""

    model_id: str
    drug_id: str
    name: str
    manifest: dict[str, Any]
    weights: bytes


def has_cell_model(store: Store, model_id: str) -> bool:
    """Whether the model is there, as it was stored."""
    rows = store.sql("SELECT manifest, weights FROM cell_models WHERE model_id = $id", id=model_id).rows()
    return bool(rows) and is_as_stored(store, model_id, json.loads(rows[0][0]), bytes(rows[0][1]))


def save_cell_model(store: Store, row: CellModelRow, patients: Sequence[str]) -> None:
    """Store a model, in place of one of the same id.

    Raises
    ------
    StoreError
        One of the patients was erased while it was trained: nothing is stored.
    """
    with store.transaction():
        if erased(store, patients):
            raise StoreError(
                "a patient was erased while the model was trained: it is not stored",
                where=str(store.path),
                remedy="train it again on the cells that are left; see: crescreen cells list",
            )
        for table in ("cell_models", "cell_model_patients", "cell_predictions", "cell_explanations", "key_genes"):
            store.run(f"DELETE FROM {table} WHERE model_id = $id", id=row.model_id)
        trained = store.scalar("SELECT coalesce(max(trained), 0) + 1 FROM cell_models")
        made = {
            "model_id": row.model_id,
            "drug_id": row.drug_id,
            "name": row.name,
            "trained": trained,
            "manifest": json.dumps(row.manifest, sort_keys=True),
            "weights": row.weights,
        }
        store.append("cell_models", pl.DataFrame([made]))
        names = sorted(set(patients))
        store.append(
            "cell_model_patients", pl.DataFrame({"model_id": [row.model_id] * len(names), "patient_id": names})
        )
        seal = row.manifest[SEAL]
        audit.record(store, "cells train", model_id=row.model_id, drug_id=row.drug_id, model=row.name, seal=seal)


def newest_cell_model(store: Store, drug_id: str, drug: str, name: str = "") -> CellModelRow:
    """The model of a drug that was trained last, of one name or of any.

    Raises
    ------
    InputError
        There is none.
    StoreError
        It is not what was stored.
    """
    rows = store.sql(
        """SELECT model_id, name, manifest, weights FROM cell_models
           WHERE drug_id = $drug AND ($name = '' OR name = $name) ORDER BY trained DESC LIMIT 1""",
        drug=drug_id,
        name=name,
    )
    if rows.is_empty():
        raise InputError(
            f"no model of cells{f' {name}' if name else ''} for {drug}",
            where="cells",
            remedy="train one: crescreen cells train DRUG --patient PATIENT",
        )
    model_id, called, text, weights = rows.row(0)
    manifest = read_manifest(text, model_id, drug, store.path)
    if not is_as_stored(store, model_id, manifest, bytes(weights)):
        raise StoreError(
            f"the model of cells {model_id} is not what was stored under this id: it was changed since",
            where=str(store.path),
            remedy="restore the store from a backup, or train it again",
        )
    return CellModelRow(model_id=model_id, drug_id=drug_id, name=called, manifest=manifest, weights=bytes(weights))


def cells_of_file(store: Store, name: str) -> list[tuple[str, str]]:
    """(patient, source) of every patient with cells in a file, by the file's name or the data set's.

    Raises
    ------
    InputError
        No file of cells is called so.
    """
    rows = store.sql(
        """SELECT q.patient_id, q.source_id FROM cell_quality q JOIN source_files f USING (source_id)
           WHERE (f.name = $name OR q.dataset = $name) AND q.cells > 0 ORDER BY f.ingested, q.patient_id""",
        name=name,
    )
    if rows.is_empty():
        raise InputError(
            f"no cells from a file {name!r}", where="--file", remedy="files are listed by: crescreen cells list"
        )
    return list(rows.iter_rows())


def source_of(store: Store, patient_id: str) -> str:
    """The file with a patient's cells that was read last.

    Raises
    ------
    StoreError
        There is none.
    """
    source = store.scalar(
        """SELECT b.source_id FROM cell_blocks b JOIN source_files f USING (source_id)
           WHERE b.patient_id = $patient ORDER BY f.ingested DESC LIMIT 1""",
        patient=patient_id,
    )
    if source is None:
        raise StoreError(
            f"no cells of patient {patient_id!r}",
            where=str(store.path),
            remedy="patients with cells are listed by: crescreen cells list",
        )
    return str(source)


def blocks_from(store: Store, source_id: str, patient_id: str) -> StoredCells:
    """The cells of one patient from one file."""
    blocks = store.sql(
        "FROM cell_blocks WHERE source_id = $source AND patient_id = $patient ORDER BY block",
        source=source_id,
        patient=patient_id,
    )
    genes = store.scalar("SELECT genes FROM gene_orders WHERE gene_order_id = $id", id=blocks["gene_order_id"][0])
    return StoredCells(blocks=blocks, genes=tuple(genes), source_id=source_id, dataset=str(blocks["dataset"][0]))


def scored_blocks(
    store: Store, model_id: str, source_id: str, patient_id: str, taken: Sequence[Sequence[bool]]
) -> set[int]:
    """Numbers of the blocks whose cells, those taken now and no others, were scored by a model."""
    rows = store.sql(
        """SELECT block, probability FROM cell_predictions
           WHERE model_id = $model AND source_id = $source AND patient_id = $patient""",
        model=model_id,
        source=source_id,
        patient=patient_id,
    )
    there = {block: [one is not None for one in values] for block, values in rows.iter_rows()}
    return {number for number, wanted in enumerate(taken) if there.get(number) == list(wanted)}


def save_cell_predictions(store: Store, model_id: str, source_id: str, patient_id: str, rows: pl.DataFrame) -> None:
    """Put the predictions for some blocks (block, probability, before_transfer) in place of those before."""
    with store.transaction():
        if erased(store, [patient_id]):
            raise StoreError("the patient was erased while being scored: nothing is stored", where=str(store.path))
        store.run(
            """DELETE FROM cell_predictions WHERE model_id = $model AND source_id = $source
               AND patient_id = $patient AND list_contains($blocks, block)""",
            model=model_id,
            source=source_id,
            patient=patient_id,
            blocks=rows["block"].to_list(),
        )
        who = {"model_id": model_id, "source_id": source_id, "patient_id": patient_id}
        store.append("cell_predictions", rows.with_columns(**{name: pl.lit(value) for name, value in who.items()}))
        audit.record(store, "cells score", model_id=model_id, blocks=rows.height)


def manifest_of(store: Store, model_id: str) -> dict[str, Any]:
    """The manifest of a model that is there."""
    text = store.scalar("SELECT manifest FROM cell_models WHERE model_id = $id", id=model_id)
    return read_manifest(str(text), model_id, model_id, store.path)


def predictions_of(store: Store, model_id: str, source_id: str, patient_id: str) -> pl.DataFrame:
    """probability and before_transfer of each cell in the order of the store; null where it was not taken."""
    return store.sql(
        """SELECT unnest(probability) AS probability, unnest(before_transfer) AS before_transfer FROM
           (FROM cell_predictions WHERE model_id = $model AND source_id = $source AND patient_id = $patient
            ORDER BY block)""",
        model=model_id,
        source=source_id,
        patient=patient_id,
    )
