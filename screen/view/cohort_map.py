"""A cohort as a heat map: the patients of one page of the cohort's table down, drugs across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from screen.errors import InputError
from screen.report.content.provenance import current_run
from screen.view.reading import Reading
from screen.view.tables import Shown

DRUGS = 40
"""Drugs across a page."""
STEPS = (50, 75, 90, 97)
"""Percent from which a cell is one shade darker."""
_DRUGS = """
SELECT r.drug_id, coalesce(d.name, r.drug_id) AS name
FROM run_drugs r LEFT JOIN drugs d USING (drug_id) WHERE r.run_id = $run AND r.scored
"""
_PLACES = """
SELECT patient_id, drug_id, selective FROM scores
WHERE run_id = $run AND list_contains($patients, patient_id) AND list_contains($drugs, drug_id)
"""


@dataclass(frozen=True)
class CohortDrug:
    """A column."""

    drug_id: str
    name: str
    standing: int
    """Patients of the cohort for whom it stands out."""


@dataclass(frozen=True)
class CohortRow:
    """A row."""

    patient_id: str
    places: tuple[tuple[int, int] | None, ...]
    """Percent and shade, a drug each; ``None`` without a place."""


@dataclass(frozen=True)
class CohortMap:
    """One page of a cohort's heat map."""

    drugs: tuple[CohortDrug, ...]
    rows: tuple[CohortRow, ...]
    page: int
    """Of the drugs, from 1 on."""
    pages: int
    all: int
    """Drugs scored."""


def cohort_map(reading: Reading, code: str, table: Shown, page: str) -> CohortMap:
    """The map beside a page of the cohort's table: its patients in its order.

    Parameters
    ----------
    page : of the drugs, those that stand out for most patients first

    Raises
    ------
    InputError
        ``page`` is no number.
    """
    if not (page.isascii() and page.isdigit() and int(page[:6])):
        raise InputError(f"no page {page[:40]!r}", where="drugs", remedy="give a whole number from 1 on")
    run = current_run(reading.store, code)
    drugs = reading.remembered.get(reading.state, ("columns", code), lambda: _drugs(reading, code, run.run_id))
    pages = max(1, -(-len(drugs) // DRUGS))
    number = min(int(page[:6]), pages)
    shown = drugs[(number - 1) * DRUGS : number * DRUGS]
    patients = [str(row["patient_id"]) for row in table.rows]
    return CohortMap(shown, _rows(reading, run.run_id, patients, shown), number, pages, len(drugs))


def _drugs(reading: Reading, code: str, run_id: str) -> tuple[CohortDrug, ...]:
    listed = reading.standing(code)
    counts = listed.group_by("drug_id").agg(standing=pl.len())
    rows = reading.store.sql(_DRUGS, run=run_id).join(counts, on="drug_id", how="left")
    rows = rows.with_columns(pl.col("standing").fill_null(0)).sort(
        "standing", "name", "drug_id", descending=[True, False, False]
    )
    return tuple(CohortDrug(**row) for row in rows.to_dicts())


def _rows(reading: Reading, run_id: str, patients: Sequence[str], drugs: Sequence[CohortDrug]) -> tuple[CohortRow, ...]:
    ids = [drug.drug_id for drug in drugs]
    found = reading.store.sql(_PLACES, run=run_id, patients=list(patients), drugs=ids)
    places: Mapping[tuple[str, str], float | None] = {(one, drug): place for one, drug, place in found.iter_rows()}
    return tuple(CohortRow(one, tuple(_cell(places.get((one, drug))) for drug in ids)) for one in patients)


def _cell(place: float | None) -> tuple[int, int] | None:
    if place is None:
        return None
    percent = round(100 * place)
    return percent, sum(percent >= step for step in STEPS)
