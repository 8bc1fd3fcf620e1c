"""Out-of-fold predictions to figures with intervals, and what each model has over the baselines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines.cross_validation import ModelPredictions
from screen.evaluation.cell_lines.line_strata import FEWEST, BenchmarkStratum, strata
from screen.evaluation.cell_lines.response_metrics import (
    By,
    PooledPredictions,
    Resampled,
    TrainingMeans,
    draws_of,
    metrics_of,
    training_means,
)
from screen.evaluation.cell_lines.splits import Split
from screen.metrics import correlation
from screen.metrics.correlation import Doubles, over_draws
from screen.metrics.figure import Figure
from screen.metrics.standing_out import standing_out
from screen.metrics.top_lists import NAMES as LISTS
from screen.metrics.top_lists import list_figures
from screen.tasks.progress import Progress

PRECISION = "stands_out_precision"
COMPARED = ("r_drug", "r_res", "rmse")
"""Metrics compared with every baseline; top-list metrics are compared only with baselines other than ridge."""


@dataclass(frozen=True)
class OutOfFold:
    """All that the figures of one split are made of."""

    benchmark: BenchmarkData
    split: Split
    means: TrainingMeans
    predictions: Mapping[str, PooledPredictions]
    lists: Mapping[str, Resampled]
    """model -> figures of each line's top list, length L; none where drugs are new."""
    baselines: tuple[str, ...]
    seed: int

    @property
    def by(self) -> By:
        """What the draws resample."""
        return "lines" if self.split.new == "lines" else "drugs"

    def only(self, model: str) -> "OutOfFold":
        """The same of one model alone."""
        return replace(
            self, predictions={model: self.predictions[model]}, lists={model: self.lists[model]}, baselines=()
        )


def pool_results(
    benchmark: BenchmarkData,
    split: Split,
    predictions_of: Mapping[str, ModelPredictions],
    baselines: tuple[str, ...],
    seed: int,
) -> OutOfFold:
    """Pool the predictions of the models that have one on every fold."""
    predictions = {
        model: pooled(benchmark, split, result) for model, result in predictions_of.items() if not result.fault
    }
    means = training_means(benchmark, split)
    lists = {
        model: {
            **list_figures(out.predicted, benchmark.response, means.mean, means.sd),
            **standing_out(out.predicted, benchmark.response, means.cut.astype(np.float64), means.mean),
        }
        if split.new == "lines"
        else {}
        for model, out in predictions.items()
    }
    return OutOfFold(
        benchmark,
        split,
        means,
        predictions,
        lists,
        tuple(baseline for baseline in baselines if baseline in predictions),
        seed,
    )


def pooled(benchmark: BenchmarkData, split: Split, predictions_of: ModelPredictions) -> PooledPredictions:
    """L x D out of the folds' predictions."""
    predicted, spread = (np.full(benchmark.response.shape, np.nan, np.float32) for _ in range(2))
    for fold, prediction in zip(split.folds, predictions_of.folds, strict=True):
        tested = np.ix_(fold.test_lines, fold.test_drugs)
        predicted[tested] = prediction.predicted
        spread[tested] = np.nan if prediction.spread is None else prediction.spread
    return PooledPredictions(predicted, spread if np.isfinite(spread).any() else None)


def figures_of(results: OutOfFold, default: str, progress: Progress) -> list[Figure]:
    """Every model in every stratum; single drugs of the default alone."""
    places = list(strata(results.benchmark, lineages=results.by == "lines"))
    figures: list[Figure] = []
    for number, stratum in enumerate(places):
        progress("figures and their intervals", number, len(places))
        figures += _in_stratum(results, stratum)
    return figures + (
        _single_drugs(results, default) if default in results.predictions and results.by == "lines" else []
    )


def _single_drugs(results: OutOfFold, model: str) -> list[Figure]:
    """Each drug by name: r_drug of one model, and what it has over the baselines."""
    tested = np.isfinite(results.means.naive).any(axis=1)
    truth = results.benchmark.response[tested]
    weights = draws_of(len(truth), results.seed)
    each = {
        name: correlation.drug_correlations(results.predictions[name].predicted[tested], truth, weights)
        for name in dict.fromkeys((model, *results.baselines))
    }
    counts = np.isfinite(truth).sum(axis=0)
    figures = []
    for column, name in enumerate(results.benchmark.library.names):
        figure = Figure(
            protocol=results.split.protocol,
            model=model,
            metric="r_drug",
            stratum_kind="drug",
            stratum_name=name,
            indication=results.benchmark.indication,
            n=int(counts[column]),
            note=f"{counts[column]} lines",
        )
        correlations = each[model][:, column]
        figures.append(figure.measured(over_draws(correlations)))
        figures += [
            replace(figure, baseline=baseline).measured(over_draws(correlations - each[baseline][:, column]))
            for baseline in results.baselines
            if baseline != model
        ]
    return figures


def _in_stratum(results: OutOfFold, stratum: BenchmarkStratum) -> list[Figure]:
    tested = np.isfinite(results.means.naive)
    lines = stratum.lines & tested.any(axis=1)
    drugs = stratum.drugs & tested.any(axis=0)
    cut = np.ix_(lines, drugs)
    response, naive = results.benchmark.response[cut], results.means.naive[cut]
    pairs = np.isfinite(response) & np.isfinite(naive)
    subjects, others = (1, 0) if results.by == "lines" else (0, 1)
    measured_on = f"{int(pairs.any(axis=1).sum())} lines, {int(pairs.any(axis=0).sum())} drugs"
    figure = partial(
        Figure,
        protocol=results.split.protocol,
        stratum_kind=stratum.kind,
        stratum_name=stratum.name,
        indication=results.benchmark.indication,
        n=int(pairs.sum()),
    )
    if not pairs.size or int(pairs.any(axis=subjects).sum()) < FEWEST:
        few = f"not evaluable: {measured_on}, at least {FEWEST} {results.by} are needed"
        return [figure(model=model, metric="r_drug", note=few) for model in results.predictions]
    means = TrainingMeans(naive, results.means.mean[cut], results.means.sd[cut], results.means.cut[lines])
    weights = draws_of(response.shape[others], results.seed)
    resampled = {
        model: metrics_of(
            out.at(lines, drugs),
            response,
            means,
            weights,
            results.by,
            None
            if stratum.narrow
            else {name: list_values[lines] for name, list_values in results.lists[model].items()},
        )
        for model, out in results.predictions.items()
    }
    return [
        figure(model=model, metric=metric, baseline=baseline, note=measured_on).measured(over_draws(values))
        for model, metric, baseline, values in _with_differences(resampled, results.baselines)
    ]


def _with_differences(
    resampled: Mapping[str, Resampled], baselines: tuple[str, ...]
) -> Iterator[tuple[str, str, str | None, Doubles]]:
    """Model, metric, baseline (``None``: the model's own) and the values."""
    for model, metrics in resampled.items():
        yield from ((model, metric, None, values) for metric, values in metrics.items())
        for baseline in baselines:
            for metric in (*COMPARED, PRECISION, *LISTS):
                if baseline != model and metric in metrics and (metric not in LISTS or baseline != "ridge"):
                    yield model, metric, baseline, metrics[metric] - resampled[baseline][metric]
