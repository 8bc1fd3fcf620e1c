"""Fine-tuning: shared encoder and pair head on the responses of training cell lines."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.optim import AdamW
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from screen.learn.calibrate import IDENTITY, Calibration, logistic
from screen.learn.folds import validation_rows
from screen.learn.labels import lineage_medians
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.nn.losses import descend, masked_cross_entropy, masked_square
from screen.records import Floats
from screen.settings import Training

VALIDATION = 1 / 8
"""Share of the training lines held back for early stopping and calibration."""


@dataclass(frozen=True)
class Lesson:
    """Training cell lines with responses."""

    X: Tensor
    """L x N scaled expression."""
    auc: Floats
    """L x D, NaN where not measured; every line has a value."""
    lineages: tuple[str, ...]
    d: Tensor
    """D x 300 drug vectors."""


@dataclass(frozen=True)
class Tuned:
    """A fitted pair model and what its output means."""

    model: PairModel
    calibration: Calibration
    """Output to probability of sensitivity."""
    centre: float
    spread: float
    """AUC = centre + spread x output, regression only (binary: NaN)."""


@dataclass(frozen=True)
class _Goal:
    """What a head is fitted to."""

    targets: Tensor
    """L x D, NaN where not measured."""
    loss: Callable[[Tensor, Tensor], Tensor]
    centre: float
    spread: float


def tune(encoder: Encoder, lesson: Lesson, training: Training, seed: int) -> Tuned:
    """Fit encoder and head together; keep the epoch with the least loss on held-back training lines."""
    dice = torch.Generator().manual_seed(seed)
    held_back = torch.from_numpy(validation_rows(lesson.lineages, VALIDATION, seed))
    labels = lineage_medians(lesson.auc, lesson.lineages).labels(lesson.auc, lesson.lineages)
    goal = _goal(lesson, labels, held_back, training)
    head = PairHead(training.code, lesson.d.shape[1], training.dropout).to(lesson.X.device)
    model = PairModel(copy.deepcopy(encoder), head)
    _fit(model, lesson, goal, held_back, training, dice)
    calibration = IDENTITY if training.head == "binary" else _calibrated(model, lesson, labels, held_back)
    return Tuned(model, calibration, goal.centre, goal.spread)


def _goal(lesson: Lesson, labels: Floats, held_back: Tensor, training: Training) -> _Goal:
    if training.head == "binary":
        return _Goal(torch.from_numpy(labels).to(lesson.X.device), masked_cross_entropy, float("nan"), float("nan"))
    taught = lesson.auc[~held_back.numpy()]
    centre, spread = float(np.nanmean(taught)), float(np.nanstd(taught)) or 1.0
    return _Goal(torch.from_numpy((lesson.auc - centre) / spread).to(lesson.X.device), masked_square, centre, spread)


def _fit(model: PairModel, lesson: Lesson, goal: _Goal, held_back: Tensor, training: Training,
         dice: torch.Generator) -> None:
    """Load into ``model`` the running average of its weights at the epoch of least validation loss."""
    optimiser = AdamW([{"params": model.encoder.parameters(), "lr": training.encoder_rate},
                       {"params": model.head.parameters(), "lr": training.head_rate}],
                      weight_decay=training.weight_decay, fused=True)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(training.average))  # type: ignore[no-untyped-call]
    taught = torch.nonzero(~held_back).squeeze(1)
    best, since, kept = float("inf"), 0, model.state_dict()
    for _ in range(training.tune_epochs):
        model.train()
        for rows in _batches(taught, training.tune_lines, dice):
            X = dropout(lesson.X[rows], training.gene_dropout)
            descend(goal.loss(model(X, lesson.d), goal.targets[rows]), optimiser)
            averaged.update_parameters(model)
        now = goal.loss(_outputs(averaged.module, lesson, held_back), goal.targets[held_back]).item()
        since += 1
        if now < best:
            best, since, kept = now, 0, copy.deepcopy(averaged.module.state_dict())
        if since == training.patience:
            break
    model.load_state_dict(kept)
    model.eval()


def _batches(rows: Tensor, size: int, dice: torch.Generator) -> Sequence[Tensor]:
    size = min(size, len(rows))
    shuffled = rows[torch.randperm(len(rows), generator=dice)]
    return [batch for batch in torch.split(shuffled, size) if len(batch) == size]


@torch.no_grad()
def _outputs(model: nn.Module, lesson: Lesson, rows: Tensor) -> Tensor:
    model.eval()
    outputs: Tensor = model(lesson.X[rows], lesson.d)
    return outputs


def _calibrated(model: PairModel, lesson: Lesson, labels: Floats, held_back: Tensor) -> Calibration:
    outputs = _outputs(model, lesson, held_back).cpu().numpy()
    own = labels[held_back.numpy()]
    seen = np.isfinite(own)
    return logistic(outputs[seen], own[seen] == 1)
