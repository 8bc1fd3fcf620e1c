"""Plain networks without any alignment: one for all pairs, and one a drug (the P-SDL kind)."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from screen.models import Drugs, Subjects, TrainingSet, columns
from screen.models.baselines.naive import drug_means
from screen.models.baselines.pair_features import folded
from screen.nn.determinism import one_thread, seeded
from screen.records import Floats

if TYPE_CHECKING:
    from torch import Tensor, nn

EPOCHS = 100
PATIENCE = 8
"""Epochs without a better error on the lines kept aside, then the best weights so far stand."""
_ASIDE = 0.1
"""Share of the training lines kept aside for stopping."""
_BATCH_LINES = 32
_RATE = 1e-3
_DECAY = 1e-2
_DROPOUT = 0.3
_HIDDEN = 8
"""Width of a drug's own network."""


@dataclass(frozen=True)
class Net:
    """response = centre + spread * network."""

    network: "Callable[[Tensor, Tensor], Tensor]"
    """The network: ``n x g`` profiles, ``D x c`` drug columns -> ``n x D``."""
    drug_ids: tuple[str, ...]
    """Of the drugs the network predicts by place; empty where it predicts for any."""
    centre: Floats
    """1, or length D."""
    spread: Floats
    """1, or length D."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'."""
        import torch

        requested = columns(self.drug_ids, drugs.drug_ids) if self.drug_ids else slice(None)
        with one_thread(), torch.inference_mode():
            output = self.network(torch.from_numpy(subjects.scaled), torch.from_numpy(folded(drugs))).numpy()
        every = self.centre + self.spread * output
        return np.asarray(every[:, requested], np.float32)


def pair_mlp(training_set: TrainingSet) -> Net:
    """One plain net on expression and folded fingerprint, for known and new drugs."""
    from screen.nn.mlp import PairNet

    mean, spread = np.nanmean(training_set.response), np.nanstd(training_set.response)
    with seeded(training_set.seed):
        net = PairNet(training_set.lines.scaled.shape[1], folded(training_set.drugs).shape[1], _DROPOUT)
        _learn(net, net, training_set, (training_set.response - mean) / spread)
    return Net(net, (), np.array([mean], np.float32), np.array([spread], np.float32))


def drugwise_nets(training_set: TrainingSet) -> Net:
    """One small net a drug on expression alone, stopped together."""
    from screen.nn.mlp import DrugwiseNet

    centre = drug_means(training_set.response)
    residual = training_set.response - centre
    spread = np.sqrt(np.nansum(residual**2, axis=0) / np.maximum(np.isfinite(residual).sum(axis=0), 1)) + 1e-6
    with seeded(training_set.seed):
        net = DrugwiseNet(training_set.lines.scaled.shape[1], len(training_set.drugs), _HIDDEN, _DROPOUT)

        def network(x: "Tensor", _: "Tensor") -> "Tensor":
            output: Tensor = net(x)
            return output

        _learn(net, network, training_set, residual / spread)
    return Net(network, training_set.drugs.drug_ids, centre, spread.astype(np.float32))


def _learn(
    net: "nn.Module", network: "Callable[[Tensor, Tensor], Tensor]", training_set: TrainingSet, target: Floats
) -> None:
    """Squared error over measured pairs, batches of lines, weights of the best epoch on the lines kept aside."""
    import torch

    rng = np.random.default_rng(training_set.seed)
    order = rng.permutation(len(training_set.lines))
    aside, fitted_on = np.split(order, [max(1, round(_ASIDE * len(order)))])
    x, d, y = (torch.from_numpy(each) for each in (training_set.lines.scaled, folded(training_set.drugs), target))
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY, fused=True)
    least, best, since = np.inf, deepcopy(net.state_dict()), 0
    with one_thread():
        for _ in range(EPOCHS):
            net.train()
            shuffled = rng.permutation(fitted_on)
            for rows in np.split(shuffled, range(_BATCH_LINES, len(shuffled), _BATCH_LINES)):
                optimiser.zero_grad()
                _error(network(x[rows], d), y[rows]).backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            net.eval()
            with torch.no_grad():
                error = float(_error(network(x[aside], d), y[aside]))
            since += 1
            if error < least:
                least, best, since = error, deepcopy(net.state_dict()), 0
            elif since >= PATIENCE:
                break
    net.load_state_dict(best)


def _error(predicted: "Tensor", true: "Tensor") -> "Tensor":
    seen = true.isfinite()
    return ((predicted - true.nan_to_num())[seen] ** 2).mean()
