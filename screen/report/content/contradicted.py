"""Drugs recorded for the indication that the prediction leaves out: where they rank instead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from screen.report.content.drug_evidence import DrugNote
from screen.report.content.provenance import CurrentRun
from screen.store import Store

_PLACES = """
SELECT drug_id, median(rank) AS rank, avg(score) AS score FROM scores WHERE run_id = $run GROUP BY drug_id
"""


@dataclass(frozen=True)
class Missed:
    """A recorded drug that is not efficient."""

    note: DrugNote
    share: float
    """Of the patients on whose shortlist it is."""
    median_rank: float
    mean_score: float


def missed(
    store: Store,
    run: CurrentRun,
    notes: Mapping[str, DrugNote],
    chosen: Collection[str],
    counts: Mapping[str, int],
    patients: int,
) -> tuple[Missed, ...]:
    """Recorded drugs on no list of the page: the approved first, then by median rank over the patients.

    Parameters
    ----------
    chosen : drug ids predicted efficient (EDI)
    counts : drug id -> patients on whose shortlist it is
    """
    places = {drug: (rank, score) for drug, rank, score in store.sql(_PLACES, run=run.run_id).iter_rows()}
    found = [
        Missed(note, counts.get(drug, 0) / patients, *places[drug])
        for drug, note in notes.items()
        if drug not in chosen and note.label == "Contradicted" and not note.listed
    ]
    return tuple(sorted(found, key=lambda one: (not one.note.approved, one.median_rank, one.note.drug_id)))
