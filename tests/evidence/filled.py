"""A store with the facts a test names, resolved and linked."""

from typing import Any

import polars as pl

from screen import evidence
from screen.evidence import refresh
from screen.records import drug_key
from screen.store import Store

DRUGS = ("everolimus", "pazopanib", "cisplatin", "gemcitabine")


def source(store: Store, source_id: str, kind: str = "clinicaltrials-json", coverage: str = "partial") -> None:
    """One source file."""
    store.append(
        "source_files",
        pl.DataFrame(
            [
                {
                    "source_id": source_id,
                    "sha256": source_id,
                    "name": f"{source_id}.txt",
                    "kind": kind,
                    "size_bytes": 1,
                    "row_count": 1,
                    "options": "{}",
                    "snapshot_date": "2026-01-01",
                    "coverage": coverage,
                    "notes": [],
                }
            ],
            schema_overrides={"notes": pl.List(pl.String)},
        ),
    )


def trial(store: Store, nct: str, conditions: list[str], drugs: list[str], source_id: str = "T", **facts: Any) -> None:
    """One trial with all its rows in one source; ``drugs`` may be written ``KIND: name``."""
    row = {"status": "COMPLETED", "phase": "PHASE2", "title": None, "updated": None} | facts
    store.append(
        "trials",
        pl.DataFrame([row | {"source_id": source_id, "nct_id": nct}], schema_overrides=dict.fromkeys(row, pl.String)),
    )
    texts = [text.rpartition("#") for text in conditions]
    store.append(
        "trial_conditions",
        pl.DataFrame(
            [
                {"source_id": source_id, "nct_id": nct, "condition": text, "origin": origin or "condition"}
                for origin, _, text in texts
            ]
        ),
    )
    named = [text.rpartition(": ") for text in drugs]
    store.append(
        "trial_interventions",
        pl.DataFrame(
            [{"source_id": source_id, "nct_id": nct, "kind": kind or "DRUG", "name": name} for kind, _, name in named]
        ),
    )


def record(
    store: Store,
    origin: str,
    drug: str,
    condition: str | None = None,
    indication: str | None = None,
    phase: str | None = None,
    source_id: str = "L",
) -> None:
    """One row of a label table or of the hub."""
    store.append(
        "indication_records",
        pl.DataFrame(
            [
                {
                    "source_id": source_id,
                    "origin": origin,
                    "drug_key": drug_key(drug),
                    "drug_name": drug,
                    "condition": condition,
                    "indication": indication,
                    "phase": phase,
                }
            ],
            schema_overrides=dict.fromkeys(("condition", "indication", "phase"), pl.String),
        ),
    )


def linked(store: Store) -> pl.DataFrame:
    """The evidence that follows; the drugs of ``DRUGS`` are known by their names in capitals."""
    store.run("DELETE FROM drug_keys")
    store.append("drug_keys", pl.DataFrame({"drug_key": DRUGS, "drug_id": [name.upper() for name in DRUGS]}))
    with store.transaction():
        refresh(store)
    return store.sql("FROM evidence ORDER BY drug_id, indication, kind, record_id")


def labels(store: Store, *pairs: tuple[str, str, bool | None]) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """(drug, indication) -> label and label_trial of these pairs."""
    frame = pl.DataFrame(
        pairs, schema={"drug_id": pl.String, "indication": pl.String, "efficient": pl.Boolean}, orient="row"
    )
    return {
        (row["drug_id"], row["indication"]): (row["label"], row["label_trial"])
        for row in evidence.labels(store, frame).iter_rows(named=True)
    }
