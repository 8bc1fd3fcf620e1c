"""Protocols ``loop-same``, ``loop-other``, ``loop-transfer``: what a plate adds to predictions for an unseen line.

    loop-same      plate and other drugs in the screen that the model is trained on
    loop-other     both in another screen: a laboratory's own case
    loop-transfer  the plate in another screen, the other drugs in a third

Four rows: ``prior`` (nothing learned), ``offset`` (one number a plate), ``process``, and ``process-history`` (with
tumours that the laboratory measured before). All have the same wells, and so the same pairs, but for
``process-history``, whose wells are chosen by what the laboratory measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from screen.evaluation.cell_lines.response_metrics import Resampled, draws_of
from screen.evaluation.loop.loop_data import LoopFold, Screen
from screen.evaluation.loop.loop_metrics import METRICS, found_of, metrics_of
from screen.evaluation.loop.plate_replay import Choice, Replay, Replayed, replay
from screen.metrics.correlation import Doubles, over_draws
from screen.metrics.figure import Figure
from screen.tasks.progress import Progress

PROTOCOL = "loop"
SAME, OTHER, TRANSFER = PROTOCOLS = ("loop-same", "loop-other", "loop-transfer")
MODELS = ("prior", "offset", "process", "process-history")
WELLS, HISTORY = 16, 50
"""Of the rows of stratum ``all``."""
_SIZES = (8, 16, 24)
_CHOICES: tuple[Choice, ...] = ("informative", "predicted", "random")
_HISTORIES = (20, 150)
_FOLD, _SCREEN, _PLATE, _LINES = "fold", "screen", "plate", "history"


@dataclass(frozen=True)
class Setting:
    """One laboratory: where its plates and the other drugs are measured."""

    protocol: str
    plate: Screen
    truth: Screen

    @property
    def name(self) -> str:
        """As a stratum names it."""
        return self.plate.name if self.plate is self.truth else f"{self.plate.name} to {self.truth.name}"

    def with_model(self, model: str) -> Replay | None:
        """How one row is replayed; ``None`` where the laboratory is the training screen, whose past is the model's."""
        how = Replay(plate=self.plate, truth=self.truth, wells=WELLS, in_training=self.protocol == SAME)
        if model == "process-history":
            return None if how.in_training else replace(how, history=HISTORY)
        return replace(how, learns={"prior": "nothing", "offset": "level"}.get(model, "process"))  # type: ignore[arg-type]


def settings_of(trained_on: Screen, others: Sequence[Screen]) -> dict[str, list[Setting]]:
    """Protocol -> its laboratories; none where the store has no other screen, or no third."""
    return {
        SAME: [Setting(SAME, trained_on, trained_on)],
        OTHER: [Setting(OTHER, one, one) for one in others],
        TRANSFER: [Setting(TRANSFER, one, other) for one in others for other in others if one is not other],
    }


def loop_figures(
    protocol: str, folds: Sequence[LoopFold], labs: Sequence[Setting], seed: int, progress: Progress
) -> list[Figure]:
    """All figures of one protocol; of several laboratories ``all`` is the mean over them, each by itself beside it."""
    if not labs:
        why = "not evaluable: the store holds no other screen of enough of the same cell lines and drugs"
        return [Figure(protocol=protocol, model=model, metric="r_double", note=why) for model in MODELS]
    weights = draws_of(len(folds[0].measured), seed)
    by_lab: list[dict[str, Resampled]] = []
    figures: list[Figure] = []
    about = Figure(protocol=protocol, model="", metric="")
    for number, lab in enumerate(labs):
        progress(f"{protocol}: plates of {lab.name}", number, len(labs))
        found, further = _of_lab(lab, folds, weights, seed)
        by_lab.append({model: one.values for model, one in found.items()})
        about = _about(protocol, next(iter(found.values())))
        if len(labs) > 1:
            figures += _rows(replace(about, stratum_kind=_SCREEN, stratum_name=lab.name), by_lab[-1])
        figures += further
    pooled = {
        model: {metric: np.mean([one[model][metric] for one in by_lab], axis=0) for metric in METRICS}
        for model in by_lab[0]
    }
    if len(labs) > 1:
        about = replace(about, n=0, note=f"mean of {', '.join(lab.name for lab in labs)}")
    return [*_rows(about, pooled), *_without_history(about, pooled), *figures]


@dataclass(frozen=True)
class _Row:
    """One model of one laboratory."""

    made: Replayed
    values: Resampled


