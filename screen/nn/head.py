"""The classifier of (profile, drug) pairs, with each profile and each drug taken through its first layer once."""

import math

from torch import Tensor, nn
from torch.nn.functional import normalize

from screen.nn.dsn import Encoder
from screen.nn.layers import Dropout, Linear

WIDTHS = (64, 32)


class PairHead(nn.Module):
    """y = W3 s(W2 s(Wz z + Wd d + b)), widths 428-64-32-1 (DeepCRE, Methods), s = SELU.

    The first layer of the concatenation [z, d] is the sum of a profile part and a drug part, so n profiles and D drugs
    cost n + D first layers instead of n x D.
    """

    def __init__(self, code: int, drug: int, dropout: float, members: int | None = None) -> None:
        super().__init__()
        self.profile = Linear(code, WIDTHS[0], members)
        self.drug = Linear(drug, WIDTHS[0], members, bias=False)
        self.hidden = Linear(*WIDTHS, members)
        self.last = Linear(WIDTHS[1], 1, members)
        self.between = nn.Sequential(nn.SELU(), Dropout(dropout))
        self.spread = (math.sqrt(code), math.sqrt(drug))
        bound = 1 / math.sqrt(code + drug)
        for weight in (self.profile.weight, self.drug.weight):
            nn.init.uniform_(weight, -bound, bound)

    def forward(self, z: Tensor, d: Tensor) -> Tensor:
        """``n x code`` unit codes, ``D x drug`` vectors -> ``n x D``."""
        return self.pairs(self.profile_part(z), self.drug_part(d))

    def profile_part(self, z: Tensor) -> Tensor:
        """``n x code`` -> ``n x 64``."""
        part: Tensor = self.profile(self.spread[0] * z)
        return part

    def drug_part(self, d: Tensor) -> Tensor:
        """``D x drug`` -> ``D x 64``."""
        part: Tensor = self.drug(self.spread[1] * normalize(d, dim=-1))
        return part

    def pairs(self, profile: Tensor, drug: Tensor) -> Tensor:
        """``n x 64`` and ``D x 64`` -> ``n x D``."""
        first = self.between(profile[..., :, None, :] + drug[..., None, :, :]).flatten(-3, -2)
        value: Tensor = self.last(self.between(self.hidden(first)))
        return value.reshape(*profile.shape[:-1], drug.shape[-2])


class PairModel(nn.Module):
    """y = head(encoder(X), d): expression and drug vectors in, one number a pair out."""

    def __init__(self, encoder: Encoder, head: PairHead) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, X: Tensor, d: Tensor) -> Tensor:
        """``n x N`` scaled expression, ``D x drug`` vectors -> ``n x D``."""
        value: Tensor = self.head(self.encoder(X), d)
        return value
