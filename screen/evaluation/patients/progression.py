"""Progression-free interval against the score of the drug given: Cox regression within tumour types (lifelines).

The interval counts from diagnosis, treatment begins later, and who was given what was no draw: an association, no more.
A patient without any drug on record is not known to be untreated; the records cover half of the treated.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from screen.evaluation.patients.cohort_scores import CohortScores
from screen.metrics.figure import Estimate, Figure
from screen.records import Floats

if TYPE_CHECKING:
    import pandas as pd

FEWEST_EVENTS = 20
_HAZARD = "pfi_hazard_ratio"
_HOW = "per SD of the score, stratified by type, robust by patient"


@dataclass(frozen=True)
class StackedPairs:
    """One row a patient and drug: of the treated the drugs given, of the others every drug given in their type."""

    rows: pl.DataFrame
    """patient (row in the reference), drug (column), type, days, event, treated, weight (1 a patient, shared out over
    its drugs)."""
    reference: CohortScores


def survival_figures(
    reference: CohortScores, followed: pl.DataFrame, given: pl.DataFrame, indication: str | None
) -> list[Figure]:
    """Hazard ratio of every model for the treated and for the others, and how much the two differ (interaction).

    Parameters
    ----------
    followed, given : of :mod:`screen.evaluation.patients.treatments`
    """
    stacked = _stack(reference, followed, given)
    figures: list[Figure] = []
    for model, scores in reference.scores.items():
        figure = partial(Figure, protocol="patients", model=model, indication=indication)
        figures += _of_model(stacked, scores, figure)
    return figures


def _stack(reference: CohortScores, followed: pl.DataFrame, given: pl.DataFrame) -> StackedPairs:
    places = pl.DataFrame({"patient_id": reference.patients}).with_row_index("patient")
    drugs = pl.DataFrame({"drug_id": reference.drugs}).with_row_index("drug")
    drugs = drugs.filter(pl.Series(reference.trained))
    people = followed.join(places, on="patient_id")
    treated = people.filter("treated").join(given, on="patient_id").join(drugs, on="drug_id")
    compared = treated.select("type", "drug").unique()
    others = people.filter(~pl.col("treated")).join(compared, on="type")
    rows = pl.concat([treated.select(others.columns), others]).sort("patient", "drug")
    return StackedPairs(rows.with_columns(weight=1 / pl.len().over("patient")), reference)


def _of_model(stacked: StackedPairs, scores: Floats, figure: "partial[Figure]") -> Iterator[Figure]:
    rows = stacked.rows.with_columns(score=pl.Series(_standard(stacked, scores)))
    rows = rows.filter(pl.col("score").is_finite())
    for stratum, part in (("treated", rows.filter("treated")), ("no-drug-on-record", rows.filter(~pl.col("treated")))):
        yield _hazard(figure(metric=_HAZARD, stratum_kind=stratum), part, "score", _HOW)
    crossed = rows.with_columns(given=pl.col("treated").cast(pl.Float64)).with_columns(
        both=pl.col("score") * pl.col("given")
    )
    interaction = figure(metric=f"{_HAZARD}_interaction", stratum_kind="treated-against-others")
    yield _hazard(interaction, crossed, "both", f"treated over others, {_HOW}")


def _standard(stacked: StackedPairs, scores: Floats) -> Floats:
    """The score of each row in SD among all patients of the type, for the same drug."""
    types = pl.DataFrame({"patient": stacked.rows["patient"], "type": stacked.rows["type"]}).unique()
    found = np.full(stacked.rows.height, np.nan, np.float32)
    patient, drug = stacked.rows["patient"].to_numpy(), stacked.rows["drug"].to_numpy()
    for part in types.sort("type", "patient").partition_by("type", maintain_order=True):
        of_type = scores[part["patient"].to_numpy()]
        mean = of_type.mean(axis=0)
        # Rounding gives a score that is the same for everybody a tiny deviation.
        sd = np.where(np.ptp(of_type, axis=0) > 0, of_type.std(axis=0), np.nan)
        here = (stacked.rows["type"] == part["type"][0]).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            found[here] = (scores[patient[here], drug[here]] - mean[drug[here]]) / sd[drug[here]]
    return found


def _hazard(figure: Figure, rows: pl.DataFrame, covariate: str, how: str) -> Figure:
    people = rows.unique("patient")
    events = int(people["event"].sum())
    figure = replace(figure, n=people.height, n_positive=events)
    treated = people.filter("treated")["event"].sum()
    if events < FEWEST_EVENTS or (covariate == "both" and treated < FEWEST_EVENTS):
        return replace(figure, note=f"not evaluable: {events} events, at least {FEWEST_EVENTS} are needed")
    names = ["score", "given", "both"] if covariate == "both" else ["score"]
    frame = rows.select("days", "event", "weight", "patient", "type", *names).to_pandas()
    found = _cox(frame, names, covariate)
    if found is None:
        return replace(figure, note="not evaluable: the regression does not converge")
    value, low, high, p = found
    return replace(figure, note=f"p = {p:.3f}, {how}").measured(Estimate(value, low, high))


def _cox(frame: "pd.DataFrame", names: list[str], covariate: str) -> tuple[float, float, float, float] | None:
    """Hazard ratio, its interval and p; nothing where a covariate parts those with an event from all others."""
    import warnings

    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = CoxPHFitter().fit(
                frame,
                "days",
                "event",
                strata=["type"],
                weights_col="weight",
                cluster_col="patient",
                robust=True,
                formula=" + ".join(names),
            )
        except (ConvergenceError, np.linalg.LinAlgError):
            return None
    summary = model.summary.loc[covariate]
    return tuple(float(summary[name]) for name in ("exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%", "p"))  # type: ignore[return-value]
