"""Out-of-fold predictions to figures with intervals, and what each model has over the baselines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from screen.evaluation.benchmark_data import Panel
from screen.evaluation.cell_lines.cross_validation import Answers
from screen.evaluation.cell_lines.line_strata import FEWEST, Stratum, strata
from screen.evaluation.cell_lines.response_metrics import By, Drawn, Known, Out, draws_of, known_of_folds, metrics_of
from screen.evaluation.cell_lines.splits import Split
from screen.metrics import correlation
from screen.metrics.correlation import Doubles, over_draws
from screen.metrics.figure import Figure
from screen.metrics.top_lists import NAMES as LISTS
from screen.metrics.top_lists import list_figures
from screen.tasks.progress import Progress

COMPARED = ("r_drug", "r_res", "rmse")
"""Metrics compared with every baseline; top-list metrics are compared only with baselines other than ridge."""


@dataclass(frozen=True)
class Board:
    """All that the figures of one split are made of."""

    panel: Panel
    split: Split
    known: Known
    outs: Mapping[str, Out]
    lists: Mapping[str, Drawn]
    """model -> figures of each line's top list, length L; none where drugs are new."""
    bars: tuple[str, ...]
    seed: int

    @property
    def by(self) -> By:
        """What the draws resample."""
        return "lines" if self.split.new == "lines" else "drugs"

    def only(self, model: str) -> "Board":
        """The same of one model alone."""
        return replace(self, outs={model: self.outs[model]}, lists={model: self.lists[model]}, bars=())


def board_of(panel: Panel, split: Split, answers: Mapping[str, Answers], bars: tuple[str, ...], seed: int) -> Board:
    """Pool the answers of the models that have one on every fold."""
    outs = {model: pooled(panel, split, own) for model, own in answers.items() if not own.fault}
    known = known_of_folds(panel, split)
    lists = {
        model: list_figures(out.predicted, panel.response, known.mean, known.sd) if split.new == "lines" else {}
        for model, out in outs.items()
    }
    return Board(panel, split, known, outs, lists, tuple(bar for bar in bars if bar in outs), seed)


def pooled(panel: Panel, split: Split, answers: Answers) -> Out:
    """L x D out of the folds' answers."""
    predicted, spread = (np.full(panel.response.shape, np.nan, np.float32) for _ in range(2))
    for fold, answer in zip(split.folds, answers.folds, strict=True):
        asked = np.ix_(fold.asked_lines, fold.asked_drugs)
        predicted[asked] = answer.predicted
        spread[asked] = np.nan if answer.spread is None else answer.spread
    return Out(predicted, spread if np.isfinite(spread).any() else None)


def figures_of(board: Board, default: str, progress: Progress) -> list[Figure]:
    """Every model in every stratum; single drugs of the default alone."""
    places = list(strata(board.panel, lineages=board.by == "lines"))
    figures: list[Figure] = []
    for number, stratum in enumerate(places):
        progress("figures and their intervals", number, len(places))
        figures += _in_stratum(board, stratum)
    return figures + (_single_drugs(board, default) if default in board.outs and board.by == "lines" else [])


def _single_drugs(board: Board, model: str) -> list[Figure]:
    """Each drug by name: r_drug of one model, and what it has over the baselines."""
    asked = np.isfinite(board.known.naive).any(axis=1)
    truth = board.panel.response[asked]
    weights = draws_of(len(truth), board.seed)
    each = {
        name: correlation.drug_correlations(board.outs[name].predicted[asked], truth, weights)
        for name in dict.fromkeys((model, *board.bars))
    }
    counts = np.isfinite(truth).sum(axis=0)
    figures = []
    for column, name in enumerate(board.panel.library.names):
        figure = Figure(
            protocol=board.split.protocol,
            model=model,
            metric="r_drug",
            stratum_kind="drug",
            stratum_name=name,
            indication=board.panel.indication,
            n=int(counts[column]),
            note=f"{counts[column]} lines",
        )
        own = each[model][:, column]
        figures.append(figure.measured(over_draws(own)))
        figures += [
            replace(figure, baseline=bar).measured(over_draws(own - each[bar][:, column]))
            for bar in board.bars
            if bar != model
        ]
    return figures


def _in_stratum(board: Board, stratum: Stratum) -> list[Figure]:
    asked = np.isfinite(board.known.naive)
    lines = stratum.lines & asked.any(axis=1)
    drugs = stratum.drugs & asked.any(axis=0)
    cut = np.ix_(lines, drugs)
    response, naive = board.panel.response[cut], board.known.naive[cut]
    pairs = np.isfinite(response) & np.isfinite(naive)
    subjects, others = (1, 0) if board.by == "lines" else (0, 1)
    measured_on = f"{int(pairs.any(axis=1).sum())} lines, {int(pairs.any(axis=0).sum())} drugs"
    figure = partial(
        Figure,
        protocol=board.split.protocol,
        stratum_kind=stratum.kind,
        stratum_name=stratum.name,
        indication=board.panel.indication,
        n=int(pairs.sum()),
    )
    if not pairs.size or int(pairs.any(axis=subjects).sum()) < FEWEST:
        few = f"not evaluable: {measured_on}, at least {FEWEST} {board.by} are needed"
        return [figure(model=model, metric="r_drug", note=few) for model in board.outs]
    known = Known(naive, board.known.mean[cut], board.known.sd[cut])
    weights = draws_of(response.shape[others], board.seed)
    drawn = {
        model: metrics_of(
            out.at(lines, drugs),
            response,
            known,
            weights,
            board.by,
            None if stratum.narrow else {name: own[lines] for name, own in board.lists[model].items()},
        )
        for model, out in board.outs.items()
    }
    return [
        figure(model=model, metric=metric, baseline=bar, note=measured_on).measured(over_draws(values))
        for model, metric, bar, values in _with_differences(drawn, board.bars)
    ]


def _with_differences(
    drawn: Mapping[str, Drawn], bars: tuple[str, ...]
) -> Iterator[tuple[str, str, str | None, Doubles]]:
    """Model, metric, baseline (``None``: the model's own) and the values."""
    for model, own in drawn.items():
        yield from ((model, metric, None, values) for metric, values in own.items())
        for bar in bars:
            for metric in (*COMPARED, *LISTS):
                if bar != model and metric in own and (metric in COMPARED or bar != "ridge"):
                    yield model, metric, bar, own[metric] - drawn[bar][metric]
