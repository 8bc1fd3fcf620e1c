"""Drugs that stand out for a patient: potent enough and selective at once, beside what there would be by chance.

Potent enough: by the score, which compares the drug with all others, and by its place among the cell lines of all types
that were measured with this drug.

The selective place of a drug is uniform over the reference patients by construction, so some drugs are above its floor
for everybody. How many a patient has by chance is the sum over drugs of the share of patients in whom the drug would be
listed, min(share at the potency floor, 1 - selective floor); with one patient alone it is the number of drugs at the
potency floor times 1 - selective floor.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl

from screen.ranking.predicted_response import Responses, read_back
from screen.settings import Ranking
from screen.store import Store


def clinical(store: Store, run_ids: Sequence[str]) -> pl.DataFrame:
    """drug_id, clinical and clinical_reason of the drugs that these runs scored.

    ``clinical`` is true of a drug with a phase from 1 on in the Repurposing Hub, a trial or a label, and null where no
    source of any of them was read.
    """
    return store.query("clinical", run_ids=list(run_ids))


def stands_out(
    store: Store, ranking: Ranking, run_ids: Sequence[str], known: pl.DataFrame, found: Responses
) -> pl.DataFrame:
    """run_id, patient_id, indication, drug_id, drug_name, score, score_low, score_high, selective, clinical,
    clinical_reason, folded, rank, response, response_low, response_high, line_place: the drugs at or above all floors
    of ``ranking``, the most selective first, folded ones last.

    Parameters
    ----------
    known : rows of :func:`clinical`
    found : scales and measured lines of these runs
    """
    frames = {"clinical": known, "least": _least(store, ranking, run_ids, found)}
    return read_back(found, store.query("stands_out", frames, run_ids=list(run_ids), **_floors(ranking)))


def chance(
    store: Store, ranking: Ranking, run_ids: Sequence[str], known: pl.DataFrame, found: Responses
) -> pl.DataFrame:
    """indication, expected, expected_unfolded, known: how many drugs stand out for a patient by chance, of all and of
    those that are not folded; whether it is known of any drug that it was given to people.

    Parameters
    ----------
    known : rows of :func:`clinical`
    found : scales and measured lines of these runs
    """
    frames = {"clinical": known, "least": _least(store, ranking, run_ids, found)}
    return store.query("stands_out_chance", frames, run_ids=list(run_ids), **_floors(ranking))


def _floors(ranking: Ranking) -> dict[str, Any]:
    return {"compounds": ranking.compounds, "selective_floor": ranking.selective_floor}


def _least(store: Store, ranking: Ranking, run_ids: Sequence[str], found: Responses) -> pl.DataFrame:
    """run_id, drug_id, least: the score from which a drug is potent enough, by both floors."""
    scored = store.sql(
        "SELECT run_id, drug_id FROM run_drugs WHERE scored AND list_contains($runs, run_id) ORDER BY ALL",
        runs=list(run_ids),
    )
    least = [
        max(ranking.potency_floor, found.least_score(run, drug, ranking.line_floor)) for run, drug in scored.iter_rows()
    ]
    return scored.with_columns(least=pl.Series(least, dtype=pl.Float32))
