"""Scores to ranks, and ranks to the tables EDP, EDI, DEI and Qualified (SQL in ``db/queries``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen import evidence
from screen.alterations import long_tables
from screen.errors import InputError, StoreError
from screen.ranking import between_indications, excluded_drugs, selective_drugs
from screen.ranking.cell_predictions import CELLS, KEY_GENES
from screen.ranking.predicted_response import Responses, responses
from screen.records import Floats
from screen.resources import query
from screen.settings import Ranking
from screen.store import Store

Ints = NDArray[np.int32]

DERIVED = ("edp", "edi", "dei", "qualified")
STANDS_OUT, BETWEEN = "stands_out", "between_indications"
NAMED = (
    *("scores", "evidence", "coverage", "evaluation", "conflicts", "predictions"),
    *("plates", "wells", "curves", "combinations", "resistance", "attributions", "heard_alterations"),
)
"""Tables with a query of their own in ``db/queries``."""
PLAIN = {
    "drugs": "FROM drugs ORDER BY drug_id",
    "patients": "FROM patients ORDER BY patient_id",
    "evaluations": "FROM evaluations ORDER BY ALL",
    "unlinked": "FROM unlinked ORDER BY ALL",
    "problems": """SELECT p.* EXCLUDE (source_id), f.name AS file
                   FROM drug_problems p LEFT JOIN source_files f USING (source_id) ORDER BY ALL""",
    "runs": "FROM runs ORDER BY indication, ranked DESC",
    "run_drugs": "FROM run_drugs ORDER BY run_id, drug_id",
    "conditioned_runs": "FROM conditioned_runs ORDER BY patient_id, run_id",
    "score_updates": """SELECT u.patient_id, r.indication, u.drug_id, coalesce(d.name, u.drug_id) AS drug_name,
                               u.measured, s.score, s.score_low, s.score_high, s.rank, s.selective,
                               u.* EXCLUDE (run_id, patient_id, drug_id, measured), u.run_id
                        FROM score_updates u JOIN current_updates r USING (run_id)
                        JOIN scores s USING (run_id, patient_id, drug_id) LEFT JOIN drugs d USING (drug_id)
                        ORDER BY r.indication, u.patient_id, s.rank""",
    "biomarkers": """SELECT a.indication, a.drug_id, a.drug_name, b.feature, b.kind, b.association, b.association_q,
                            b.prognostic_hr, b.prognostic_q, b.predictive_p, b.predictive_q,
                            'association ' || b.association_verdict || ', prognostic ' || b.prognostic_verdict
                            || ', predictive ' || b.predictive_verdict AS verdicts,
                            (a.manifest ->> '$.treated.n')::INTEGER AS n_treated,
                            b.* EXCLUDE (biomarker_id, feature, kind, association, association_q, prognostic_hr,
                                         prognostic_q, predictive_p, predictive_q), a.biomarker_id
                     FROM biomarkers b JOIN biomarker_analyses a USING (biomarker_id)
                     ORDER BY a.indication, a.drug_name, b.association_p NULLS LAST, b.kind, b.feature""",
    "clones": """SELECT s.patient_id, s.clone, c.cells, s.drug_id, coalesce(d.name, s.drug_id) AS drug_name,
                        s.score, s.low, s.high
                 FROM clone_scores s JOIN clones c USING (patient_id, clone) LEFT JOIN drugs d USING (drug_id)
                 ORDER BY s.patient_id, s.clone, s.score DESC, s.drug_id""",
    "cells": CELLS,
    "key_genes": KEY_GENES,
    "run_patients": "FROM run_patients ORDER BY run_id, patient_id",
}

EXPORTED = {*DERIVED, STANDS_OUT, BETWEEN, *NAMED, *PLAIN, *long_tables.NAMES}


@dataclass(frozen=True)
class Shortlists:
    """The lists of each patient: all that a patient's report takes from the cohort's rankings."""

    edp: pl.DataFrame
    """run_id, indication, patient_id, drug_id, drug_name, score, selective, rank, tied."""
    stands_out: pl.DataFrame
    """Rows of :func:`screen.ranking.selective_drugs.stands_out`."""
    chance: pl.DataFrame
    """Rows of :func:`screen.ranking.selective_drugs.chance`."""
    responses: Responses
    """How scores are read back to responses, beside those measured on cell lines."""


@dataclass(frozen=True)
class Tables(Shortlists):
    """What follows from the scores of the runs taken, one frame a table."""

    edi: pl.DataFrame
    """indication, drug_id, drug_name, efficient_patients, patients, fraction, rank, tied."""
    dei: pl.DataFrame
    """drug_id, drug_name, indication, efficient, label, label_trial; efficient is null where not scored."""
    qualified: pl.DataFrame
    """drug_id, drug_name, qualified, reason, proved, contradicted, not_searched, indications_ranked."""


def rank_scores(
    members: Floats, patient_ids: Sequence[str], drug_ids: Sequence[str], reference: Floats | None
) -> pl.DataFrame:
    """Rows of table ``scores`` (without run_id) from an ensemble's predictions.

    Parameters
    ----------
    members : m x n x d probabilities of sensitivity, one layer a member
    patient_ids, drug_ids : lengths n and d
    reference : K x d quantiles (0 to 1, evenly spaced) of the reference patients' scores of each drug, or None;
        NaN for a drug without any, whose selective score is then null

    Returns
    -------
    One row a pair, by patient as given and then by drug_id. ``score_sd`` is the sample deviation over the members
    (0 for one); ``rank`` 1 is best, ties by drug_id; ``rank_low`` and ``rank_high`` the best and the worst rank over
    the members.
    """
    order = np.argsort(np.array(drug_ids, dtype=np.str_), kind="stable")
    members = members[:, :, order]
    score = members.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = members.std(axis=0, ddof=min(1, len(members) - 1), dtype=np.float64).astype(np.float32)
    low, high = _rank_range(members)
    n, d = score.shape
    selective = None if reference is None else _percentiles(score, reference[:, order]).ravel()
    return pl.DataFrame(
        {
            "patient_id": np.repeat(np.array(patient_ids, dtype=np.str_), d),
            "drug_id": np.tile(np.array(drug_ids, dtype=np.str_)[order], n),
            "score": score.ravel(),
            "score_sd": spread.ravel(),
            "selective": selective,
            "rank": _ranks(score).ravel(),
            "tied": _tied(score).ravel(),
            "rank_low": low.ravel(),
            "rank_high": high.ravel(),
        },
        schema_overrides={"selective": pl.Float32},
        nan_to_null=True,
    )


def make_shortlists(store: Store, ranking: Ranking, run_ids: Sequence[str]) -> Shortlists:
    """EDP and the drugs that stand out, of these runs."""
    _keep_edp(store, ranking, run_ids)
    return Shortlists(edp=store.sql("FROM edp"), **_selective(store, ranking, run_ids))


def tables(store: Store, ranking: Ranking, run_ids: Sequence[str] | None = None) -> Tables:
    """EDP, EDI, DEI, Qualified and the drugs that stand out, of these runs or of the newest run of each indication.

    Raises
    ------
    StoreError
        Nothing has been ranked.
    InputError
        A drug of ``ranking.excluded_drugs`` is not known to the store.
    """
    runs = list(run_ids or current_runs(store))
    _keep_edp(store, ranking, runs)
    _keep(store, "edi", query("edi"), run_ids=runs, drugs=ranking.indication_drugs)
    dei = _labelled(store, store.query("dei", run_ids=runs))
    qualified = store.query("qualified", {"dei": dei}, excluded=excluded_drugs.ids_of(store, ranking))
    selective = _selective(store, ranking, runs)
    return Tables(edp=store.sql("FROM edp"), **selective, edi=store.sql("FROM edi"), dei=dei, qualified=qualified)


def _selective(store: Store, ranking: Ranking, run_ids: Sequence[str]) -> dict[str, Any]:
    known, found = selective_drugs.clinical(store, run_ids), responses(store, run_ids)
    return {
        "stands_out": selective_drugs.stands_out(store, ranking, run_ids, known, found),
        "chance": selective_drugs.chance(store, ranking, run_ids, known, found),
        "responses": found,
    }


def _labelled(store: Store, efficacy: pl.DataFrame) -> pl.DataFrame:
    scored = efficacy.filter(pl.col("efficient").is_not_null())
    labels = evidence.labels(store, scored.select("drug_id", "indication", "efficient"))
    joined = efficacy.join(
        labels.select("drug_id", "indication", "label", "label_trial"),
        on=["drug_id", "indication"],
        how="left",
        maintain_order="left",
    )
    return joined.with_columns(pl.col("label", "label_trial").fill_null("Not scored"))


def current_runs(store: Store) -> list[str]:
    """Ids of the newest run of each indication, in the order of the indications.

    Raises
    ------
    StoreError
        Nothing has been ranked.
    """
    runs = store.sql("SELECT run_id FROM current_runs ORDER BY indication")
    if runs.is_empty():
        raise StoreError("nothing is ranked yet", where=str(store.path), remedy="run: crescreen rank CODE")
    return runs["run_id"].to_list()


def export(store: Store, table: str, ranking: Ranking | None = None, patient_id: str | None = None) -> pl.DataFrame:
    """One of the tables a user may take out, over the newest run of each indication; of one patient, or whole.

    Raises
    ------
    InputError
        No table of that name, no patients in it, or not this one.
    """
    if table in long_tables.NAMES:
        return long_tables.long_table(store, table, patient_id)
    frame = _exported(store, table, ranking or Ranking())
    return frame if patient_id is None else _of_patient(store, frame, table, patient_id)


def _exported(store: Store, table: str, ranking: Ranking) -> pl.DataFrame:
    if table in DERIVED:
        frame: pl.DataFrame = getattr(tables(store, ranking), table)
        return frame
    if table == STANDS_OUT:
        found: pl.DataFrame = _selective(store, ranking, current_runs(store))[STANDS_OUT]
        return found
    if table == BETWEEN:
        return between_indications.between_indications(store, ranking, current_runs(store))
    if table in NAMED:
        return store.query(table)
    if table in PLAIN:
        return store.sql(PLAIN[table])
    raise InputError(f"unknown table {table!r}", where="export", remedy=f"known are: {', '.join(sorted(EXPORTED))}")


def _of_patient(store: Store, frame: pl.DataFrame, table: str, patient_id: str) -> pl.DataFrame:
    if "patient_id" not in frame.columns:
        raise InputError(
            f"table {table} has no row of a patient",
            where="--patient",
            remedy="leave --patient out, or export scores, stands_out or edp",
        )
    found = frame.filter(pl.col("patient_id") == patient_id)
    # A ranked patient for whom nothing stands out has no row there, which is an answer.
    ranked = "SELECT 1 FROM run_patients JOIN current_runs USING (run_id) WHERE patient_id = $id"
    if found.is_empty() and store.scalar(ranked, id=patient_id) is None:
        raise InputError(
            f"no patient {patient_id!r} in table {table}",
            where="--patient",
            remedy="those ranked are listed by: crescreen export run_patients --out patients.csv",
        )
    return found


def _keep_edp(store: Store, ranking: Ranking, run_ids: Sequence[str]) -> None:
    runs, part = list(run_ids), Fraction(str(ranking.efficient_fraction))
    _keep(store, "edp_sizes", query("edp_sizes"), run_ids=runs, numerator=part.numerator, denominator=part.denominator)
    _keep(store, "edp_floors", query("edp_floors"), run_ids=runs)
    _keep(store, "edp", query("edp"))


def _keep(store: Store, name: str, text: str, **values: Any) -> None:
    # Temporary tables belong to the connection, so a store open for reading takes them too.
    store.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {text}", **values)


def _ranks(scores: Floats) -> Ints:
    """n x d ranks, 1 for the highest of a row; equal scores keep the order of the columns."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty(scores.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.arange(1, scores.shape[1] + 1, dtype=np.int32)[None, :], axis=1)
    return ranks


