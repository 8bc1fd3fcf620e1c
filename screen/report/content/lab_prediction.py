"""What the ranking said beforehand of the drugs that were then measured, and what it says now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen.records import drug_key
from screen.report.content.lab_curves import CurveRow
from screen.results.layouts import KILLERS
from screen.store import Store, lab_results

FEWEST = 12
"""Drugs below which no agreement is told."""

_PREDICTED = """
SELECT r.run_id, r.indication, s.drug_id, s.score::DOUBLE AS score, s.rank
FROM scores s JOIN current_runs r USING (run_id) WHERE s.patient_id = $patient ORDER BY s.rank
"""
_MEANS = """
SELECT drug_id, avg(value) AS mean FROM pair_responses WHERE metric = 'AUC' AND dataset = $dataset GROUP BY drug_id
"""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Predicted against measured, over the single drugs of one organoid."""

    indication: str
    """'' where the patient is not ranked."""
    run_id: str
    drugs: int
    model: float | None
    """Rank correlation of score and area: above 0 the ranking was right."""
    drug_mean: float | None
    """Of the drug's mean over cell lines, the same for every patient, and area."""
    residual: float | None
    """Of score and area, each less what the drug mean says: what is this patient's own."""
    reading: str
    points: tuple[tuple[str, float, float], ...]
    """Drug, score, area."""
    following: tuple[str, ...]
    """The best ranked drugs that were not tested, but for those that kill every culture."""


def agreement_of(store: Store, patient: str, rows: Sequence[CurveRow]) -> Agreement:
    """Compare a patient's ranking with what was measured."""
    ranked = store.sql(_PREDICTED, patient=patient)
    single = {row.drug_ids[0]: row for row in rows if len(row.drug_ids) == 1 and row.verdict != "fail"}
    known = _now(store, single)
    held = [(known[drug], score) for drug, score in ranked.select("drug_id", "score").iter_rows() if drug in known]
    nothing = {"model": None, "drug_mean": None, "residual": None}
    about = {
        "indication": str(ranked["indication"][0]) if ranked.height else "",
        "run_id": str(ranked["run_id"][0]) if ranked.height else "",
        "drugs": len(held),
        "points": tuple((row.name, float(score), row.area) for row, score in held),
        "following": _following(store, ranked, set(known)),
    }
    if not ranked.height:
        return Agreement(**about, **nothing, reading="not ranked: no prediction to compare with")  # type: ignore[arg-type]
    if len(held) < FEWEST:
        return Agreement(**about, **nothing, reading=f"n too small: {len(held)} drugs, {FEWEST} are needed")  # type: ignore[arg-type]
    return Agreement(**about, **_correlated(store, held, known), reading="rank correlations over these drugs")  # type: ignore[arg-type]


def _now(store: Store, single: dict[str, CurveRow]) -> dict[str, CurveRow]:
    """Drugs by what their names mean in the store now."""
    names = pl.Series([row.name for row in single.values()], dtype=pl.String)
    identities = dict(lab_results.resolved(store, names).iter_rows())
    return {identities.get(row.name, drug): row for drug, row in single.items()}


def _following(store: Store, ranked: pl.DataFrame, tested: set[str]) -> tuple[str, ...]:
    if not ranked.height:
        return ()
    names = dict(store.sql("SELECT drug_id, name FROM drugs").iter_rows())
    rest = [names.get(drug, drug) for drug in ranked["drug_id"] if drug not in tested]
    return tuple([name for name in rest if drug_key(name) not in KILLERS][:8])


def _correlated(
    store: Store, held: Sequence[tuple[CurveRow, float]], known: dict[str, CurveRow]
) -> dict[str, float | None]:
    areas = np.array([row.area for row, _ in held])
    scores = np.array([score for _, score in held])
    dataset = store.scalar(
        "SELECT dataset FROM responses WHERE metric = 'AUC' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    means = dict(store.sql(_MEANS, dataset=dataset or "").iter_rows())
    by_name = {row.name: drug for drug, row in known.items()}
    prior = np.array([1.0 - means.get(by_name[row.name], np.nan) for row, _ in held])
    both = np.isfinite(prior)
    model = _spearman(scores, areas)
    if both.sum() < FEWEST:
        return {"model": model, "drug_mean": None, "residual": None}
    left = [_less(values[both], prior[both]) for values in (scores, areas)]
    return {"model": model, "drug_mean": _spearman(prior[both], areas[both]), "residual": _spearman(*left)}


def _less(values: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """What a straight line through the prior does not explain."""
    slope, base = np.polyfit(prior, values, 1)
    return np.asarray(values - slope * prior - base)


def _spearman(one: np.ndarray, two: np.ndarray) -> float | None:
    from scipy import stats

    if np.ptp(one) == 0 or np.ptp(two) == 0:
        return None
    return float(stats.spearmanr(one, two).statistic)
