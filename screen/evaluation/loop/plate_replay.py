"""Plates replayed on cell lines: choose a line's wells, condition on them, predict its other drugs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from screen.evaluation.loop.loop_data import LoopFold, Scale, Screen, scale_of
from screen.models import Rows
from screen.models.conditioning.lab_history import NO_HISTORY, History, LabProcess, lab_process
from screen.models.conditioning.plate_process import (
    ANOTHER_ASSAY,
    TRAINING_ASSAY,
    PlatePosterior,
    PlatePrior,
    condition,
    informative,
)
from screen.models.conditioning.residual_covariance import Doubles

Choice = Literal["informative", "predicted", "random"]
Learns = Literal["nothing", "level", "process"]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """One way of filling plates and of learning from them."""

    plate: Screen
    """Where the wells are measured."""
    truth: Screen
    """Where the other drugs are."""
    wells: int = 16
    choice: Choice = "informative"
    learns: Learns = "process"
    """``level``: one number a plate, drugs apart from each other."""
    history: int = 0
    """Training lines whose drugs the laboratory measured before."""
    history_wells: int = 0
    """Of each of these, so many drugs; 0: all."""
    in_training: bool = False
    """Whether plates come from the screen that the model is trained on."""


@dataclass(frozen=True)
class Replayed:
    """Counted pairs of all test lines: measured in the truth and not on the plate; all L x D, NaN elsewhere."""

    predicted: Doubles
    """In standard deviations of each drug, as ``truth``."""
    spread: Doubles
    truth: Doubles
    predicted_response: Doubles
    response: Doubles
    drug_mean: Doubles
    on_plate: Doubles
    """1 where a well was."""
    all_truth: Doubles
    """As ``truth``, of the drugs on the plate too."""
    all_response: Doubles

    def at(self, rows: Rows) -> "Replayed":
        """Some lines."""
        return Replayed(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def replay(folds: Sequence[LoopFold], how: Replay, seed: int) -> Replayed:
    """Replay every test line with more measured drugs than wells."""
    shape = how.plate.response.shape
    tables = {name: np.full(shape, np.nan) for name in Replayed.__dataclass_fields__}
    for fold in folds:
        _one_fold(fold, how, seed, tables)
    return Replayed(**tables)


def _one_fold(fold: LoopFold, how: Replay, seed: int, tables: dict[str, Doubles]) -> None:
    plate, truth = (scale_of(one.response[fold.training]) for one in (how.plate, how.truth))
    lab = _lab(fold, how, plate, seed)
    # A drug that the model's own screen has too few lines of is neither put on a plate nor counted.
    known = np.where(np.isfinite(fold.scale.mean), 0.0, np.nan)
    wells, judged = plate.standard(how.plate.response) + known, truth.standard(how.truth.response) + known
    chosen: dict[bytes, Rows] = {}
    for row in fold.rows:
        available = np.flatnonzero(np.isfinite(wells[row]))
        counted = np.flatnonzero(np.isfinite(judged[row]))
        if len(available) <= how.wells or len(counted) <= how.wells:
            continue
        prior = lab.prior(fold.predicted_z[row])
        places = _choose(how, fold, prior, available, row, chosen, seed)
        learned = places[:0] if how.learns == "nothing" else places
        prior = _apart(prior) if how.learns == "level" else prior
        _write(tables, row, condition(prior, learned, wells[row, learned]), how, judged[row], truth, places)


def _write(
    tables: dict[str, Doubles],
    row: int,
    found: PlatePosterior,
    how: Replay,
    judged: Doubles,
    truth: Scale,
    places: Rows,
) -> None:
    here = how.plate is how.truth
    mean, spread = (found.mean, found.spread) if here else (found.mean_elsewhere, found.spread_elsewhere)
    tables["all_truth"][row], tables["all_response"][row] = judged, how.truth.response[row]
    tables["on_plate"][row, places] = 1.0
    counted = np.isfinite(judged)
    counted[places] = False
    values = {
        "predicted": mean,
        "spread": spread,
        "truth": judged,
        "predicted_response": mean * truth.sd + truth.mean,
        "response": how.truth.response[row],
        "drug_mean": truth.mean,
    }
    for name, value in values.items():
        tables[name][row, counted] = value[counted]


def _lab(fold: LoopFold, how: Replay, plate: Scale, seed: int) -> LabProcess:
    start = TRAINING_ASSAY if how.in_training else ANOTHER_ASSAY
    if not how.history:
        return lab_process(fold.errors.among, NO_HISTORY, start)
    rng = np.random.default_rng(seed)
    measured = plate.standard(how.plate.response)[fold.training]
    rows = np.flatnonzero(np.isfinite(measured).sum(axis=1) > how.wells)
    rows = np.sort(rng.permutation(rows)[: how.history])
    measured, predicted = measured[rows], fold.predicted_z[fold.training][rows]
    if how.history_wells:
        prior = lab_process(fold.errors.among, NO_HISTORY, start).prior(predicted[0])
        measured = _only_wells(measured, prior, how.history_wells, rng)
    return lab_process(fold.errors.among, History(measured=measured, predicted=predicted, centred=True), start)


def _only_wells(measured: Doubles, prior: PlatePrior, wells: int, rng: np.random.Generator) -> Doubles:
    """The values of half the wells chosen to learn from and half at random: plates as a laboratory has them."""
    left = np.full(measured.shape, np.nan)
    for row, values in enumerate(measured):
        there = np.flatnonzero(np.isfinite(values))
        places = informative(prior, there, wells // 2)
        rest = rng.permutation(np.setdiff1d(there, places))[: wells - len(places)]
        for some in (places, rest):
            left[row, some] = values[some]
    return left


def _apart(prior: PlatePrior) -> PlatePrior:
    """No drug says anything of another but by the level of the plate, which is wide."""
    alone = np.diag(np.diag(prior.covariance) - prior.level)
    level = max(prior.level, 1.0)
    return replace(prior, covariance=alone + level, level=level)


def _choose(
    how: Replay, fold: LoopFold, prior: PlatePrior, available: Rows, row: int, chosen: dict[bytes, Rows], seed: int
) -> Rows:
    if not how.wells:
        return available[:0]
    if how.choice == "informative":
        # The choice knows no response, so lines with the same drugs share it.
        key = available.tobytes()
        if key not in chosen:
            chosen[key] = informative(prior, available, how.wells)
        return chosen[key]
    if how.choice == "predicted":
        return available[np.argsort(fold.predicted[row, available], kind="stable")[: how.wells]]
    words = hashlib.sha256(f"{seed} {row}".encode()).digest()[:8]
    rng = np.random.default_rng(int.from_bytes(words, "big"))
    return np.sort(rng.permutation(available)[: how.wells])
