"""Fine-tuning: encoder and head on the responses of training cell lines, all members of an ensemble side by side.

Every cell line of a step is encoded once, every drug once; pairs meet in the head alone.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from screen.models.ensemble.calibration import IDENTITY, Calibration, logistic
from screen.models.ensemble.folds import validation_rows
from screen.models.ensemble.sensitivity_labels import lineage_medians
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.nn.layers import Dropout
from screen.nn.losses import descend, masked_cross_entropy, masked_square
from screen.records import Floats
from screen.settings import Training

VALIDATION = 1 / 8
"""Share of the training lines held back for early stopping and calibration."""

WARM_UP = 50
"""Steps until the learning rates are reached."""


@dataclass(frozen=True)
class MemberData:
    """Training cell lines of one member, with responses."""

    X: Tensor
    """L x N scaled expression."""
    auc: Floats
    """L x D, NaN where not measured; every line has a value."""
    lineages: tuple[str, ...]
    d: Tensor
    """D x 300 drug vectors, the same for every member."""


@dataclass(frozen=True)
class Tuned:
    """A fitted member and what its output means."""

    weights: dict[str, Tensor]
    """Of a pair model, by the names of its parameters."""
    calibration: Calibration
    """Output to probability of sensitivity."""
    centre: float
    spread: float
    """AUC = centre + spread x output, regression only (binary: NaN)."""


@dataclass(frozen=True)
class _Goal:
    """What the head of a member is fitted to."""

    train: Tensor
    """Rows of the lines to fit on."""
    held_back: Tensor
    labels: Floats
    """L x D: sensitive, not sensitive, NaN."""
    targets: Tensor
    """L x D, NaN where not measured."""
    centre: float
    spread: float


def tune(
    encoder: Encoder, members: Sequence[MemberData], training: Training, seed: int, head: Callable[..., Any] = PairHead
) -> list[Tuned]:
    """Fit encoders and heads together; of each member the epoch with the least loss on held-back training lines.

    Parameters
    ----------
    encoder : one for each of ``members``, side by side
    head : makes a head from the widths of code and drug vector, dropout, and the number of members
    """
    generator = torch.Generator().manual_seed(seed)
    d = members[0].d
    goals = [_goal(data, training, seed + number) for number, data in enumerate(members)]
    pair_head = head(training.code, d.shape[1], training.dropout, len(members)).to(d.device)
    model = PairModel(copy.deepcopy(encoder), pair_head)
    weights = _fit(model, members, goals, training, generator)
    model.load_state_dict(weights)
    outputs = _outputs(model, members, goals)
    return [
        _tuned({name: tensor[member] for name, tensor in weights.items()}, goal, outputs[member], training)
        for member, goal in enumerate(goals)
    ]


def _goal(data: MemberData, training: Training, seed: int) -> _Goal:
    held_back = validation_rows(data.lineages, VALIDATION, seed)
    labels = lineage_medians(data.auc, data.lineages).labels(data.auc, data.lineages)
    centre = spread = float("nan")
    targets = labels
    if training.head == "regression":
        train = data.auc[~held_back]
        centre, spread = float(np.nanmean(train)), float(np.nanstd(train)) or 1.0
        targets = (data.auc - centre) / spread
    return _Goal(
        torch.from_numpy(np.flatnonzero(~held_back)),
        torch.from_numpy(np.flatnonzero(held_back)),
        labels,
        torch.from_numpy(targets).to(data.X.device),
        centre,
        spread,
    )


def _fit(
    model: PairModel,
    members: Sequence[MemberData],
    goals: Sequence[_Goal],
    training: Training,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """Running averages of the weights, of each member at its epoch of least validation loss."""
    loss: Callable[[Tensor, Tensor], Tensor] = masked_square if training.head == "regression" else masked_cross_entropy
    optimiser = AdamW(
        [
            {"params": model.encoder.parameters(), "lr": training.encoder_rate},
            {"params": model.head.parameters(), "lr": training.head_rate},
        ],
        weight_decay=training.weight_decay,
        fused=True,
    )
    rows = [goal.train for goal in goals]
    pace = LambdaLR(optimiser, _pace(training.tune_epochs * max(1, min(map(len, rows)) // training.tune_lines)))
    averaged = copy.deepcopy(model)
    watch = _Watch(averaged, len(members), training.patience)
    leave_out = Dropout(training.gene_dropout)
    validation = _padded([goal.targets[goal.held_back] for goal in goals], float("nan"))
    for _ in range(training.tune_epochs):
        model.train()
        for batch in _batches(rows, training.tune_lines, generator):
            X = torch.stack([data.X[picked] for data, picked in zip(members, batch, strict=True)])
            targets = torch.stack([goal.targets[picked] for goal, picked in zip(goals, batch, strict=True)])
            descend(loss(model(leave_out(X), members[0].d), targets), optimiser)
            pace.step()
            _average(averaged, model, training.average)
        if watch.over(loss(_outputs(averaged, members, goals), validation)):
            break
    return watch.weights


def _pace(steps: int) -> Callable[[int], float]:
    """Share of the learning rate at each step: up over the first, then straight down to zero at the last."""
    return lambda step: min((step + 1) / WARM_UP, 1.0) * max(1 - step / steps, 0.0)


class _Watch:
    """The best weights of every member so far, and for how many epochs there have been no better ones."""

    def __init__(self, model: nn.Module, members: int, patience: int) -> None:
        self.model, self.patience = model, patience
        self.weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        self.best = torch.full((members,), float("inf"))
        self.since = torch.zeros(members, dtype=torch.long)

    def over(self, losses: Tensor) -> bool:
        """Note an epoch's validation losses; whether no member goes on. One that has stopped keeps what it has."""
        running = self.since < self.patience
        better = (losses.cpu() < self.best) & running
        self.best = torch.where(better, losses.cpu(), self.best)
        self.since = torch.where(better, 0, self.since + 1)
        for name, tensor in self.model.state_dict().items():
            self.weights[name][better] = tensor[better]
        return bool((self.since >= self.patience).all())


