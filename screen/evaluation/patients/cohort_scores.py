"""Scores of every patient of an indication by models trained on all cell lines; no outcome enters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData, load_benchmark
from screen.evaluation.cell_lines.cross_validation import FoldData, ModelPredictions, predict_folds
from screen.evaluation.model_entries import all_entries
from screen.models import Drugs, Subjects, TrainingSet
from screen.models.drug_features import features_of
from screen.records import Floats
from screen.settings import Settings
from screen.store import Store, load
from screen.tasks.progress import Progress


@dataclass(frozen=True)
class PatientCohort:
    """The patients of one indication, each in no other cohort, with the training and test data of their scores."""

    code: str
    patients: tuple[str, ...]
    """P."""
    genes: tuple[str, ...]
    """g."""
    fold_data: FoldData
    """All measured cell lines, P patients to align with and to predict; drugs of training alone."""
    further: Drugs
    """Drugs of training, then given ones without a measured response: for models that serve new drugs."""

    def for_new(self) -> FoldData:
        """The fold data with the further drugs as test drugs too."""
        return replace(self.fold_data, drugs=self.further)


@dataclass(frozen=True)
class CohortScores:
    """Scores of all patients, cohort after cohort; high = sensitive."""

    patients: tuple[str, ...]
    """P."""
    drugs: tuple[str, ...]
    """D."""
    trained: NDArray[np.bool_]
    """Length D: has a measured response."""
    scores: Mapping[str, Floats]
    """model -> P x D, NaN for what it cannot predict."""

    def general(self, model: str) -> Floats:
        """Length P: mean score over the drugs of training, the same for every drug."""
        return np.asarray(self.scores[model][:, self.trained].mean(axis=1), np.float32)


def cohorts_of(
    store: Store, settings: Settings, codes: Sequence[str], treatments: Sequence[str], progress: Progress
) -> list[PatientCohort]:
    """The cohorts of these indications.

    Parameters
    ----------
    treatments : ids of drugs that patients were given
    """
    taken: set[str] = set()
    found = []
    for number, code in enumerate(codes):
        progress(f"reading {code}", number, len(codes))
        benchmark = load_benchmark(store, settings, code)
        rows = [i for i, patient in enumerate(benchmark.patients.subject_ids) if patient not in taken]
        if rows:
            found.append(_cohort(store, settings, benchmark, rows, treatments))
            taken.update(found[-1].patients)
    return found


def _cohort(
    store: Store, settings: Settings, benchmark: BenchmarkData, rows: list[int], treatments: Sequence[str]
) -> PatientCohort:
    lines = benchmark.measured
    subjects = Subjects(
        benchmark.frame.scale(benchmark.lines.take(lines)),
        tuple(benchmark.lineages[i] for i in lines),
        tuple(benchmark.lines.subject_ids[i] for i in lines),
    )
    training_set = TrainingSet(
        subjects, benchmark.drugs, benchmark.response[lines], benchmark.scaled_patients, settings.seed
    )
    people = Subjects(benchmark.scaled_patients[rows], (benchmark.lineage,) * len(rows))
    return PatientCohort(
        str(benchmark.indication),
        tuple(benchmark.patients.subject_ids[i] for i in rows),
        benchmark.frame.genes,
        FoldData(training_set, people, benchmark.drugs),
        _further(store, benchmark, treatments),
    )


def _further(store: Store, benchmark: BenchmarkData, treatments: Sequence[str]) -> Drugs:
    from screen.models.encoder import embeddings

    new = set(treatments) - set(benchmark.drugs.drug_ids)
    everything = load.library(store, "all")
    library = everything.take([i for i, drug in enumerate(everything.drug_ids) if drug in new])
    if not len(library):
        return benchmark.drugs
    measured, other = (
        benchmark.drugs,
        features_of(library, embeddings.embeddings_of(store, library, embeddings.current_encoder(store))),
    )
    return Drugs(
        measured.drug_ids + other.drug_ids,
        np.vstack([measured.fingerprints, other.fingerprints]),
        measured.targets + other.targets,
        measured.pathways + other.pathways,
        np.vstack([measured.vectors, other.vectors]),
    )


def predict_cohorts(
    cohorts: Sequence[PatientCohort], models: Sequence[str], settings: Settings, progress: Progress
) -> tuple[dict[str, ModelPredictions], dict[str, str]]:
    """Each model's predictions, cohort by cohort, read where they were computed before; and why some have none."""
    table = all_entries()
    predictions: dict[str, ModelPredictions] = {}
    for new in (False, True):
        able = [model for model in models if table[model].new_drugs == new]
        folds_data = [cohort.for_new() if new else cohort.fold_data for cohort in cohorts]
        if able:
            predictions |= predict_folds(
                folds_data, able, work_of(settings), settings.workers, progress, settings.cluster
            )
    return (
        {model: predictions[model] for model in models if not predictions[model].fault},
        {model: result.fault for model, result in predictions.items() if result.fault},
    )


def work_of(settings: Settings) -> Path:
    """Folder of finished predictions."""
    return settings.work / "evaluate"


def score_cohorts(cohorts: Sequence[PatientCohort], predictions: Mapping[str, ModelPredictions]) -> CohortScores:
    """One table a model over all cohorts."""
    drugs = sorted({drug for cohort in cohorts for drug in cohort.further.drug_ids})
    trained = set.intersection(*(set(cohort.fold_data.drugs.drug_ids) for cohort in cohorts))
    return CohortScores(
        sum((cohort.patients for cohort in cohorts), ()),
        tuple(drugs),
        np.array([drug in trained for drug in drugs]),
        {model: _table(cohorts, result, drugs) for model, result in predictions.items()},
    )


def _table(cohorts: Sequence[PatientCohort], predictions: ModelPredictions, drugs: Sequence[str]) -> Floats:
    place = {drug: column for column, drug in enumerate(drugs)}
    parts = []
    for cohort, prediction in zip(cohorts, predictions.folds, strict=True):
        drugs_scored = cohort.further.drug_ids[: prediction.predicted.shape[1]]
        part = np.full((len(cohort.patients), len(drugs)), np.nan, np.float32)
        part[:, [place[drug] for drug in drugs_scored]] = -prediction.predicted
        parts.append(part)
    return np.concatenate(parts)
