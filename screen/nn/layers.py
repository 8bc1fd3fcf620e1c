"""Layers of one network, or of several of one shape trained side by side.

With ``members`` every weight has a leading axis of that length and inputs are ``members x n x width``: one batched
product does the work of all. Names and the other axes of the weights are those of ``torch.nn.Linear``, so row m of
each tensor is the network of member m.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import linear


class Linear(nn.Module):
    """y = W x + b, W narrow x wide, initialised as by ``torch.nn.Linear``."""

    def __init__(self, wide: int, narrow: int, members: int | None = None, *, bias: bool = True) -> None:
        super().__init__()
        several = () if members is None else (members,)
        bound = 1 / math.sqrt(wide)
        self.weight = nn.Parameter(torch.empty(*several, narrow, wide).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(*several, narrow).uniform_(-bound, bound)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """``(members x) n x wide`` -> ``(members x) n x narrow``; without the first axis every member is given x."""
        if self.weight.dim() == 2:
            return linear(x, self.weight, self.bias)
        x = x.expand(len(self.weight), *x.shape[-2:])
        if self.bias is None:
            return torch.bmm(x, self.weight.mT)
        return torch.baddbmm(self.bias[:, None], x, self.weight.mT)


class Dropout(nn.Module):
    """Each entry is zero with probability ``share`` (to 1/256) and scaled up else, in training.

    Eight entries share one 64-bit draw: on a CPU the draws of ``torch.nn.Dropout`` cost more than the layers.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.cut = round(256 * share)

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        if not self.training or not self.cut:
            return x
        return x * self.mask(x)

    def mask(self, like: Tensor) -> Tensor:
        """A fresh mask in the shape of ``like``: 0 or 1 / (1 - share)."""
        draws = torch.empty(-(-like.numel() // 8), dtype=torch.int64, device=like.device).random_(-(2**63), None)
        mask = draws.view(torch.uint8)[: like.numel()] >= self.cut
        return mask.view(like.shape).to(like.dtype).mul_(256 / (256 - self.cut))


def mlp(
    widths: Sequence[int],
    dropout: float = 0.0,
    members: int | None = None,
    activation: Callable[[], nn.Module] = nn.SELU,
) -> nn.Sequential:
    """Linear layers of these widths, activation and dropout between them."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [Linear(wide, narrow, members), activation(), Dropout(dropout)]
    return nn.Sequential(*layers[:-2])
