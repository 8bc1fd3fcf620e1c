"""Lineages of cell lines read as cohorts of patients are: their profiles known, their responses not."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import FoldData
from screen.evaluation.cell_lines.splits import Fold
from screen.expression import Frame, fit_frame
from screen.models import Rows, Subjects, TrainingSet
from screen.records import Floats, Profiles

FEWEST_OF_COHORT = 12
"""Measured lines of a lineage that is taken as a cohort."""
AS_IT_IS = "as it is"
READINGS = (AS_IT_IS, "as it is, lineage unknown", "against all lines", "against its type")
"""A line in the frame of cell lines with and without its lineage; as a patient, ranks exchanged against all cell lines
(lineage unknown) and against lines of its lineage (lineage known), as patients of an indication are read."""


@dataclass(frozen=True)
class CohortFold:
    """One fold's training part, and its test lines in every reading."""

    fold_data: FoldData
    """Test lines: n lines a reading, reading after reading."""
    rows: Rows
    """n: rows of the benchmark."""

    def by_reading(self, predicted: Floats) -> dict[str, Floats]:
        """Predictions (4 n x D) of each reading, n x D."""
        return dict(zip(READINGS, np.split(predicted, len(READINGS)), strict=True))


def cohort_lineages(benchmark: BenchmarkData) -> tuple[str, ...]:
    """Lineages that serve as cohorts, by name."""
    counts = Counter(benchmark.lineages[row] for row in benchmark.measured.tolist())
    return tuple(sorted(name for name, n in counts.items() if n >= FEWEST_OF_COHORT and name != "unknown"))


def cut_cohort_fold(benchmark: BenchmarkData, fold: Fold, seed: int) -> CohortFold:
    """The fold of protocol ``lines``, its test lines read as lines and as patients of their lineage's cohort.

    The frame's reference are the training lines; a cohort's own quantiles are those of all its measured lines.
    """
    names = np.array(benchmark.lineages, object)
    frame = benchmark.frame_of(fold.lines)
    parts = []
    for lineage in cohort_lineages(benchmark):
        test = fold.test_lines[names[fold.test_lines] == lineage]
        if test.size:
            cohort = benchmark.measured[names[benchmark.measured] == lineage]
            parts.append((test, lineage, _as_patients(benchmark, fold.lines, cohort, test, lineage)))
    rows = np.concatenate([test for test, _, _ in parts])
    lineages = tuple(lineage for test, lineage, _ in parts for _ in test)
    unknown = ("",) * len(rows)
    plain = frame.scale(benchmark.lines.take(rows))
    scaled = [plain, plain, *(np.concatenate([read[way] for _, _, read in parts]) for way in (0, 1))]
    subjects = Subjects(np.concatenate(scaled), lineages + unknown + unknown + lineages)
    return CohortFold(FoldData(_training_set(benchmark, fold.lines, frame, seed), subjects, benchmark.drugs), rows)


def cut_unseen_lineage(benchmark: BenchmarkData, lineage: str, seed: int) -> CohortFold:
    """A lineage of which no response is in training, read as the patients of an indication are.

    The profiles of its lines are among the frame's references, as those of unmeasured lines are in training.
    """
    names = np.array(benchmark.lineages, object)
    cohort = benchmark.measured[names[benchmark.measured] == lineage]
    training = benchmark.measured[names[benchmark.measured] != lineage]
    nearness = [int(name == lineage) for name in names[benchmark.measured]]
    frame = fit_frame(
        benchmark.lines.take(benchmark.measured), _patients(benchmark, cohort), benchmark.frame.genes, nearness
    )
    subjects = Subjects(frame.scale(_patients(benchmark, cohort)), (lineage,) * len(cohort))
    return CohortFold(FoldData(_training_set(benchmark, training, frame, seed), subjects, benchmark.drugs), cohort)


def _as_patients(
    benchmark: BenchmarkData, training: Rows, cohort: Rows, test: Rows, lineage: str
) -> tuple[Floats, Floats]:
    """The test lines as patients of their cohort, n x g: against all training lines, against those of the lineage."""
    lines, patients = benchmark.lines.take(training), _patients(benchmark, cohort)
    genes, read = benchmark.frame.genes, _patients(benchmark, test)
    nearness = [int(benchmark.lineages[row] == lineage) for row in training.tolist()]
    against_all, against_type = (fit_frame(lines, patients, genes, near) for near in (None, nearness))
    return against_all.scale(read), against_type.scale(read)


def _patients(benchmark: BenchmarkData, rows: NDArray[np.intp]) -> Profiles:
    return replace(benchmark.lines.take(rows), domain="patient")


def _training_set(benchmark: BenchmarkData, rows: Rows, frame: Frame, seed: int) -> TrainingSet:
    lines = benchmark.lines.take(rows)
    subjects = Subjects(frame.scale(lines), tuple(benchmark.lineages[row] for row in rows), lines.subject_ids)
    return TrainingSet(subjects, benchmark.drugs, benchmark.response[rows], subjects.scaled[:0], seed)
