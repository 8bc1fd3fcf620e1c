"""The scored drugs of a ranking with what speaks for testing them: place, clinical record, mechanism, structure."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from screen import evidence, indications
from screen.errors import StoreError
from screen.evidence.idle_in_culture import idle_in_culture
from screen.organoid.curated import positive_control
from screen.store import Store

_PATIENT = """
SELECT drug_id, score::DOUBLE AS score, NULL::DOUBLE AS share
FROM scores WHERE run_id = $run AND patient_id = $patient ORDER BY rank
"""

# EDI's order, continued over the drugs that enter no list: by patients, then by the mean score.
_COHORT = """
SELECT s.drug_id, avg(s.score::DOUBLE) AS score,
       count(e.drug_id) / count(*) AS share
FROM scores s
LEFT JOIN shortlisted e ON e.patient_id = s.patient_id AND e.drug_id = s.drug_id
WHERE s.run_id = $run
GROUP BY s.drug_id ORDER BY count(e.drug_id) DESC, score DESC, s.drug_id
"""

_LATE = "('PHASE3', 'PHASE2/PHASE3', 'PHASE4')"
_RECORDS = f"""
WITH known_idle AS (
    SELECT *, list_contains($codes, indication) AS here, kind = 'label' OR phase = 'Launched' AS approves
    FROM evidence WHERE counts
)
SELECT drug_id,
       coalesce(bool_or(approves AND here), FALSE) AS approved_here,
       coalesce(bool_or(approves), FALSE) AS approved,
       count(DISTINCT record_id) FILTER (here) AS records_here,
       count(DISTINCT record_id) FILTER (here AND kind = 'trial') AS trials_here,
       count(DISTINCT record_id) FILTER (here AND kind = 'trial' AND phase IN {_LATE}) AS late_here,
       count(DISTINCT record_id) FILTER (kind = 'trial') AS trials
FROM known_idle GROUP BY drug_id
"""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One scored drug."""

    drug_id: str
    name: str
    smiles: str
    mechanism: str
    place: int
    """In the ranking, 1 = best."""
    of: int
    """Drugs ranked."""
    score: float
    """The patient's, or the mean over the cohort; 0 to 1."""
    share: float | None
    """Cohort: patients on whose shortlist the drug is, 0 to 1."""
    approved_here: bool
    approved: bool
    """For any tumour type, or launched for any disease."""
    records_here: int
    trials_here: int
    late_here: int
    """Trials of phase 3 or 4."""
    trials: int
    """For all tumour types."""
    searched: bool
    """A source was searched in full for this pair: no record means none."""
    features: frozenset[str]
    """Mechanisms and targets, lower case; what makes two drugs one answer."""
    pathway: str
    idle: str
    """Why it is no candidate for an organoid test; empty where it is."""


def current_run(store: Store, code: str) -> str:
    """Id of the newest ranking.

    Raises
    ------
    StoreError
        None there.
    """
    run: str | None = store.scalar("SELECT run_id FROM current_runs WHERE indication = $code", code=code)
    if run is None:
        raise StoreError(f"no ranking of {code}", where=str(store.path), remedy=f"run: crescreen rank {code}")
    return run


def ranked_candidates(
    store: Store, code: str, run_id: str, edp: pl.DataFrame, patient_id: str | None
) -> list[Candidate]:
    """The ranked drugs in their order: a patient's, or by EDI over the cohort.

    Parameters
    ----------
    edp : table EDP over the newest runs (``screen.ranking.shortlists.tables``)

    Raises
    ------
    StoreError
        The patient is not in the ranking.
    """
    ranked = _ranked(store, code, run_id, edp, patient_id)
    if ranked.is_empty():
        raise StoreError(
            f"no ranking of patient {patient_id!r} for {code}",
            where=str(store.path),
            remedy=f"run: crescreen rank {code} --patient ID; "
            "the ids are listed by: crescreen export patients --out patients.csv",
        )
    ids = ranked["drug_id"].to_list()
    facts = {
        row["drug_id"]: row
        for row in store.sql("SELECT * FROM drugs WHERE list_contains($ids, drug_id)", ids=ids).to_dicts()
    }
    records = {row["drug_id"]: row for row in store.sql(_RECORDS, codes=list(indications.members(code))).to_dicts()}
    searched, idle = _searched(store, code, ids), _idle(store)
    return [
        _candidate(
            row,
            place,
            len(ids),
            facts[row["drug_id"]],
            records.get(row["drug_id"], {}),
            row["drug_id"] in searched,
            idle.get(row["drug_id"], ""),
        )
        for place, row in enumerate(ranked.iter_rows(named=True), start=1)
        if row["drug_id"] in facts
    ]


def _ranked(store: Store, code: str, run_id: str, edp: pl.DataFrame, patient_id: str | None) -> pl.DataFrame:
    if patient_id is not None:
        return store.sql(_PATIENT, run=run_id, patient=patient_id)
    store.run("CREATE OR REPLACE TEMP TABLE shortlisted (patient_id VARCHAR, drug_id VARCHAR)")
    store.append("shortlisted", edp.filter(pl.col("indication") == code).select("patient_id", "drug_id"))
    return store.sql(_COHORT, run=run_id)


def _searched(store: Store, code: str, ids: list[str]) -> set[str]:
    pairs = pl.DataFrame({"drug_id": ids}).with_columns(indication=pl.lit(code), efficient=True)
    return set(evidence.labels(store, pairs).filter("searched")["drug_id"])


def _idle(store: Store) -> dict[str, str]:
    """drug_id -> why it is no candidate."""
    return idle_in_culture(store) | {positive_control().drug_id: "the positive control"}


def _candidate(
    row: dict[str, Any], place: int, of: int, facts: dict[str, Any], records: dict[str, Any], searched: bool, idle: str
) -> Candidate:
    mechanisms = [m.strip().lower() for m in (facts["mechanism"] or "").split(";") if m.strip()]
    targets = [t.strip().lower() for t in facts["targets"]]
    launched = facts["hub_phase"] == "Launched"
    return Candidate(
        drug_id=row["drug_id"],
        name=facts["name"],
        smiles=facts["smiles"] or "",
        mechanism=facts["mechanism"] or facts["pathway"] or ", ".join(facts["targets"][:3]) or "mechanism not recorded",
        place=place,
        of=of,
        score=row["score"],
        share=row["share"],
        approved_here=records.get("approved_here", False),
        approved=records.get("approved", False) or launched,
        records_here=records.get("records_here", 0),
        trials_here=records.get("trials_here", 0),
        late_here=records.get("late_here", 0),
        trials=records.get("trials", 0),
        searched=searched,
        features=frozenset([*mechanisms, *targets]),
        pathway=facts["pathway"] or "",
        idle=idle,
    )