def _of_lab(
    lab: Setting, folds: Sequence[LoopFold], weights: Doubles, seed: int
) -> tuple[dict[str, _Row], list[Figure]]:
    rows: dict[str, _Row] = {}
    for model in MODELS:
        how = lab.with_model(model)
        if how is not None:
            made = replay(folds, how, seed)
            rows[model] = _Row(made, metrics_of(made, weights))
    further = [
        *_by_fold(lab, folds, rows, weights),
        *_plates(lab, folds, weights, seed),
        *(_histories(lab, folds, weights, seed) if lab.protocol == OTHER else ()),
    ]
    return rows, further


def _by_fold(lab: Setting, folds: Sequence[LoopFold], rows: Mapping[str, _Row], weights: Doubles) -> Iterator[Figure]:
    """Error of the process fold by fold, and less the prior's."""
    for fold in folds:
        one = {
            model: {"rmse_sd": metrics_of(rows[model].made.at(fold.rows), weights[:, fold.rows])["rmse_sd"]}
            for model in ("prior", "process")
        }
        name = f"{lab.name} {fold.name}" if lab.protocol != SAME else fold.name
        about = replace(
            _about(lab.protocol, _Row(rows["process"].made.at(fold.rows), {})), stratum_kind=_FOLD, stratum_name=name
        )
        yield from _rows(about, one)


def _plates(lab: Setting, folds: Sequence[LoopFold], weights: Doubles, seed: int) -> Iterator[Figure]:
    """How many wells, chosen how: the process after each, and what was found."""
    sizes = _SIZES if lab.protocol == SAME else (WELLS,)
    cases: list[tuple[str, int, Choice]] = [
        (f"{wells} {choice}", wells, choice) for wells in sizes for choice in _CHOICES
    ]
    for name, wells, choice in [("nothing measured", 0, "informative"), *cases]:
        how = Replay(plate=lab.plate, truth=lab.truth, wells=wells, choice=choice, in_training=lab.protocol == SAME)
        made = replay(folds, how, seed)
        # Without a plate the two rounds are one of as many wells as both together have elsewhere.
        values = {**metrics_of(made, weights), **found_of(made, wells or 2 * WELLS, weights)}
        title = name if lab.protocol == SAME else f"{lab.name}, {name}"
        about = replace(_about(lab.protocol, _Row(made, {})), stratum_kind=_PLATE, stratum_name=title)
        yield from _rows(about, {"process" if wells else "prior": values})


def _histories(lab: Setting, folds: Sequence[LoopFold], weights: Doubles, seed: int) -> Iterator[Figure]:
    """More and fewer tumours of the laboratory's own, and plates of a few wells in place of whole screens."""
    for lines, wells in (*((lines, 0) for lines in _HISTORIES), (HISTORY, WELLS), (_HISTORIES[-1], WELLS)):
        how = Replay(plate=lab.plate, truth=lab.truth, wells=WELLS, history=lines, history_wells=wells)
        made = replay(folds, how, seed)
        name = f"{lab.name}, {lines} lines" + (f" of {wells} wells" if wells else "")
        about = replace(_about(lab.protocol, _Row(made, {})), stratum_kind=_LINES, stratum_name=name)
        yield from _rows(about, {"process-history": metrics_of(made, weights)})


def _about(protocol: str, row: _Row) -> Figure:
    there = np.isfinite(row.made.truth)
    lines, drugs = int(there.any(axis=1).sum()), int(there.any(axis=0).sum())
    return Figure(protocol=protocol, model="", metric="", n=int(there.sum()), note=f"{lines} lines, {drugs} drugs")


def _rows(about: Figure, found: Mapping[str, Resampled]) -> Iterator[Figure]:
    """Each model's figures, and what it has over the prior and over the offset on the same draws."""
    for model, values in found.items():
        for metric, each in values.items():
            yield replace(about, model=model, metric=metric).measured(over_draws(each))
            for baseline in ("prior", "offset"):
                if model not in ("prior", baseline) and baseline in found and metric != "coverage_90":
                    less = over_draws(each - found[baseline][metric])
                    yield replace(about, model=model, metric=metric, baseline=baseline).measured(less)


def _without_history(about: Figure, found: Mapping[str, Resampled]) -> Iterator[Figure]:
    if "process-history" not in found:
        why = "not evaluable: the laboratory is the training screen, whose measurements the model has learned from"
        for metric in METRICS:
            yield replace(about, model="process-history", metric=metric, note=why)
