"""What models that know all cell lines say of every patient of an indication: the side without any outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import Panel, panel_of
from screen.evaluation.cell_lines.cross_validation import Answers, Lesson, asked_of
from screen.evaluation.model_entries import entrants
from screen.models import Drugs, Subjects, TrainingSet
from screen.records import Floats
from screen.settings import Settings
from screen.store import Store, load
from screen.tasks.progress import Progress


@dataclass(frozen=True)
class Cohort:
    """The patients of one indication, each in no other cohort, and what a model learns and is asked for them."""

    code: str
    patients: tuple[str, ...]
    """P."""
    genes: tuple[str, ...]
    """g."""
    lesson: Lesson
    """All measured cell lines, P patients to align with and to answer for; drugs of training alone."""
    further: Drugs
    """Drugs of training, then given ones without a measured response: for models that serve new drugs."""

    def for_new(self) -> Lesson:
        """The lesson that asks about the further drugs too."""
        return replace(self.lesson, drugs=self.further)


@dataclass(frozen=True)
class Reference:
    """What models say of all patients, cohort after cohort; high = sensitive."""

    patients: tuple[str, ...]
    """P."""
    drugs: tuple[str, ...]
    """D."""
    trained: NDArray[np.bool_]
    """Length D: has a measured response."""
    scores: Mapping[str, Floats]
    """model -> P x D, NaN for what it cannot answer."""

    def general(self, model: str) -> Floats:
        """Length P: mean score over the drugs of training, the same whatever drug is asked about."""
        return np.asarray(self.scores[model][:, self.trained].mean(axis=1), np.float32)


def cohorts_of(
    store: Store, settings: Settings, codes: Sequence[str], given: Sequence[str], progress: Progress
) -> list[Cohort]:
    """The cohorts of these indications.

    Parameters
    ----------
    given : ids of drugs that patients were given
    """
    taken: set[str] = set()
    found = []
    for number, code in enumerate(codes):
        progress(f"reading {code}", number, len(codes))
        panel = panel_of(store, settings, code)
        rows = [i for i, patient in enumerate(panel.patients.subject_ids) if patient not in taken]
        if rows:
            found.append(_cohort(store, settings, panel, rows, given))
            taken.update(found[-1].patients)
    return found


def _cohort(store: Store, settings: Settings, panel: Panel, rows: list[int], given: Sequence[str]) -> Cohort:
    lines = panel.measured
    subjects = Subjects(
        panel.frame.scale(panel.lines.take(lines)),
        tuple(panel.lineages[i] for i in lines),
        tuple(panel.lines.subject_ids[i] for i in lines),
    )
    taught = TrainingSet(subjects, panel.drugs, panel.response[lines], panel.scaled_patients, settings.seed)
    asked = Subjects(panel.scaled_patients[rows], (panel.lineage,) * len(rows))
    return Cohort(
        str(panel.indication),
        tuple(panel.patients.subject_ids[i] for i in rows),
        panel.frame.genes,
        Lesson(taught, asked, panel.drugs),
        _further(store, panel, given),
    )


def _further(store: Store, panel: Panel, given: Sequence[str]) -> Drugs:
    from screen.models.drug_features import features_of
    from screen.models.encoder import embeddings

    new = set(given) - set(panel.drugs.drug_ids)
    everything = load.library(store, "all")
    library = everything.take([i for i, drug in enumerate(everything.drug_ids) if drug in new])
    if not len(library):
        return panel.drugs
    own, other = (
        panel.drugs,
        features_of(library, embeddings.embeddings(store, library, embeddings.current_encoder(store))),
    )
    return Drugs(
        own.drug_ids + other.drug_ids,
        np.vstack([own.fingerprints, other.fingerprints]),
        own.targets + other.targets,
        own.pathways + other.pathways,
        np.vstack([own.vectors, other.vectors]),
    )


def answered(
    cohorts: Sequence[Cohort], models: Sequence[str], settings: Settings, progress: Progress
) -> tuple[dict[str, Answers], dict[str, str]]:
    """Each model's answers, cohort by cohort, read where they were computed before; and why some have none."""
    table = entrants()
    said: dict[str, Answers] = {}
    for new in (False, True):
        asked = [model for model in models if table[model].new_drugs == new]
        lessons = [cohort.for_new() if new else cohort.lesson for cohort in cohorts]
        if asked:
            said |= asked_of(lessons, asked, work_of(settings), settings.workers, progress, settings.cluster)
    return (
        {model: said[model] for model in models if not said[model].fault},
        {model: own.fault for model, own in said.items() if own.fault},
    )


def work_of(settings: Settings) -> Path:
    """Where finished answers lie."""
    return settings.work / "evaluate"


def reference_of(cohorts: Sequence[Cohort], said: Mapping[str, Answers]) -> Reference:
    """One table a model over all cohorts."""
    drugs = sorted({drug for cohort in cohorts for drug in cohort.further.drug_ids})
    trained = set.intersection(*(set(cohort.lesson.drugs.drug_ids) for cohort in cohorts))
    return Reference(
        sum((cohort.patients for cohort in cohorts), ()),
        tuple(drugs),
        np.array([drug in trained for drug in drugs]),
        {model: _table(cohorts, own, drugs) for model, own in said.items()},
    )


def _table(cohorts: Sequence[Cohort], own: Answers, drugs: Sequence[str]) -> Floats:
    place = {drug: column for column, drug in enumerate(drugs)}
    parts = []
    for cohort, answer in zip(cohorts, own.folds, strict=True):
        asked = cohort.further.drug_ids[: answer.predicted.shape[1]]
        part = np.full((len(cohort.patients), len(drugs)), np.nan, np.float32)
        part[:, [place[drug] for drug in asked]] = -answer.predicted
        parts.append(part)
    return np.concatenate(parts)
