"""Protocol ``cohorts``: how well lines are predicted when read as patients are, and the drugs listed for a lineage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import predict_folds
from screen.evaluation.cell_lines.splits import Split
from screen.evaluation.cohorts.indication_lists import (
    effective_in_most,
    lowest,
    nearest_lineages_mean,
    often_measured,
    precision,
)
from screen.evaluation.cohorts.readings import (
    AS_IT_IS,
    READINGS,
    CohortFold,
    cohort_lineages,
    cut_cohort_fold,
    cut_unseen_lineage,
)
from screen.metrics.correlation import Doubles, estimate, r_drug
from screen.metrics.figure import Estimate, Figure
from screen.metrics.top_lists import list_figures
from screen.models import Rows
from screen.records import Floats
from screen.settings import Settings
from screen.tasks.progress import Progress

PROTOCOL = "cohorts"
_READING, _LINEAGE = "reading", "lineage"
_LISTS = ("precision_top5", "selective_precision_top5")


@dataclass(frozen=True)
class CohortPredictions:
    """Of n lines, pooled over the folds that held them out."""

    rows: Rows
    """n rows of the benchmark."""
    cells: tuple[tuple[int, str], ...]
    """Length n: fold and lineage."""
    predicted: dict[str, Floats]
    """Reading -> n x D."""


def evaluate_cohorts(
    benchmark: BenchmarkData, split: Split, models: Sequence[str], settings: Settings, progress: Progress
) -> list[Figure]:
    """Figures of each model by reading, and of its lists for lineages without a response in training."""
    work = settings.work / "evaluate"
    folds = [cut_cohort_fold(benchmark, fold, settings.seed) for fold in split.folds]
    pooled = _predicted(folds, models, work, settings, progress)
    figures = [
        figure
        for model, found in pooled.items()
        for figure in _by_reading(benchmark, split, model, found, settings.seed)
    ]
    unseen = [cut_unseen_lineage(benchmark, lineage, settings.seed) for lineage in cohort_lineages(benchmark)]
    predictions = predict_folds(
        [one.fold_data for one in unseen], models, work, settings.workers, progress, settings.cluster
    )
    lists = {
        model: [fold.predicted for fold in result.folds] for model, result in predictions.items() if not result.fault
    }
    return figures + _of_lists(benchmark, unseen, lists, settings.seed)


def _predicted(
    folds: Sequence[CohortFold], models: Sequence[str], work: Path, settings: Settings, progress: Progress
) -> dict[str, CohortPredictions]:
    predictions = predict_folds(
        [one.fold_data for one in folds], models, work, settings.workers, progress, settings.cluster
    )
    rows = np.concatenate([one.rows for one in folds])
    cells = tuple(
        (number, name) for number, one in enumerate(folds) for name in one.fold_data.lines.lineages[: len(one.rows)]
    )
    found = {}
    for model, result in predictions.items():
        if result.fault:
            continue
        read = [one.by_reading(fold.predicted) for one, fold in zip(folds, result.folds, strict=True)]
        found[model] = CohortPredictions(
            rows, cells, {reading: np.concatenate([part[reading] for part in read]) for reading in READINGS}
        )
    return found


def _by_reading(
    benchmark: BenchmarkData, split: Split, model: str, found: CohortPredictions, seed: int
) -> Iterator[Figure]:
    response = benchmark.response[found.rows]
    within = _less_cells(response, found.cells)
    lineages = np.array([name for _, name in found.cells], object)
    mean, sd = _drug_moments(benchmark, split, found)
    pairs = int(np.isfinite(response).sum())
    plain = partial(r_drug, found.predicted[AS_IT_IS], response)
    for reading, predicted in found.predicted.items():
        about = Figure(
            protocol=PROTOCOL, model=model, metric="r_drug", stratum_kind=_READING, stratum_name=reading, n=pairs
        )
        whole = partial(r_drug, predicted, response)
        yield _named(about, "r_drug", estimate(whole, len(response), seed))
        if reading != AS_IT_IS:
            difference = estimate(_less(whole, plain), len(response), seed)
            yield _named(about, "r_drug", difference, baseline=AS_IT_IS)
        centred = partial(r_drug, _less_cells(predicted, found.cells), within)
        yield _named(about, "r_drug_within_lineage", estimate(centred, len(response), seed))
        predicted_means, measured_means = (
            _lineage_means(values, response, lineages) for values in (predicted, response)
        )
        between = partial(r_drug, predicted_means, measured_means)
        yield _named(about, "r_drug_between_lineages", estimate(between, len(set(lineages.tolist())), seed))
        lists = list_figures(predicted, response, mean, sd)
        for name in _LISTS:
            yield _named(about, name, _mean(lists[name], seed))


def _less(one: Callable[[Doubles], Doubles], other: Callable[[Doubles], Doubles]) -> Callable[[Doubles], Doubles]:
    """Paired: both are of the same draws."""
    return lambda weights: one(weights) - other(weights)


def _named(about: Figure, metric: str, found: Estimate, baseline: str | None = None) -> Figure:
    return replace(about, metric=metric, baseline=baseline).measured(found)


def _less_cells(values: Floats, cells: Sequence[tuple[int, str]]) -> Floats:
    """Values (n x D) less their mean in each cell of fold and lineage, where no left-out mean biases a correlation."""
    names = [f"{fold} {lineage}" for fold, lineage in cells]
    centred = values.astype(np.float64, copy=True)
    for name in sorted(set(names)):
        cell = np.array([other == name for other in names])
        there = np.isfinite(values[cell])
        mean = np.where(there, values[cell], 0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        centred[cell] -= mean
    return np.asarray(centred, np.float32)


def _lineage_means(values: Floats, response: Floats, lineages: NDArray[np.object_]) -> Floats:
    """Mean of each lineage over its measured lines, lineages x D; NaN for a drug measured in fewer than three."""
    means = []
    for name in sorted(set(lineages.tolist())):
        seen = np.isfinite(response[lineages == name])
        total = np.where(seen, values[lineages == name], 0).sum(axis=0)
        means.append(np.where(seen.sum(axis=0) >= 3, total / np.maximum(seen.sum(axis=0), 1), np.nan))
    return np.asarray(means, np.float32)


def _drug_moments(benchmark: BenchmarkData, split: Split, found: CohortPredictions) -> tuple[Floats, Floats]:
    """Mean and SD of each drug over the training lines of each line's fold, n x D."""
    training = [benchmark.response[fold.lines] for fold in split.folds]
    of_fold = [fold for fold, _ in found.cells]
    means = np.stack([np.nanmean(part, axis=0) for part in training])
    deviations = np.stack([np.maximum(np.nanstd(part, axis=0), 1e-6) for part in training])
    return means[of_fold], deviations[of_fold]


