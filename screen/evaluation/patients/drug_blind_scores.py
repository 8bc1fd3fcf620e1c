"""Figures of the controls that stand beside every model on patients: what finds responders without knowing a drug."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from screen.evaluation.patients.cohort_scores import PatientCohort, predict_cohorts, score_cohorts
from screen.evaluation.patients.negative_controls import (
    PERMUTATIONS,
    SIGNATURES,
    of_drugs,
    permuted,
    signatures,
    type_rates,
)
from screen.evaluation.patients.responders import (
    BASELINE,
    KnownResponses,
    ResponderStratum,
    figure_in,
    pairs_of,
    strata_of,
    tested,
)
from screen.metrics.figure import Estimate, Figure
from screen.records import Floats
from screen.settings import Settings
from screen.tasks.progress import Progress

TYPE, RANDOM, PERMUTED = "tumour-type", "random-signatures", f"{BASELINE} permuted-within-lineage"


def drug_blind_figures(
    known: KnownResponses,
    cohorts: Sequence[PatientCohort],
    settings: Settings,
    indication: str | None,
    progress: Progress,
) -> list[Figure]:
    """Tumour type alone, random gene signatures, and ridge on responses permuted within lineages; pooled strata."""
    rates, random = type_rates(known.rows), signatures(cohorts, settings.seed)[known.patients]
    shuffled_scores = permuted_scores(known, cohorts, settings, progress)
    figures = []
    for stratum in strata_of(known):
        if not stratum.pooled:
            continue
        pairs = pairs_of(known.rows, stratum, rates)
        of_type = tested(figure_in(stratum, TYPE, "auroc", pairs, indication), pairs, settings.seed).figure
        figures.append(replace(of_type, note=f"{of_type.note}; read off the labels it is measured on"))
        figures.append(_spread(known, stratum, random, RANDOM, "auroc_p95", indication))
        if known.trained[stratum.rows].all():
            figures.append(_spread(known, stratum, shuffled_scores, PERMUTED, "auroc", indication))
    return figures


def permuted_scores(
    known: KnownResponses, cohorts: Sequence[PatientCohort], settings: Settings, progress: Progress
) -> Floats:
    """N x R: scores of ridge for the drug given, learned from responses that were permuted; NaN for new drugs."""
    drugs = known.rows["drug_id"].unique().to_list()
    quiet = settings.changed(workers=1)
    columns = []
    for draw in range(PERMUTATIONS):
        progress("controls: permuted responses", draw, PERMUTATIONS)
        shuffled = [permuted(of_drugs(cohort, drugs), settings.seed + draw) for cohort in cohorts]
        columns.append(scores_for(known, shuffled, BASELINE, quiet))
    return np.stack(columns, axis=1)


def scores_for(known: KnownResponses, cohorts: Sequence[PatientCohort], model: str, settings: Settings) -> Floats:
    """Length N: a model's scores for the drugs given; NaN for drugs and patients it was not tested."""
    predictions, _ = predict_cohorts(cohorts, [model], settings, lambda label, done, total: None)
    table = score_cohorts(cohorts, predictions)
    columns = {drug: column for column, drug in enumerate(table.drugs)}
    people = {patient: row for row, patient in enumerate(table.patients)}
    found = np.full(known.rows.height, np.nan, np.float32)
    for pair, (patient, drug) in enumerate(known.rows.select("patient_id", "drug_id").iter_rows()):
        if patient in people and drug in columns and model in table.scores:
            found[pair] = table.scores[model][people[patient], columns[drug]]
    return found


def _spread(
    known: KnownResponses, stratum: ResponderStratum, columns: Floats, model: str, metric: str, indication: str | None
) -> Figure:
    """How AUROCs of many columns lie: their 95th percentile, or their mean, between what holds 95% of them."""
    pairs = pairs_of(known.rows, stratum, columns)
    figure = figure_in(stratum, model, metric, pairs, indication)
    if not pairs.evaluable():
        return figure
    each = pairs.column_aurocs()
    low, top, high = (float(value) for value in np.percentile(each, (2.5, 95, 97.5)))
    if metric == "auroc":
        note = f"mean of {len(each)} permutations of the cell lines' responses; 95% of them"
        return replace(figure, note=note).measured(Estimate(float(each.mean()), low, high))
    note = f"95th percentile of {SIGNATURES} random signatures; 95% of them lie between low and high"
    return replace(figure, note=note).measured(Estimate(top, low, high))
