"""Predicted resistance of patients in the store: the newest run of each indication."""

import json
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.resources import query
from screen.store import audit
from screen.store.database import Store
from screen.store.tombstones import erased

_OUTCOMES = """
SELECT c.drug_name, c.model, c.patient_id, c.probability, bool_or(g.responder) AS responder
FROM resistance_calls c JOIN resistance_runs r USING (resistance_id)
JOIN drug_keys k ON k.drug_id = c.drug_id
JOIN given_drugs g ON g.drug_key = k.drug_key AND g.patient_id = c.patient_id
WHERE r.indication = $code GROUP BY ALL ORDER BY ALL
"""
"""A patient who had the drug more than once counts as a responder who responded once."""


def save_resistance(
    store: Store, resistance_id: str, code: str, manifest: dict[str, Any], calls: pl.DataFrame, genes: pl.DataFrame
) -> None:
    """Replace the run of an indication.

    Parameters
    ----------
    calls : patient_id, drug_id, drug_name, model, probability
    genes : that the models rest on, a row of ``resistance_attributions`` each; may be empty

    Raises
    ------
    StoreError
        One of the patients was erased while it was predicted: nothing is stored.
    """
    with store.transaction():
        if erased(store, calls["patient_id"].unique()):
            raise StoreError(
                "a patient was erased while resistance was predicted: nothing is stored",
                where=str(store.path),
                remedy=f"predict it again, without that patient: crescreen resistance {code}",
            )
        for table in ("resistance_calls", "resistance_attributions"):
            store.run(
                f"""DELETE FROM {table}
                    WHERE resistance_id IN (SELECT resistance_id FROM resistance_runs WHERE indication = $code)""",
                code=code,
            )
        store.run("DELETE FROM resistance_runs WHERE indication = $code", code=code)
        made = store.scalar("SELECT coalesce(max(made), 0) + 1 FROM resistance_runs")
        row = {
            "resistance_id": resistance_id,
            "indication": code,
            "made": made,
            "manifest": json.dumps(manifest, sort_keys=True),
        }
        store.append("resistance_runs", pl.DataFrame([row]))
        store.append("resistance_calls", calls.with_columns(resistance_id=pl.lit(resistance_id)))
        if not genes.is_empty():
            store.append("resistance_attributions", genes.with_columns(resistance_id=pl.lit(resistance_id)))
        audit.record(store, "resistance", resistance_id=resistance_id, indication=code, rows=calls.height)


def resistance_manifests(store: Store) -> dict[str, dict[str, Any]]:
    """Indication -> manifest of its run, in order."""
    rows = store.sql("SELECT indication, manifest FROM resistance_runs ORDER BY indication").rows()
    return {str(code): json.loads(manifest) for code, manifest in rows}


def resistance_id_of(store: Store, code: str) -> str | None:
    """The run of an indication; ``None`` where there is none."""
    found = store.scalar("SELECT resistance_id FROM resistance_runs WHERE indication = $code", code=code)
    return None if found is None else str(found)


def resistance_table(store: Store, code: str) -> pl.DataFrame:
    """Rows of ``export resistance`` of one indication.

    Raises
    ------
    StoreError
        There is no run of it.
    """
    if resistance_id_of(store, code) is None:
        raise StoreError(
            f"resistance was not predicted in {code}", where=str(store.path), remedy=f"run: crescreen resistance {code}"
        )
    return store.sql(query("resistance")).filter(pl.col("indication") == code)


def resistance_outcomes(store: Store, code: str) -> pl.DataFrame:
    """drug_name, model, patient_id, probability, responder (null: not recorded) of those who had the drug."""
    return store.sql(_OUTCOMES, code=code)


def attributions_table(store: Store, code: str) -> pl.DataFrame:
    """Rows of ``export attributions`` of one indication; none where they were not computed."""
    return store.sql(query("attributions")).filter(pl.col("indication") == code)


def majority_shares(store: Store, code: str) -> dict[str, tuple[int, int]]:
    """drug_name -> patients that more than half of the models call resistant, and all patients."""
    rows = store.sql(
        """SELECT drug_name, count(*) FILTER (2 * votes > models), count(*) FROM (
               SELECT drug_name, patient_id, count(*) FILTER (probability > 0.5) AS votes, count(*) AS models
               FROM resistance_calls JOIN resistance_runs USING (resistance_id)
               WHERE indication = $code GROUP BY ALL)
           GROUP BY ALL ORDER BY ALL""",
        code=code,
    ).rows()
    return {str(name): (int(most), int(everybody)) for name, most, everybody in rows}
