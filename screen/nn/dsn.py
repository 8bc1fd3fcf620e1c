"""Domain separation network: what cell lines and patients share, and what is private to each (Bousmalis et al. 2016;
DeepCRE, Methods)."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from torch import Tensor, cat, nn
from torch.nn.functional import normalize

from screen.records import Domain

CRITIC_WIDTHS = (64, 32)


def mlp(widths: Sequence[int], dropout: float = 0.0) -> nn.Sequential:
    """Linear layers of these widths, SELU and dropout between them."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [nn.Linear(wide, narrow), nn.SELU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers[:-2])


class Encoder(nn.Module):
    """z = f(X) / |f(X)|, f = N-512-256-128."""

    def __init__(self, genes: int, hidden: Sequence[int], code: int, dropout: float) -> None:
        super().__init__()
        self.layers = mlp((genes, *hidden, code), dropout)

    def forward(self, X: Tensor) -> Tensor:
        """``n x N`` scaled expression -> ``n x code``, rows of length one."""
        return normalize(self.layers(X), dim=1)


class Codes(NamedTuple):
    """What the network says of n profiles of one domain."""

    S: Tensor
    """n x code, shared by the domains."""
    P: Tensor
    """n x code, private to the domain."""
    X: Tensor
    """n x N, rebuilt from both."""


class DomainSeparation(nn.Module):
    """S = shared(X), P = private_domain(X), X' = decoder([P, S])."""

    def __init__(self, genes: int, hidden: Sequence[int], code: int, dropout: float) -> None:
        super().__init__()
        self.shared = Encoder(genes, hidden, code, dropout)
        self.private = nn.ModuleDict({
            domain: Encoder(genes, hidden, code, dropout) for domain in ("cell_line", "patient")})
        self.decoder = mlp((2 * code, *reversed(hidden), genes), dropout)
        # Rows of unit length have entries of about code^-1/2; layers are initialised for entries of about one.
        self.spread = math.sqrt(code)

    def forward(self, X: Tensor, domain: Domain) -> Codes:
        """``n x N`` scaled expression of one domain -> its codes and what they rebuild."""
        S, P = self.shared(X), self.private[domain](X)
        return Codes(S, P, self.decoder(self.spread * cat((P, S), dim=1)))


class Critic(nn.Module):
    """Wasserstein critic of shared codes: high for cell lines, low for patients (128-64-32-1)."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.layers = mlp((code, *CRITIC_WIDTHS, 1))

    def forward(self, S: Tensor) -> Tensor:
        """``n x code`` -> ``n``."""
        value: Tensor = self.layers(S).squeeze(1)
        return value
