"""One patient's drugs in order, with their notes, their place in the cohort and their grouping by mechanism."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from screen.report.content.drug_evidence import DrugNote, drug_notes
from screen.report.content.provenance import CurrentRun
from screen.store import Store

SHOWN = 20
"""Ranks listed in full; drugs recorded for the indication are listed wherever they rank."""

_SCORES = """
SELECT drug_id, rank, rank_low, rank_high, tied, score, score_low, score_high, score_sd, selective
FROM scores WHERE run_id = $run AND patient_id = $patient ORDER BY rank
"""
_COHORT = """
SELECT drug_id, quantile_cont(score, [0.05, 0.25, 0.5, 0.75, 0.95]) AS quantiles
FROM scores WHERE run_id = $run AND list_contains($drugs, drug_id) GROUP BY drug_id
"""


@dataclass(frozen=True, kw_only=True)
class RankedDrug:
    """One scored drug of one patient."""

    rank: int
    rank_low: int
    rank_high: int
    tied: bool
    score: float
    score_low: float | None
    """Ends of the interval measured on unseen cell lines; ``None`` where the model keeps no widths."""
    score_high: float | None
    score_sd: float
    selective: float | None
    efficient: bool
    """On the shortlist (EDP)."""
    cohort_share: float
    """Share of the cohort's patients on whose shortlist the drug is."""
    note: DrugNote


@dataclass(frozen=True)
class MechanismGroup:
    """Shortlisted drugs of one mechanism."""

    mechanism: str
    drugs: tuple[RankedDrug, ...]


@dataclass(frozen=True)
class RankingRow:
    """A line of the full table."""

    gap: int
    """Drugs left out between the line before and this one."""
    drug: RankedDrug


@dataclass(frozen=True)
class InCohort:
    """A shortlisted drug's scores over the cohort: quantiles at 5, 25, 50, 75, 95%, and this patient's."""

    drug: str
    quantiles: tuple[float, ...]
    score: float
    selective: float | None


def ranked_drugs(
    store: Store, run: CurrentRun, patient_id: str, edp: pl.DataFrame, standing: Collection[str] = ()
) -> tuple[RankedDrug, ...]:
    """All scored drugs of a patient; the shortlist comes first, in its own order.

    Parameters
    ----------
    edp : the table EDP over all runs taken
    standing : drugs that stand out for the patient, so that the model did not miss them
    """
    cohort = edp.filter(pl.col("indication") == run.indication)
    mine = cohort.filter(pl.col("patient_id") == patient_id).sort("rank")
    place = {drug: i for i, drug in enumerate(mine["drug_id"])}
    shares = dict(cohort["drug_id"].value_counts().iter_rows())
    patients = store.scalar("SELECT count(*) FROM run_patients WHERE run_id = $run", run=run.run_id)
    rows = store.sql(_SCORES, run=run.run_id, patient=patient_id).to_dicts()
    notes = drug_notes(store, run, {row["drug_id"]: row["drug_id"] in place for row in rows}, standing)
    rows.sort(key=lambda row: (place.get(row["drug_id"], len(place)), row["rank"]))
    return tuple(
        RankedDrug(**row, efficient=drug in place, cohort_share=shares.get(drug, 0) / patients, note=notes[drug])
        for row in rows
        for drug in (row.pop("drug_id"),)
    )


def groups(drugs: Sequence[RankedDrug]) -> tuple[MechanismGroup, ...]:
    """Drugs by mechanism, the mechanism of the best drug first."""
    held: dict[str, list[RankedDrug]] = {}
    for drug in drugs:
        held.setdefault(drug.note.mechanism, []).append(drug)
    return tuple(MechanismGroup(mechanism, tuple(members)) for mechanism, members in held.items())


def table_rows(drugs: Sequence[RankedDrug], chosen: Collection[str] = ()) -> tuple[RankingRow, ...]:
    """The shortlist, the first SHOWN drugs, and wherever they rank those recorded for the indication or ``chosen``."""
    rows, before = [], 0
    for place, drug in enumerate(drugs, start=1):
        if drug.efficient or place <= SHOWN or drug.note.approved or drug.note.drug_id in chosen:
            rows.append(RankingRow(place - before - 1, drug))
            before = place
    return tuple(rows)


def in_cohort(store: Store, run: CurrentRun, drugs: Sequence[RankedDrug]) -> tuple[InCohort, ...]:
    """Where the patient's scores lie within the cohort's, drug by drug."""
    found = store.sql(_COHORT, run=run.run_id, drugs=[d.note.drug_id for d in drugs])
    quantiles = dict(found.iter_rows())
    return tuple(InCohort(d.note.name, tuple(quantiles[d.note.drug_id]), d.score, d.selective) for d in drugs)
