"""Analyses of markers in the store: the newest of each indication and drug."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from screen.errors import StoreError
from screen.records import drug_key
from screen.store import audit
from screen.store.database import Store


def save_markers(store: Store, analyses: Sequence[tuple[str, dict[str, Any], pl.DataFrame]]) -> None:
    """Replace the analyses of these indications and drugs, all or none of them.

    Parameters
    ----------
    analyses : id, manifest (with ``indication`` and ``drug``) and the rows of each
    """
    with store.transaction():
        for biomarker_id, manifest, rows in analyses:
            drug = manifest["drug"]
            for table in ("biomarkers", "biomarker_analyses"):
                store.run(
                    f"""DELETE FROM {table} WHERE biomarker_id IN (
                        SELECT biomarker_id FROM biomarker_analyses WHERE indication = $code AND drug_id = $drug)""",
                    code=manifest["indication"],
                    drug=drug["id"],
                )
            made = store.scalar("SELECT coalesce(max(made), 0) + 1 FROM biomarker_analyses")
            row = {
                "biomarker_id": biomarker_id,
                "indication": manifest["indication"],
                "drug_id": drug["id"],
                "drug_name": drug["name"],
                "made": made,
                "manifest": json.dumps(manifest, sort_keys=True),
            }
            store.append("biomarker_analyses", pl.DataFrame([row]))
            store.append("biomarkers", rows.with_columns(biomarker_id=pl.lit(biomarker_id)))
        audit.record(store, "biomarkers", analyses=[biomarker_id for biomarker_id, _, _ in analyses])


def marker_analysis(store: Store, code: str, drug: str) -> tuple[str, dict[str, Any], pl.DataFrame]:
    """Id, manifest and rows of the analysis of an indication and a drug.

    Parameters
    ----------
    drug : its name or its id

    Raises
    ------
    StoreError
        There is none.
    """
    found = store.sql(
        """SELECT biomarker_id, manifest FROM biomarker_analyses WHERE indication = $code AND (
               drug_id = $drug OR drug_id = coalesce((SELECT drug_id FROM drug_keys WHERE drug_key = $key), $named))""",
        code=code,
        drug=drug,
        key=drug_key(drug),
        named=f"name:{drug_key(drug)}",
    )
    if found.is_empty():
        raise StoreError(
            f"the markers of {drug!r} in {code} were not analysed",
            where=str(store.path),
            remedy=f"run: crescreen biomarkers {code} --drug '{drug}'",
        )
    biomarker_id, manifest = found.row(0)
    rows = store.sql("FROM biomarkers WHERE biomarker_id = $id ORDER BY kind, feature", id=biomarker_id)
    return str(biomarker_id), json.loads(manifest), rows.drop("biomarker_id")
