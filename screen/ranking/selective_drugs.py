"""Drugs that stand out for a patient: potent enough and selective at once, beside what there would be by chance.

The selective place of a drug is uniform over the reference patients by construction, so some drugs are above its floor
for everybody. How many a patient has by chance is the sum over drugs of the share of patients in whom the drug would be
listed, min(share at the potency floor, 1 - selective floor); with one patient alone it is the number of drugs at the
potency floor times 1 - selective floor.
"""

from collections.abc import Sequence

import polars as pl

from screen.settings import Ranking
from screen.store import Store


def clinical(store: Store, run_ids: Sequence[str]) -> pl.DataFrame:
    """drug_id, clinical and clinical_reason of the drugs that these runs scored.

    ``clinical`` is true of a drug with a phase from 1 on in the Repurposing Hub, a trial or a label, and null where no
    source of any of them was read.
    """
    return store.query("clinical", run_ids=list(run_ids))


def stands_out(store: Store, ranking: Ranking, run_ids: Sequence[str], known: pl.DataFrame) -> pl.DataFrame:
    """patient_id, indication, drug_id, drug_name, score, score_low, score_high, selective, clinical, clinical_reason,
    folded, rank: the drugs at or above both floors of ``ranking``, the most selective first, folded ones last.

    Parameters
    ----------
    known : rows of :func:`clinical`
    """
    return store.query(
        "stands_out", {"clinical": known}, run_ids=list(run_ids), compounds=ranking.compounds, **_floors(ranking)
    )


def chance(store: Store, ranking: Ranking, run_ids: Sequence[str], known: pl.DataFrame) -> pl.DataFrame:
    """indication, expected, expected_unfolded, known: how many drugs stand out for a patient by chance, of all and of
    those that are not folded; whether it is known of any drug that it was given to people.

    Parameters
    ----------
    known : rows of :func:`clinical`
    """
    return store.query(
        "stands_out_chance", {"clinical": known}, run_ids=list(run_ids), compounds=ranking.compounds, **_floors(ranking)
    )


def _floors(ranking: Ranking) -> dict[str, float]:
    return {"potency_floor": ranking.potency_floor, "selective_floor": ranking.selective_floor}