def _batches(rows: Sequence[Tensor], size: int, generator: torch.Generator) -> Iterator[list[Tensor]]:
    """Rows of each member's next batch; all members have as many batches of one size."""
    fewest = min(map(len, rows))
    size = min(size, fewest)
    shuffled = [member_rows[torch.randperm(len(member_rows), generator=generator)] for member_rows in rows]
    for start in range(0, fewest - size + 1, size):
        yield [member_rows[start : start + size] for member_rows in shuffled]


@torch.no_grad()
def _average(averaged: nn.Module, model: nn.Module, keeps: float) -> None:
    torch._foreach_lerp_(list(averaged.parameters()), list(model.parameters()), 1 - keeps)


@torch.no_grad()
def _outputs(model: nn.Module, members: Sequence[MemberData], goals: Sequence[_Goal]) -> Tensor:
    """members x V x D for the held-back lines; a member with fewer of them has rows of zero expression at the end."""
    model.eval()
    X = _padded([data.X[goal.held_back] for data, goal in zip(members, goals, strict=True)], 0.0)
    outputs: Tensor = model(X, members[0].d)
    return outputs


def _padded(parts: Sequence[Tensor], value: float) -> Tensor:
    padded: Tensor = nn.utils.rnn.pad_sequence(list(parts), batch_first=True, padding_value=value)
    return padded


def _tuned(weights: dict[str, Tensor], goal: _Goal, outputs: Tensor, training: Training) -> Tuned:
    if training.head == "binary":
        return Tuned(weights, IDENTITY, goal.centre, goal.spread)
    labels: NDArray[np.float32] = goal.labels[goal.held_back.numpy()]
    seen = np.isfinite(labels)
    calibration = logistic(outputs[: len(labels)].cpu().numpy()[seen], labels[seen] == 1)
    return Tuned(weights, calibration, goal.centre, goal.spread)
