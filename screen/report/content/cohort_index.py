"""The index of a cohort's reports: each patient with what stands out, and the cohort as a heat map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from screen import indications
from screen.ranking.shortlists import Shortlists
from screen.report.content import glossary
from screen.report.content.provenance import Provenance, current_run, provenance_of
from screen.report.file_names import safe_name
from screen.settings import Settings
from screen.store import Store

DRUGS = 40
"""Columns of the heat map: the drugs that stand out for most patients."""
FIRST = 5
_PATIENTS = """
SELECT p.patient_id, p.inside_domain, c.age, c.sex, c.stage
FROM run_patients p LEFT JOIN patients c USING (patient_id) WHERE p.run_id = $run ORDER BY p.patient_id
"""
_SPREADS = "SELECT drug_id, round(stddev_pop(score), 6) AS spread FROM scores WHERE run_id = $run GROUP BY drug_id"
_PLACES = """
SELECT patient_id, drug_id, selective FROM scores WHERE run_id = $run AND list_contains($drugs, drug_id)
"""


@dataclass(frozen=True, kw_only=True)
class CohortPatient:
    """A line of the index."""

    patient_id: str
    page: str
    """File of the patient's report beside this one, without its ending."""
    standing: int
    """Drugs that stand out, folded ones left aside."""
    first: tuple[str, ...]
    """Names of the first of them."""
    inside_domain: bool | None
    age: float | None
    """Years."""
    sex: str | None
    stage: str | None


@dataclass(frozen=True)
class HeatMap:
    """Places of the patients among the reference patients, drug by drug."""

    drugs: tuple[str, ...]
    patients: tuple[str, ...]
    """Similar ones beside each other."""
    places: tuple[tuple[int | None, ...], ...]
    """A row a patient, a column a drug; percent."""


@dataclass(frozen=True, kw_only=True)
class CohortIndex:
    """Everything the index says."""

    title: str
    subject: str
    """The indication."""
    name: str
    answer: str
    patients: tuple[CohortPatient, ...]
    heat: HeatMap
    provenance: Provenance
    kind: Literal["index"] = "index"


def cohort_index(store: Store, code: str, settings: Settings, tables: Shortlists) -> CohortIndex:
    """Gather the index of an indication's newest ranking.

    Raises
    ------
    StoreError
        The indication is not ranked.
    """
    run = current_run(store, code)
    listed = tables.stands_out.filter((pl.col("indication") == code) & ~pl.col("folded")).sort("patient_id", "rank")
    names: dict[str, list[str]] = {}
    for patient, name in listed.select("patient_id", "drug_name").iter_rows():
        names.setdefault(patient, []).append(name)
    rows = store.sql(_PATIENTS, run=run.run_id).to_dicts()
    lengths = [len(names.get(row["patient_id"], ())) for row in rows]
    return CohortIndex(
        title=f"Reports of {code}",
        subject=code,
        name=indications.name(code),
        answer=(
            f"{glossary.count(len(rows), 'patient')} of {code}. For {sum(n > 0 for n in lengths)} at least one drug "
            f"stands out, for half {int(np.median(lengths))} or fewer."
        ),
        patients=tuple(_patient(row, names.get(row["patient_id"], [])) for row in rows),
        heat=_heat(store, run.run_id, listed, [row["patient_id"] for row in rows]),
        provenance=provenance_of(store, run, settings),
    )


def _patient(row: Mapping[str, Any], names: Sequence[str]) -> CohortPatient:
    return CohortPatient(
        **row, page=safe_name("patient", row["patient_id"]), standing=len(names), first=tuple(names[:FIRST])
    )


def _heat(store: Store, run_id: str, listed: pl.DataFrame, patients: Sequence[str]) -> HeatMap:
    # A place is uniform over the cohort, so most drugs stand out equally often: then the widest scores come first.
    counts = (
        listed.group_by("drug_id")
        .agg(pl.len(), pl.col("drug_name").first())
        .join(store.sql(_SPREADS, run=run_id), on="drug_id", how="left")
        .sort(["len", "spread", "drug_id"], descending=[True, True, False], nulls_last=True)
    )
    chosen = dict(counts.head(DRUGS).select("drug_id", "drug_name").iter_rows())
    columns, at = {drug: i for i, drug in enumerate(chosen)}, {patient: i for i, patient in enumerate(patients)}
    places = np.full((len(patients), len(columns)), np.nan)
    for patient, drug, place in store.sql(_PLACES, run=run_id, drugs=list(chosen)).iter_rows():
        places[at[patient], columns[drug]] = np.nan if place is None else place
    rows, across = _order(places), _order(places.T)
    ids, names = list(patients), list(chosen.values())
    return HeatMap(
        tuple(names[j] for j in across),
        tuple(ids[i] for i in rows),
        tuple(tuple(_percent(places[i, j]) for j in across) for i in rows),
    )


def _order(table: np.ndarray[Any, Any]) -> list[int]:
    """Rows along the first principal component; ties, and a table without one, as they come."""
    if min(table.shape) < 2:
        return list(range(len(table)))
    filled = np.nan_to_num(table, nan=0.5) - 0.5
    centred = filled - filled.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    along = np.round(centred @ axes[0], 9)
    # An axis has no direction of its own: the first row that is off the middle goes to the upper side.
    off = along[np.abs(along) > 0]
    order: list[int] = np.argsort(along * (-1 if off.size and off[0] > 0 else 1), kind="stable").tolist()
    return order


def _percent(place: float) -> int | None:
    return None if np.isnan(place) else round(100 * float(place))