def _mean(values: Doubles, seed: int) -> Estimate:
    there = values[np.isfinite(values)]
    if not there.size:
        return Estimate(float("nan"))
    return estimate(lambda weights: weights @ there / weights.sum(axis=1), there.size, seed)


def _of_lists(
    benchmark: BenchmarkData, unseen: Sequence[CohortFold], predicted: dict[str, list[Floats]], seed: int
) -> list[Figure]:
    """Precision of the ten drugs listed for each lineage, of every model and of lists that know no profile."""
    found: dict[str, list[float]] = {}
    for number, one in enumerate(unseen):
        response = benchmark.response[one.rows]
        drugs = often_measured(response)
        truth = effective_in_most(response, drugs)
        training = np.setdiff1d(benchmark.measured, one.rows)
        median = np.nanmedian(benchmark.response[training], axis=0)
        lists = {model: effective_in_most(parts[number], drugs) for model, parts in predicted.items()}
        lists |= {
            "drug-median": lowest(median, drugs),
            "nearest-lineages-mean": lowest(nearest_lineages_mean(benchmark, training, one.rows), drugs),
            "any drug (chance)": frozenset(drugs.tolist()),
        }
        for model, listed in lists.items():
            found.setdefault(model, []).append(precision(listed, truth))
    return [figure for model, values in found.items() for figure in _list_figures(model, values, unseen, seed)]


def _list_figures(model: str, values: list[float], unseen: Sequence[CohortFold], seed: int) -> Iterator[Figure]:
    about = Figure(protocol=PROTOCOL, model=model, metric="edi_precision", n=len(values), note="unseen lineages")
    yield about.measured(_mean(np.array(values), seed))
    for value, one in zip(values, unseen, strict=True):
        yield _named(
            Figure(
                protocol=PROTOCOL,
                model=model,
                metric="edi_precision",
                stratum_kind=_LINEAGE,
                stratum_name=one.fold_data.lines.lineages[0],
                n=len(one.rows),
            ),
            "edi_precision",
            Estimate(value),
        )
