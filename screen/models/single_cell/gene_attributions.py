"""Why a cell is predicted sensitive: integrated gradients of its logit, gene by gene (Sundararajan et al. 2017).

The path goes from the mean of the cells that trained (zero in the model's frame) to the cell. What the genes are given
sums to the cell's logit less the mean's: that is completeness, and how far it is missed is measured and stated.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from screen.nn.determinism import one_thread
from screen.records import Floats

COMPLETE = 0.01
"""Largest share of the logits' differences that may be missing from the attributions."""
FEWEST_STEPS, MOST_STEPS = 32, 512
_AT_ONCE = 64
"""Cells whose whole paths are in memory together."""


@dataclass(frozen=True)
class Attributions:
    """Of n cells over g genes."""

    values: Floats
    """n x g: what each gene adds to the cell's logit of sensitivity."""
    differences: NDArray[np.float64]
    """Length n: the cell's logit less that of the mean of the training cells."""
    steps: int
    """Of the path."""

    @property
    def error(self) -> float:
        """Sum over cells of what is missing, over the sum of the differences; 0 is complete."""
        missing = np.abs(self.values.sum(axis=1, dtype=np.float64) - self.differences).sum()
        return float(missing / max(float(np.abs(self.differences).sum()), 1e-12))


class _Logit(nn.Module):
    """Profile -> logit of sensitivity, the right way round."""

    def __init__(self, networks: nn.ModuleDict, orientation: int) -> None:
        super().__init__()
        self.encoder, self.predictor, self.orientation = networks["encoder"], networks["predictor"], orientation

    def forward(self, x: Tensor) -> Tensor:
        logit: Tensor = self.predictor(self.encoder(x)) * self.orientation
        return logit


def attributions(networks: nn.ModuleDict, scaled: Floats, orientation: int = 1) -> Attributions:
    """Integrated gradients of some cells, with as many steps as completeness needs.

    Parameters
    ----------
    networks : ``encoder`` and ``predictor``
    scaled : n x g, in the model's frame
    """
    found = _attributed(networks, scaled, orientation, FEWEST_STEPS)
    while found.error > COMPLETE and found.steps < MOST_STEPS:
        found = _attributed(networks, scaled, orientation, 2 * found.steps)
    return found


def _attributed(networks: nn.ModuleDict, scaled: Floats, orientation: int, steps: int) -> Attributions:
    from captum.attr import IntegratedGradients

    logit = _Logit(networks, orientation).eval()
    values, differences = np.empty_like(scaled), np.empty(len(scaled))
    device = next(logit.parameters()).device
    with one_thread():
        method = IntegratedGradients(logit)
        for start in range(0, len(scaled), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            x = torch.from_numpy(np.ascontiguousarray(scaled[rows])).to(device)
            mean = torch.zeros_like(x)
            made = method.attribute(x, mean, n_steps=steps, method="gausslegendre", internal_batch_size=4 * _AT_ONCE)
            values[rows] = made.detach().cpu().numpy()
            with torch.inference_mode():
                differences[rows] = (logit(x) - logit(mean)).double().cpu().numpy()
    return Attributions(values, differences, steps)
