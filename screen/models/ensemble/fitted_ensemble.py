"""What every kind of trained model comes down to, and the cell lines as each fold saw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.expression import Frame, fit_frame
from screen.models import Subjects
from screen.models.ensemble.cell_line_accuracy import HeldoutPredictions
from screen.models.ensemble.folds import Folds
from screen.records import TrainingData


@dataclass(frozen=True)
class FittedEnsemble:
    """A fitted ensemble."""

    heldout: HeldoutPredictions
    """Of every cell line, by the members that never saw it."""
    tensors: dict[str, NDArray[Any]]
    """What scoring needs: ``member.<i>.*`` and what the members share."""
    manifest: dict[str, Any]
    """Its ``kind``, number of ``members``, and what else scoring is to be told."""


def fold_frames(data: TrainingData, genes: tuple[str, ...], folds: Folds) -> tuple[Frame, ...]:
    """The frame of each fold's training lines: not even quantiles know of a held-out line."""
    return tuple(
        fit_frame(data.lines.take(np.flatnonzero(folds != fold)), data.aligned, genes)
        for fold in range(int(folds.max()) + 1)
    )


def fold_subjects(data: TrainingData, frames: Sequence[Frame]) -> tuple[Subjects, ...]:
    """All L lines in the frame of each fold."""
    return tuple(Subjects(frame.scale(data.lines), data.lineages, data.lines.subject_ids) for frame in frames)
