"""Write models, evaluations and runs; each in one transaction, each safe to repeat."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.metrics.figure import Figure, from_printed
from screen.store import audit
from screen.store.database import Store
from screen.store.stored_models import SEAL, sound_model
from screen.store.tombstones import erased


@dataclass(frozen=True)
class Run:
    """One model applied to patients of one indication with one drug library."""

    run_id: str
    indication: str
    model_id: str
    settings: dict[str, Any]


def save_model(
    store: Store, code: str, model_id: str, manifest: dict[str, Any], weights: bytes, patients: Sequence[str] = ()
) -> None:
    """Store a bundle as the current model of its indication, with the accuracy measured in training.

    Parameters
    ----------
    patients : ids of those it was aligned with

    Raises
    ------
    StoreError
        One of them was erased meanwhile: nothing is stored.
    """
    with store.transaction():
        if erased(store, patients):
            raise StoreError(
                "a patient was erased while the model was trained: it is not stored",
                where=str(store.path),
                remedy=f"train it again, without the patient: crescreen train {code}",
            )
        newest = store.scalar("SELECT model_id FROM current_models WHERE indication = $code", code=code)
        # What was made from the same by another processor stays, as runs point to it; a damaged one does not.
        sound = sound_model(store, model_id)
        manifest, weights = sound or (manifest, weights)
        if newest != model_id or sound is None:
            _replace_model(store, code, model_id, manifest, weights)
        save_evaluations(store, model_id, [from_printed(row) for row in manifest["evaluation"]])
        seal = {SEAL: manifest[SEAL]} if SEAL in manifest else {}
        audit.record(store, "train", model_id=model_id, indication=code, model=manifest["name"], **seal)


def _replace_model(store: Store, code: str, model_id: str, manifest: dict[str, Any], weights: bytes) -> None:
    trained = store.scalar("SELECT coalesce(max(trained), 0) + 1 FROM models")
    store.run("DELETE FROM models WHERE model_id = $id", id=model_id)
    store.append(
        "models",
        pl.DataFrame(
            [
                {
                    "model_id": model_id,
                    "indication": code,
                    "name": manifest["name"],
                    "trained": trained,
                    "manifest": json.dumps(manifest, sort_keys=True),
                    "weights": weights,
                }
            ]
        ),
    )


def save_evaluations(store: Store, evaluation_id: str, figures: Sequence[Figure]) -> None:
    """Replace the measured figures stored under one id. Call inside a transaction."""
    store.run("DELETE FROM evaluations WHERE evaluation_id = $id", id=evaluation_id)
    _append_evaluations(store, evaluation_id, figures)


def _append_evaluations(store: Store, evaluation_id: str, figures: Sequence[Figure]) -> None:
    if figures:
        rows = [asdict(figure) | {"evaluation_id": evaluation_id} for figure in figures]
        kinds: dict[str, type[pl.DataType]] = {"n_positive": pl.Int64}
        kinds |= dict.fromkeys(("value", "low", "high"), pl.Float64)
        kinds |= dict.fromkeys(("baseline", "stratum_name", "indication", "note"), pl.String)
        store.append("evaluations", pl.DataFrame(rows, schema_overrides=kinds))


def save_evaluation(
    store: Store, evaluation_id: str, protocol: str, manifest: dict[str, Any], figures: Sequence[Figure]
) -> None:
    """Keep a protocol's figures and its manifest; figures of models that were not measured now stay. In a transaction.

    Parameters
    ----------
    manifest : with ``models``, name -> what was fitted; those stored are joined to the new ones
    """
    stored = store.scalar("SELECT manifest FROM evaluation_manifests WHERE evaluation_id = $id", id=evaluation_id)
    models = {**json.loads(stored or "{}").get("models", {}), **manifest["models"]}
    measured = store.scalar("SELECT coalesce(max(measured), 0) + 1 FROM evaluation_manifests")
    store.run("DELETE FROM evaluation_manifests WHERE evaluation_id = $id", id=evaluation_id)
    store.append(
        "evaluation_manifests",
        pl.DataFrame(
            [
                {
                    "evaluation_id": evaluation_id,
                    "protocol": protocol,
                    "measured": measured,
                    "manifest": json.dumps(manifest | {"models": models}, sort_keys=True),
                }
            ]
        ),
    )
    names = sorted({figure.model for figure in figures})
    store.run(
        "DELETE FROM evaluations WHERE evaluation_id = $id AND model IN (SELECT unnest($models::VARCHAR[]))",
        id=evaluation_id,
        models=names,
    )
    _append_evaluations(store, evaluation_id, figures)


def save_predictions(store: Store, evaluation_id: str, rows: pl.DataFrame) -> None:
    """Replace the out-of-fold predictions of these models under one evaluation. Call inside a transaction."""
    store.run(
        "DELETE FROM predictions WHERE evaluation_id = $id AND list_contains($models, model)",
        id=evaluation_id,
        models=rows["model"].unique().to_list(),
    )
    store.append("predictions", rows.with_columns(evaluation_id=pl.lit(evaluation_id)))


def save_run(
    store: Store,
    run: Run,
    patients: pl.DataFrame,
    scores: pl.DataFrame,
    drugs: pl.DataFrame,
    heard: pl.DataFrame,
    whole: bool = False,
) -> None:
    """Store the scores of these patients, replacing their earlier ones of the same run.

    Patients erased since they were scored are left out.

    Parameters
    ----------
    patients, scores, drugs, heard : rows of ``run_patients``, ``scores``, ``run_drugs`` and ``heard_alterations``
        without ``run_id``
    whole : these are all patients of the indication: others, whose profile was taken out since, leave the run

    Raises
    ------
    StoreError
        All of them were erased meanwhile: nothing is stored.
    """
    with store.transaction():
        gone = sorted(erased(store, patients["patient_id"]))
        if gone:
            left = ~pl.col("patient_id").is_in(gone)
            patients, scores, heard = (rows.filter(left) for rows in (patients, scores, heard))
        if gone and patients.is_empty():
            raise StoreError("the patient was erased while being ranked: nothing is stored", where=str(store.path))
        _make_current(store, run)
        store.run("DELETE FROM run_drugs WHERE run_id = $run", run=run.run_id)
        for table in ("run_patients", "scores", "heard_alterations"):
            store.run(
                f"DELETE FROM {table} WHERE run_id = $run AND ($whole OR list_contains($ids::VARCHAR[], patient_id))",
                run=run.run_id,
                ids=patients["patient_id"].to_list(),
                whole=whole,
            )
        written = {"run_drugs": drugs, "run_patients": patients, "scores": scores, "heard_alterations": heard}
        for table, rows in written.items():
            store.append(table, rows.with_columns(run_id=pl.lit(run.run_id)))
        audit.record(store, "rank", run_id=run.run_id, indication=run.indication, patients=patients.height)


def _make_current(store: Store, run: Run) -> None:
    newest = store.scalar("SELECT run_id FROM current_runs WHERE indication = $code", code=run.indication)
    if newest == run.run_id:
        return
    ranked = store.scalar("SELECT coalesce(max(ranked), 0) + 1 FROM runs")
    store.run("DELETE FROM runs WHERE run_id = $run", run=run.run_id)
    store.run(
        "INSERT INTO runs VALUES ($run, $code, $model, $settings, $ranked)",
        run=run.run_id,
        code=run.indication,
        model=run.model_id,
        settings=json.dumps(run.settings, sort_keys=True),
        ranked=ranked,
    )
