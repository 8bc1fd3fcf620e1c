"""What an interval, and a distance to training, are worth: measured on the folds of a protocol, for every model."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.cell_lines.out_of_fold import OutOfFold
from screen.evaluation.cell_lines.response_metrics import PooledPredictions
from screen.metrics.correlation import drug_correlations
from screen.metrics.error_by_distance import DistanceEffect, distance_effect
from screen.metrics.figure import Estimate, Figure
from screen.models.uncertainty.conformal import EVERYBODY, LEVEL, Labels, Outcome, cross_covered, share
from screen.models.uncertainty.drug_applicability import BANDS, DrugDomain, drug_domain
from screen.models.uncertainty.patient_applicability import distance_to
from screen.records import Floats

_FAR = (3, 2, 1, 0)
"""Bands of a drug's domain from near to far."""


def uncertainty_figures(results: OutOfFold) -> list[Figure]:
    """Coverage of conformal intervals; error of lines by distance, or r_drug of new drugs by nearness to trained ones.

    The intervals are calibrated on the other folds: by drug where lines are new, one width where drugs are.
    """
    judged = _judged(results)
    figures = []
    for model, out in results.predictions.items():
        figure = partial(Figure, protocol=results.split.protocol, indication=results.benchmark.indication, model=model)
        figures += [*_coverage(results, out, figure), *judged(out, figure)]
    return figures


def _coverage(results: OutOfFold, out: PooledPredictions, figure: "partial[Figure]") -> Iterator[Figure]:
    truth = np.where(np.isfinite(out.predicted), results.benchmark.response, np.nan).astype(np.float32)
    folds = np.full(truth.shape, -1, np.intp)
    for number, fold in enumerate(results.split.folds):
        folds[np.ix_(fold.test_lines, fold.test_drugs)] = number
    lines = results.by == "lines"
    labels: Labels = np.array([results.benchmark.drugs.drug_ids], np.str_) if lines else EVERYBODY
    spreads = {"": None} if out.spread is None else {"": None, "_weighted": out.spread}
    for name, spread in spreads.items():
        inside, widths = cross_covered(Outcome(out.predicted, truth, spread), folds, labels)
        seen = np.isfinite(inside)
        how = f"half-width {float(np.nanmean(widths)):.3f} on average, {'by drug, ' if lines else ''}other folds"
        yield figure(metric=f"coverage_conformal{name}_{LEVEL * 100:.0f}", n=int(seen.sum()), note=how).measured(
            share(inside, 0 if lines else 1, results.seed)
        )


def _judged(results: OutOfFold) -> Callable[[PooledPredictions, "partial[Figure]"], list[Figure]]:
    """What gives a model's figures by distance; the distances are the same for all models."""
    if results.by == "lines":
        distance = line_distances(results)
        return lambda out, figure: list(_by_distance(results, out, distance, figure))
    if results.split.new == "drugs":
        domain = new_drugs(results)
        return lambda out, figure: list(_by_domain(results, out, domain, figure))
    return lambda out, figure: []


def line_distances(results: OutOfFold) -> Floats:
    """Length L: distance of each test line to the training lines of its fold, in their frame; else NaN."""
    benchmark = results.benchmark
    distances = np.full(len(benchmark.lines), np.nan, np.float32)
    for fold in results.split.folds:
        frame = benchmark.frame_of(fold.lines)
        training_set, test = (frame.scale(benchmark.lines.take(rows)) for rows in (fold.lines, fold.test_lines))
        distances[fold.test_lines] = distance_to(training_set, test)
    return distances


def new_drugs(results: OutOfFold) -> tuple[DrugDomain, NDArray[np.intp]]:
    """Applicability of every test drug, against the training drugs of its fold; and which drugs those are."""
    drugs = results.benchmark.drugs
    found = [
        (fold.test_drugs, drug_domain(drugs.take(fold.test_drugs), drugs.take(fold.drugs)))
        for fold in results.split.folds
    ]
    together = DrugDomain(
        np.concatenate([domain.similarity for _, domain in found]),
        sum((domain.nearest for _, domain in found), ()),
        np.concatenate([domain.shared for _, domain in found]),
    )
    return together, np.concatenate([rows for rows, _ in found])


def _by_distance(
    results: OutOfFold, out: PooledPredictions, distance: Floats, figure: "partial[Figure]"
) -> Iterator[Figure]:
    squares = (out.predicted - results.benchmark.response).astype(np.float64) ** 2
    there = np.isfinite(squares)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.where(there, squares, 0).sum(axis=1) / there.sum(axis=1))
    found = distance_effect(distance, error, results.seed)
    for band in found.bands:
        of_band = figure(
            metric="rmse_of_line", stratum_kind="distance", stratum_name=band.name, n=band.n, note="mean over lines"
        )
        yield of_band.measured(band.error)
    lines = int(np.isfinite(error).sum())
    yield figure(metric="rmse_of_line_far_less_near", n=lines, note=_verdict(found)).measured(found.last_less_first)
    yield figure(metric="rank_correlation_distance_rmse", n=lines, note="over lines").measured(found.rank_correlation)


def _by_domain(
    results: OutOfFold, out: PooledPredictions, domain: tuple[DrugDomain, NDArray[np.intp]], figure: "partial[Figure]"
) -> Iterator[Figure]:
    verdict, drugs = domain
    each = drug_correlations(
        out.predicted[:, drugs], results.benchmark.response[:, drugs], np.ones((1, len(results.benchmark.lines)))
    )[0]
    bands = np.array([_FAR.index(int(band)) for band in verdict.bands], np.intp)
    found = distance_effect(1 - verdict.similarity, -each, results.seed, bands, [BANDS[band] for band in _FAR])
    for band in found.bands:
        of_band = figure(
            metric="r_drug", stratum_kind="domain", stratum_name=band.name, n=band.n, note="mean over new drugs"
        )
        yield of_band.measured(_turned(band.error))
    apart = figure(metric="r_drug_far_less_near", n=len(drugs), note=_verdict(found))
    yield apart.measured(_turned(found.last_less_first))


def _turned(error: Estimate) -> Estimate:
    return Estimate(-error.value, -error.high, -error.low)


def _verdict(found: DistanceEffect) -> str:
    return "outside is measurably worse" if found.rises else "outside is not measurably worse"
