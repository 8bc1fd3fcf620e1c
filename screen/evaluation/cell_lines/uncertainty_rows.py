"""What an interval, and a distance to training, are worth: measured on the folds of a protocol, for every model."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.cell_lines.response_metrics import Out
from screen.evaluation.cell_lines.result_rows import Board
from screen.metrics.correlation import drug_correlations
from screen.metrics.error_by_distance import Rise, rise
from screen.metrics.figure import Estimate, Figure
from screen.models.uncertainty.conformal import EVERYBODY, LEVEL, Labels, Outcome, cross_covered, share
from screen.models.uncertainty.drug_applicability import BANDS, DrugDomain, drug_domain
from screen.models.uncertainty.patient_applicability import distance_to
from screen.records import Floats

_FAR = (3, 2, 1, 0)
"""Bands of a drug's domain from near to far."""


def uncertainty_figures(board: Board) -> list[Figure]:
    """Coverage of conformal intervals; error of lines by distance, or r_drug of new drugs by nearness to trained ones.

    The intervals are calibrated on the other folds: by drug where lines are new, one width where drugs are.
    """
    judged = _judged(board)
    figures = []
    for model, out in board.outs.items():
        figure = partial(Figure, protocol=board.split.protocol, indication=board.panel.indication, model=model)
        figures += [*_coverage(board, out, figure), *judged(out, figure)]
    return figures


def _coverage(board: Board, out: Out, figure: "partial[Figure]") -> Iterator[Figure]:
    truth = np.where(np.isfinite(out.predicted), board.panel.response, np.nan).astype(np.float32)
    folds = np.full(truth.shape, -1, np.intp)
    for number, fold in enumerate(board.split.folds):
        folds[np.ix_(fold.asked_lines, fold.asked_drugs)] = number
    lines = board.by == "lines"
    labels: Labels = np.array([board.panel.drugs.drug_ids], np.str_) if lines else EVERYBODY
    spreads = {"": None} if out.spread is None else {"": None, "_weighted": out.spread}
    for name, spread in spreads.items():
        inside, widths = cross_covered(Outcome(out.predicted, truth, spread), folds, labels)
        seen = np.isfinite(inside)
        how = f"half-width {float(np.nanmean(widths)):.3f} on average, {'by drug, ' if lines else ''}other folds"
        yield figure(metric=f"coverage_conformal{name}_{LEVEL * 100:.0f}", n=int(seen.sum()), note=how).measured(
            share(inside, 0 if lines else 1, board.seed)
        )


def _judged(board: Board) -> Callable[[Out, "partial[Figure]"], list[Figure]]:
    """What gives a model's figures by distance; the distances are the same for all models."""
    if board.by == "lines":
        distance = line_distances(board)
        return lambda out, figure: list(_by_distance(board, out, distance, figure))
    if board.split.new == "drugs":
        domain = new_drugs(board)
        return lambda out, figure: list(_by_domain(board, out, domain, figure))
    return lambda out, figure: []


def line_distances(board: Board) -> Floats:
    """Length L: distance of each line asked about to the training lines of its fold, in their frame; else NaN."""
    panel = board.panel
    distances = np.full(len(panel.lines), np.nan, np.float32)
    for fold in board.split.folds:
        frame = panel.frame_of(fold.lines)
        taught, asked = (frame.scale(panel.lines.take(rows)) for rows in (fold.lines, fold.asked_lines))
        distances[fold.asked_lines] = distance_to(taught, asked)
    return distances


def new_drugs(board: Board) -> tuple[DrugDomain, NDArray[np.intp]]:
    """Verdict on every drug asked about, against the drugs its fold learned from, and which drugs those are."""
    drugs = board.panel.drugs
    found = [
        (fold.asked_drugs, drug_domain(drugs.take(fold.asked_drugs), drugs.take(fold.drugs)))
        for fold in board.split.folds
    ]
    together = DrugDomain(
        np.concatenate([own.similarity for _, own in found]),
        sum((own.nearest for _, own in found), ()),
        np.concatenate([own.shared for _, own in found]),
    )
    return together, np.concatenate([rows for rows, _ in found])


def _by_distance(board: Board, out: Out, distance: Floats, figure: "partial[Figure]") -> Iterator[Figure]:
    squares = (out.predicted - board.panel.response).astype(np.float64) ** 2
    there = np.isfinite(squares)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.where(there, squares, 0).sum(axis=1) / there.sum(axis=1))
    found = rise(distance, error, board.seed)
    for band in found.bands:
        of_band = figure(
            metric="rmse_of_line", stratum_kind="distance", stratum_name=band.name, n=band.n, note="mean over lines"
        )
        yield of_band.measured(band.error)
    lines = int(np.isfinite(error).sum())
    yield figure(metric="rmse_of_line_far_less_near", n=lines, note=_verdict(found)).measured(found.last_less_first)
    yield figure(metric="rank_correlation_distance_rmse", n=lines, note="over lines").measured(found.rank_correlation)


def _by_domain(
    board: Board, out: Out, domain: tuple[DrugDomain, NDArray[np.intp]], figure: "partial[Figure]"
) -> Iterator[Figure]:
    verdict, drugs = domain
    each = drug_correlations(
        out.predicted[:, drugs], board.panel.response[:, drugs], np.ones((1, len(board.panel.lines)))
    )[0]
    bands = np.array([_FAR.index(int(band)) for band in verdict.bands], np.intp)
    found = rise(1 - verdict.similarity, -each, board.seed, bands, [BANDS[band] for band in _FAR])
    for band in found.bands:
        of_band = figure(
            metric="r_drug", stratum_kind="domain", stratum_name=band.name, n=band.n, note="mean over new drugs"
        )
        yield of_band.measured(_turned(band.error))
    apart = figure(metric="r_drug_far_less_near", n=len(drugs), note=_verdict(found))
    yield apart.measured(_turned(found.last_less_first))


def _turned(error: Estimate) -> Estimate:
    return Estimate(-error.value, -error.high, -error.low)


def _verdict(found: Rise) -> str:
    return "outside is measurably worse" if found.rises else "outside is not measurably worse"
