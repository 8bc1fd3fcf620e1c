"""Which cell lines a member of the ensemble never sees. Splits group by line, never by (line, drug) pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screen.expression import Frame, fit_frame
from screen.models.contract import Folds, LineAlterations, Subjects
from screen.records import TrainingData


def line_folds(lineages: Sequence[str], folds: int, seed: int) -> Folds:
    """Deal the lines into folds of equal size, each lineage spread evenly.

    Returns
    -------
    length L
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(lineages))
    order = sorted(shuffled, key=lambda row: lineages[row])
    assigned = np.empty(len(lineages), np.intp)
    assigned[order] = np.arange(len(lineages)) % folds
    return assigned


def validation_rows(lineages: Sequence[str], share: float, seed: int) -> NDArray[np.bool_]:
    """Mark about ``share`` of the training lines for early stopping and calibration, spread over lineages."""
    marked: NDArray[np.bool_] = line_folds(lineages, max(2, round(1 / share)), seed) == 0
    return marked


def fold_frames(data: TrainingData, genes: tuple[str, ...], folds: Folds) -> tuple[Frame, ...]:
    """The frame of each fold's training lines: not even quantiles know of a held-out line."""
    training = (np.flatnonzero(folds != fold) for fold in range(int(folds.max()) + 1))
    return tuple(
        fit_frame(data.lines.take(rows), data.aligned, genes, data.nearness_of(rows.tolist())) for rows in training
    )


def fold_subjects(
    data: TrainingData, frames: Sequence[Frame], alterations: LineAlterations | None = None
) -> tuple[Subjects, ...]:
    """All L lines in the frame of each fold."""
    values = alterations.values if alterations else None
    return tuple(Subjects(frame.scale(data.lines), data.lineages, data.lines.subject_ids, values) for frame in frames)
