"""Out-of-fold predictions to rows of the table: figures with intervals, and what each model has over the bars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from screen.evaluate import Row
from screen.evaluate.heldout import Answers
from screen.evaluate.lists import NAMES as LISTS
from screen.evaluate.measures import By, Drawn, Known, Out, draws_of, figures, known_of_folds
from screen.evaluate.panel import Panel
from screen.evaluate.splits import Split
from screen.evaluate.strata import FEWEST, NARROW, Stratum, single_drugs, strata
from screen.learn.metrics import Doubles
from screen.progress import Progress
from screen.records import Floats

COMPARED = ("r_drug", "r_res", "rmse")
"""Set against the bars in every stratum; lists only against what is no list of one's own."""


@dataclass(frozen=True)
class Board:
    """All that the figures of one split are made of."""

    panel: Panel
    split: Split
    known: Known
    outs: Mapping[str, Out]
    bars: tuple[str, ...]
    seed: int

    @property
    def by(self) -> By:
        """What the draws resample."""
        return "lines" if self.split.new == "lines" else "drugs"


def board_of(panel: Panel, split: Split, answers: Mapping[str, Answers], bars: tuple[str, ...], seed: int) -> Board:
    """Pool the answers of the models that have one on every fold."""
    outs = {model: pooled(panel, split, own) for model, own in answers.items() if not own.fault}
    return Board(panel, split, known_of_folds(panel, split), outs, tuple(bar for bar in bars if bar in outs), seed)


def pooled(panel: Panel, split: Split, answers: Answers) -> Out:
    """L x D out of the folds' answers."""
    predicted, spread = (np.full(panel.response.shape, np.nan, np.float32) for _ in range(2))
    for fold, answer in zip(split.folds, answers.folds, strict=True):
        asked = np.ix_(fold.asked_lines, fold.asked_drugs)
        predicted[asked] = answer.predicted
        spread[asked] = np.nan if answer.spread is None else answer.spread
    return Out(predicted, spread if np.isfinite(spread).any() else None)


def rows_of(board: Board, default: str, progress: Progress) -> list[Row]:
    """Every model in every stratum; single drugs of the default alone."""
    places = list(strata(board.panel, lineages=board.by == "lines"))
    rows: list[Row] = []
    for number, stratum in enumerate(places):
        progress("figures and their intervals", number, len(places))
        rows += _in_stratum(board, stratum, board.outs)
    if default in board.outs and board.by == "lines":
        for stratum in single_drugs(board.panel):
            rows += _in_stratum(board, stratum, [default, *board.bars])
    return [row for row in rows if not row["stratum"].startswith("drug:") or row["model"] == default]


def _in_stratum(board: Board, stratum: Stratum, models: Iterable[str]) -> list[Row]:
    asked = np.isfinite(board.known.naive)
    lines = stratum.lines & asked.any(axis=1)
    drugs = stratum.drugs & asked.any(axis=0)
    cut = np.ix_(lines, drugs)
    response, naive = board.panel.response[cut], board.known.naive[cut]
    pairs = np.isfinite(response) & np.isfinite(naive)
    subjects, others = (1, 0) if board.by == "lines" else (0, 1)
    about: Row = {"protocol": board.split.protocol, "stratum": stratum.name, "indication": board.panel.indication,
                  "n": int(pairs.sum()), "n_positive": None,
                  "note": f"{int(pairs.any(axis=1).sum())} lines, {int(pairs.any(axis=0).sum())} drugs"}
    if not pairs.size or int(pairs.any(axis=subjects).sum()) < FEWEST:
        few = f"not evaluable: {about['note']}, at least {FEWEST} {board.by} are needed"
        return [about | {"model": model, "metric": "r_drug", "value": None, "low": None, "high": None, "note": few}
                for model in models]
    known = Known(naive, board.known.mean[cut], board.known.sd[cut])
    weights = draws_of(response.shape[others], board.seed)
    drawn = {model: _drawn(board, stratum, board.outs[model].at(lines, drugs), response, known, weights)
             for model in dict.fromkeys((*models, *board.bars))}
    return [about | row for model in drawn for row in _rows(model, drawn, board.bars)]


def _drawn(board: Board, stratum: Stratum, out: Out, response: Floats, known: Known, weights: Doubles) -> Drawn:
    lists = board.by == "lines" and not stratum.narrow
    found = figures(out, response, known, weights, board.by, lists=lists)
    return {name: found[name] for name in NARROW} if stratum.narrow else found


def _rows(model: str, drawn: Mapping[str, Drawn], bars: tuple[str, ...]) -> list[Row]:
    own = drawn[model]
    rows = [_row(model, metric, values) for metric, values in own.items()]
    for bar in bars:
        for metric in (*COMPARED, *LISTS):
            if bar != model and metric in own and (metric in COMPARED or bar != "ridge"):
                rows.append(_row(model, f"{metric}_less_{bar}", own[metric] - drawn[bar][metric]))
    return rows


def _row(model: str, metric: str, values: Doubles) -> Row:
    value, draws = float(values[0]), values[1:]
    finite = np.isfinite(draws)
    low, high = np.percentile(draws[finite], (2.5, 97.5)) if finite.any() else (np.nan, np.nan)
    bounds = {"value": value, "low": float(low), "high": float(high)}
    return {"model": model, "metric": metric,
            **{name: number if np.isfinite(number) else None for name, number in bounds.items()}}
