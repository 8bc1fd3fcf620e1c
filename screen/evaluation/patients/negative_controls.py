"""What finds responders without knowing the drug, and what remains of a model's scores once that is taken out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.evaluation.patients.cohort_scores import PatientCohort
from screen.records import Floats

SIGNATURES = 1000
_SIGNATURE_GENES = 50
PERMUTATIONS = 10


def type_rates(known: pl.DataFrame) -> Floats:
    """Length N: share of responders of the patient's tumour type, read off the very labels it is measured on."""
    return known.select(pl.col("positive").mean().over("type")).to_series().cast(pl.Float32).to_numpy()


def signatures(cohorts: Sequence[PatientCohort], seed: int) -> Floats:
    """P x 1000: mean level of random genes with random signs, each patient in the frame of its cohort."""
    rng = np.random.default_rng(seed)
    genes = sorted(set.intersection(*(set(cohort.genes) for cohort in cohorts)))
    weights = np.zeros((len(genes), SIGNATURES))
    for column in weights.T:
        requested_entries = rng.choice(len(genes), min(_SIGNATURE_GENES, len(genes)), replace=False)
        column[requested_entries] = rng.choice((-1.0, 1.0), requested_entries.size)
    parts = []
    for cohort in cohorts:
        place = {gene: column for column, gene in enumerate(cohort.genes)}
        parts.append(cohort.fold_data.lines.scaled[:, [place[gene] for gene in genes]] @ weights)
    return np.asarray(np.concatenate(parts), np.float32)


def permuted(cohort: PatientCohort, seed: int) -> PatientCohort:
    """The cohort with the responses permuted among the cell lines of each lineage, a line's whole row at a time."""
    rng = np.random.default_rng(seed)
    training_set = cohort.fold_data.training_set
    lineages = np.array(training_set.lines.lineages)
    order = np.arange(len(lineages))
    for lineage in np.unique(lineages):
        rows = np.flatnonzero(lineages == lineage)
        order[rows] = rng.permutation(rows)
    return replace(
        cohort,
        fold_data=replace(cohort.fold_data, training_set=replace(training_set, response=training_set.response[order])),
    )


def of_drugs(cohort: PatientCohort, drug_ids: Sequence[str]) -> PatientCohort:
    """The cohort with some of the drugs of training, to learn and to predict, and no further ones."""
    wanted = set(drug_ids)
    training_set = cohort.fold_data.training_set
    columns = np.array([i for i, drug in enumerate(training_set.drugs.drug_ids) if drug in wanted], np.intp)
    drugs = training_set.drugs.take(columns)
    training_set = replace(training_set, drugs=drugs, response=training_set.response[:, columns])
    return replace(cohort, fold_data=replace(cohort.fold_data, training_set=training_set, drugs=drugs), further=drugs)


def beyond(scores: Floats, control: Floats) -> Floats:
    """P x D: what of each drug's scores a straight line on the control (P) does not explain, over all patients.

    The line is fitted on all patients, whether their response is known or not, so no outcome enters it.
    """
    centred = (control - control.mean(dtype=np.float64)).astype(np.float64)
    deviations = scores - scores.mean(axis=0, dtype=np.float64)
    spread = centred @ centred
    slope = centred @ deviations / spread if spread > 0 else np.zeros(scores.shape[1])
    return np.asarray(deviations - centred[:, None] * slope, np.float32)


def rows_in(patients: Sequence[str], known: pl.DataFrame) -> NDArray[np.intp]:
    """Length N: where each known pair's patient stands."""
    place = {patient: row for row, patient in enumerate(patients)}
    return np.array([place[patient] for patient in known["patient_id"]], np.intp)
