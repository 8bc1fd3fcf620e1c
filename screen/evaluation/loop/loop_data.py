"""What a replay of plates needs: predictions of every line by models that saw neither it nor the test lines.

The covariance of a model's errors is learned from lines that it did not see. So that nothing of a test line enters,
not even by way of a prediction for another line, each pair of folds has a model of its own, trained without both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from screen.errors import ScreenError
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_study import Study
from screen.evaluation.cell_lines.cross_validation import cut_fold, predict_folds
from screen.evaluation.cell_lines.splits import Fold, Split
from screen.models import Drugs, Rows
from screen.models.conditioning.residual_covariance import Doubles, DrugCovariance, residual_covariance
from screen.settings import Settings
from screen.tasks.progress import Progress

FEWEST_LINES = 30
"""A drug measured on fewer training lines of a screen has no mean and spread there."""


@dataclass(frozen=True)
class Screen:
    """Responses of the benchmark's lines and drugs in one screen."""

    name: str
    response: Doubles
    """L x D, NaN where not measured; low = sensitive."""


@dataclass(frozen=True)
class LoopFold:
    """One fold: its test lines, and predictions that know nothing of them."""

    name: str
    rows: Rows
    """Test lines."""
    training: Rows
    predicted: Doubles
    """L x D responses: a test line's by the model of the other folds, a training line's by the model without its own
    fold and the test lines; NaN for lines in no fold."""
    measured: Doubles
    """L x D responses of the training screen, NaN where not measured."""
    drugs: Drugs

    @cached_property
    def scale(self) -> "Scale":
        """Of the training screen."""
        return scale_of(self.measured[self.training])

    @cached_property
    def predicted_z(self) -> Doubles:
        """L x D, in standard deviations of each drug over the training lines."""
        return self.scale.standard(self.predicted)

    @cached_property
    def errors(self) -> DrugCovariance:
        """Covariance of the model's errors on the training lines."""
        return residual_covariance((self.scale.standard(self.measured) - self.predicted_z)[self.training], self.drugs)


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of each drug, length D; NaN for a drug of few lines."""

    mean: Doubles
    sd: Doubles

    def standard(self, response: Doubles) -> Doubles:
        """L x D responses in standard deviations from each drug's mean."""
        return (response - self.mean) / self.sd


def scale_of(response: Doubles) -> Scale:
    """The scale of L x D responses; NaN for a drug of fewer than :data:`FEWEST_LINES`."""
    there = np.isfinite(response)
    count = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, response, 0.0).sum(axis=0) / count
        sd = np.sqrt(np.where(there, np.square(response - mean), 0.0).sum(axis=0) / count)
    few = (count < FEWEST_LINES) | ~(sd > 1e-9)
    return Scale(np.where(few, np.nan, mean), np.where(few, np.nan, sd))


def loop_folds(
    benchmark: BenchmarkData, split: Split, model: str, settings: Settings, progress: Progress
) -> tuple[LoopFold, ...]:
    """Fit the model without each fold, and without each pair of folds; what is in the work folder is read.

    Raises
    ------
    ScreenError
        The model fails on a fold.
    """
    folds = [*split.folds, *(_without_both(one, other) for one, other in combinations(split.folds, 2))]
    data = [cut_fold(benchmark, fold, settings.seed) for fold in folds]
    work = settings.work / "evaluate"
    result = predict_folds(data, [model], work, settings.workers, progress, settings.cluster)[model]
    if result.fault:
        raise ScreenError(f"model {model} fails: {result.fault}", where="evaluate loop")
    tables = {
        fold.name: (fold.test_lines, np.asarray(prediction.predicted, np.float64))
        for fold, prediction in zip(folds, result.folds, strict=True)
    }
    measured = np.asarray(benchmark.response, np.float64)
    return tuple(
        LoopFold(
            fold.name,
            fold.test_lines,
            fold.lines,
            _predicted(fold, split.folds, tables, measured.shape),
            measured,
            benchmark.drugs,
        )
        for fold in split.folds
    )


def screens(benchmark: BenchmarkData, others: Sequence[Study]) -> tuple[Screen, ...]:
    """The other screens on the benchmark's drugs, most pairs first; those that share too little are left out."""
    place = {drug: column for column, drug in enumerate(benchmark.drugs.drug_ids)}
    found = []
    for study in others:
        table = np.full(benchmark.response.shape, np.nan)
        columns = [(place[drug], column) for column, drug in enumerate(study.drugs.drug_ids) if drug in place]
        if columns:
            here, there = (list(side) for side in zip(*columns, strict=True))
            table[:, here] = study.response[:, there]
        table[np.setdiff1d(np.arange(len(table)), benchmark.measured)] = np.nan
        if (np.isfinite(table).sum(axis=0) >= 2 * FEWEST_LINES).sum() >= FEWEST_LINES:
            found.append(Screen(study.name, table))
    return tuple(sorted(found, key=lambda one: (-int(np.isfinite(one.response).sum()), one.name)))


def _without_both(one: Fold, other: Fold) -> Fold:
    return Fold(
        _pair(one.name, other.name),
        np.setdiff1d(one.lines, other.test_lines),
        one.drugs,
        np.sort(np.concatenate([one.test_lines, other.test_lines])),
        one.test_drugs,
    )


def _pair(one: str, other: str) -> str:
    return " and ".join(sorted((one, other)))


def _predicted(
    fold: Fold, folds: Sequence[Fold], tables: dict[str, tuple[Rows, Doubles]], shape: tuple[int, ...]
) -> Doubles:
    predicted = np.full(shape, np.nan)
    predicted[fold.test_lines] = tables[fold.name][1]
    for other in folds:
        if other is not fold:
            rows, values = tables[_pair(fold.name, other.name)]
            predicted[other.test_lines] = values[np.searchsorted(rows, other.test_lines)]
    return predicted
