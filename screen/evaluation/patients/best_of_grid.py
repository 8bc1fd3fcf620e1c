"""The published protocol, once: the best of a grid of settings chosen on the test patients, beside its own null.

None of this is a figure of ours. It shows what such a choice makes of any scores, random ones among them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.evaluation.cell_lines.cross_validation import FoldData
from screen.evaluation.patients.cohort_scores import PatientCohort
from screen.evaluation.patients.drug_blind_scores import scores_for
from screen.evaluation.patients.negative_controls import of_drugs
from screen.evaluation.patients.responders import BASELINE, NOT_EVALUABLE, KnownResponses, codes
from screen.metrics.correlation import Pairs
from screen.metrics.figure import Estimate, Figure
from screen.models import Subjects
from screen.records import Floats
from screen.settings import Settings
from screen.tasks.progress import Progress

GRID = "best-of-grid"
SETTINGS = 60
"""As many as the published grid has for the winning model."""
_REPEATS = 200
_NOTE = "chosen on the test patients, as published: never a figure of ours"


@dataclass(frozen=True)
class GridChoice:
    """Mean AUROC over the groups that a setting is chosen for."""

    average: float
    """Of all settings: nothing chosen."""
    best: float
    """Of the setting that is best on the very patients it is reported on."""
    random: NDArray[np.float64]
    """Length R: the same choice among as many columns of random numbers."""
    elsewhere: float
    """Of the setting that is best on one half of the patients, on the other half."""
    pairs: int
    positive: int


def best_setting(columns: Floats, within: Sequence[Pairs], seed: int) -> GridChoice | None:
    """Choose the best column for each group of pairs.

    Parameters
    ----------
    columns : N x K scores, one column a setting
    within : the groups, e.g. one a tumour type; ``subjects`` say who is who and ``scores`` (n x 1) are row numbers of
        ``columns``. Groups with too few of a class are left out; none left: ``None``
    """
    groups = [pairs for pairs in within if pairs.evaluable()]
    if not groups:
        return None
    rng = np.random.default_rng(seed)
    rescored = [replace(pairs, scores=columns[pairs.scores[:, 0].astype(np.intp)]) for pairs in groups]
    each = [pairs.column_aurocs() for pairs in rescored]
    random = [np.mean([_random(pairs, columns.shape[1], rng) for pairs in rescored]) for _ in range(_REPEATS)]
    halves = [
        np.mean([value for pairs in rescored if np.isfinite(value := _other_half(pairs, rng))]) for _ in range(_REPEATS)
    ]
    return GridChoice(
        float(np.mean([one.mean() for one in each])),
        float(np.mean([one.max() for one in each])),
        np.array(random),
        float(np.mean(halves)),
        sum(len(pairs.positive) for pairs in rescored),
        sum(int(pairs.positive.sum()) for pairs in rescored),
    )


def _random(pairs: Pairs, settings: int, rng: np.random.Generator) -> float:
    return float(replace(pairs, scores=rng.standard_normal((len(pairs.positive), settings))).column_aurocs().max())


def _other_half(pairs: Pairs, rng: np.random.Generator) -> float:
    people = np.unique(pairs.subjects)
    first = np.isin(pairs.subjects, rng.permutation(people)[: len(people) // 2])
    one, other = (
        Pairs(pairs.scores[rows], pairs.positive[rows], pairs.groups[rows], pairs.subjects[rows]).column_aurocs()
        for rows in (first, ~first)
    )
    return float(other[np.argmax(one)]) if np.isfinite(one).all() and np.isfinite(other).all() else np.nan


def grid_figures(
    known: KnownResponses,
    cohorts: Sequence[PatientCohort],
    settings: Settings,
    indication: str | None,
    progress: Progress,
) -> list[Figure]:
    """Sixty settings of ridge (half of the lines, half of the genes, at random), and the best for each tumour type."""
    types = [pairs for pairs in _types(known) if pairs.evaluable()]
    needed = {known.rows["patient_id"][int(row)] for pairs in types for row in pairs.scores[:, 0]}
    columns = _columns(known, [one for one in cohorts if needed & set(one.patients)], settings, progress)
    choice = best_setting(columns, types, settings.seed)
    figure = partial(
        Figure,
        protocol="patients",
        model=f"{GRID} {BASELINE}",
        stratum_kind="mean-over-types",
        indication=indication,
        n=choice.pairs if choice else int(known.trained.sum()),
        n_positive=choice.positive if choice else None,
    )
    if choice is None:
        return [figure(metric="auroc_best_setting", note=NOT_EVALUABLE)]
    low, high = (float(end) for end in np.percentile(choice.random, (2.5, 97.5)))
    by_chance = f"its null: the best of {SETTINGS} columns of random numbers"
    elsewhere = "chosen on half of the patients, measured on the other half"
    found = (
        ("auroc_average_setting", Estimate(choice.average), "no setting chosen"),
        ("auroc_best_setting", Estimate(choice.best), _NOTE),
        ("auroc_best_random", Estimate(float(choice.random.mean()), low, high), by_chance),
        ("auroc_best_elsewhere", Estimate(choice.elsewhere), elsewhere),
    )
    return [figure(metric=metric, note=note).measured(value) for metric, value, note in found]


def _columns(known: KnownResponses, cohorts: Sequence[PatientCohort], settings: Settings, progress: Progress) -> Floats:
    drugs = known.rows["drug_id"].unique().to_list()
    quiet = settings.changed(workers=1)
    columns = []
    for number in range(SETTINGS if cohorts else 0):
        progress("best of a grid", number, SETTINGS)
        varied = [_varied(of_drugs(cohort, drugs), settings.seed + number) for cohort in cohorts]
        columns.append(scores_for(known, varied, BASELINE, quiet))
    return np.stack(columns, axis=1) if columns else np.empty((known.rows.height, 0), np.float32)


def _varied(cohort: PatientCohort, seed: int) -> PatientCohort:
    """Half of the lines and half of the genes."""
    rng = np.random.default_rng(seed)
    fold_data = cohort.fold_data
    training_set = fold_data.training_set
    lines = np.sort(rng.permutation(len(training_set.lines))[: len(training_set.lines) // 2])
    genes = np.sort(rng.permutation(len(cohort.genes))[: len(cohort.genes) // 2])
    fewer = training_set.lines.take(lines)
    halved = replace(
        training_set,
        lines=_of_genes(fewer, genes),
        response=training_set.response[lines],
        patients=training_set.patients[:, genes],
    )
    return replace(
        cohort,
        genes=tuple(cohort.genes[gene] for gene in genes),
        fold_data=FoldData(halved, _of_genes(fold_data.lines, genes), fold_data.drugs),
    )


def _of_genes(subjects: Subjects, genes: NDArray[np.intp]) -> Subjects:
    return replace(subjects, scaled=np.ascontiguousarray(subjects.scaled[:, genes]))


def _types(known: KnownResponses) -> Iterator[Pairs]:
    """The pairs of each tumour type, compared within a drug; their scores are their row numbers."""
    rows = known.rows.with_row_index("row").filter(pl.Series(known.trained))
    for part in rows.partition_by("type", maintain_order=True):
        yield Pairs(
            part["row"].to_numpy().astype(np.float64)[:, None],
            part["positive"].to_numpy(),
            codes(part["drug_id"]),
            codes(part["patient_id"]),
        )