def _rank_range(members: Floats) -> tuple[Ints, Ints]:
    # One member at a time: the whole ensemble's ranks need not lie in memory at once.
    low = high = _ranks(members[0])
    for member in members[1:]:
        ranks = _ranks(member)
        low, high = np.minimum(low, ranks), np.maximum(high, ranks)
    return low, high


def _tied(scores: Floats) -> NDArray[np.bool_]:
    """n x d: whether another drug of the row has the same score."""
    order = np.argsort(scores, axis=1, kind="stable")
    ordered = np.take_along_axis(scores, order, axis=1)
    same = np.zeros(scores.shape, dtype=np.bool_)
    same[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    same[:, :-1] |= same[:, 1:]
    tied = np.empty_like(same)
    np.put_along_axis(tied, order, same, axis=1)
    return tied


def _percentiles(scores: Floats, reference: Floats) -> Floats:
    """n x d: where each score lies (0 to 1) among the K x d reference quantiles of its drug.

    A score on a flat stretch of the quantiles takes the middle of the stretch, so a drug that scores the same for
    everybody is at 0.5 for everybody.
    """
    levels = np.linspace(0.0, 1.0, len(reference))
    found = np.full(scores.shape, np.nan, dtype=np.float32)
    for j in np.flatnonzero(np.isfinite(reference).all(axis=0)):
        knots, column = np.sort(reference[:, j]), scores[:, j]
        from_below = np.interp(column, knots, levels)
        from_above = 1.0 - np.interp(-column, -knots[::-1], levels)
        found[:, j] = (from_below + from_above) / 2
    return found
