"""A head that multiplies: what a profile and a drug have in common, factor by factor."""

import math

from torch import Tensor, nn
from torch.nn.functional import normalize

from screen.nn.layers import Dropout, Linear

FACTORS = 64


class BilinearHead(nn.Module):
    """y = (A z + a) . (B d + b) / sqrt(K) + u . z + v . d + c, K = 64 factors: a pair costs one product of length K.

    Profile and drug are scaled as in :class:`screen.nn.head.PairHead`.
    """

    def __init__(self, code: int, drug: int, dropout: float, members: int | None = None) -> None:
        super().__init__()
        self.profile = Linear(code, FACTORS + 1, members)
        self.drug = Linear(drug, FACTORS + 1, members)
        self.left_out = Dropout(dropout)
        self.spread = (math.sqrt(code), math.sqrt(drug))

    def forward(self, z: Tensor, d: Tensor) -> Tensor:
        """``n x code`` unit codes, ``D x drug`` vectors -> ``n x D``."""
        profile = self.profile(self.left_out(self.spread[0] * z))
        drug = self.drug(self.left_out(self.spread[1] * normalize(d, dim=-1)))
        common = profile[..., 1:] @ drug[..., 1:].mT / math.sqrt(FACTORS)
        value: Tensor = common + profile[..., :1] + drug[..., :1].mT
        return value
