"""The networks of the alignment: what cell lines and patients share, and what is private to each (Bousmalis et al.
2016; DeepCRE, Methods). All may hold several members side by side, see :mod:`screen.nn.layers`."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor, cat, nn
from torch.nn.functional import normalize

from screen.nn.layers import mlp

CRITIC_WIDTHS = (64, 32)


class Encoder(nn.Module):
    """z = f(X) / |f(X)|, f = N-512-256-128."""

    def __init__(
        self, genes: int, hidden: Sequence[int], code: int, dropout: float, members: int | None = None
    ) -> None:
        super().__init__()
        self.layers = mlp((genes, *hidden, code), dropout, members)

    def forward(self, X: Tensor) -> Tensor:
        """``n x N`` scaled expression -> ``n x code``, rows of length one."""
        return normalize(self.layers(X), dim=-1)


class Codes(NamedTuple):
    """What a network says of profiles of both domains: in every tensor the first n rows are cell lines, the others
    as many patients."""

    S: Tensor
    """members x 2n x code, shared by the domains."""
    P: Tensor | None
    """members x 2n x code, private to the domain; ``None`` of an autoencoder."""
    X: Tensor
    """members x 2n x N, rebuilt from both."""


class Autoencoder(nn.Module):
    """S = shared(X), X' = decoder(S): one encoder for both domains."""

    def __init__(self, genes: int, hidden: Sequence[int], code: int, dropout: float, members: int) -> None:
        super().__init__()
        self.shared = Encoder(genes, hidden, code, dropout, members)
        self.decoder = mlp((code, *reversed(hidden), genes), dropout, members)
        # Rows of unit length have entries of about code^-1/2; layers are initialised for entries of about one.
        self.spread = math.sqrt(code)

    def forward(self, X: Tensor) -> Codes:
        """``members x 2n x N`` scaled expression, cell lines first -> its codes and what they rebuild."""
        S = self.shared(X)
        return Codes(S, None, self.decoder(self.spread * S))


class DomainSeparation(nn.Module):
    """S = shared(X), P = private_domain(X), X' = decoder([P, S])."""

    def __init__(self, genes: int, hidden: Sequence[int], code: int, dropout: float, members: int) -> None:
        super().__init__()
        self.shared = Encoder(genes, hidden, code, dropout, members)
        self.private = Encoder(genes, hidden, code, dropout, 2 * members)
        """Encoders 2m and 2m + 1 are the cell lines' and the patients' of member m."""
        self.decoder = mlp((2 * code, *reversed(hidden), genes), dropout, members)
        self.spread = math.sqrt(code)

    def forward(self, X: Tensor) -> Codes:
        """``members x 2n x N`` scaled expression, cell lines first -> its codes and what they rebuild."""
        S, P = self.shared(X), self.privately(X)
        return Codes(S, P, self.decoder(self.spread * cat((P, S), dim=2)))

    def privately(self, X: Tensor) -> Tensor:
        """The private codes, each profile by the encoder of its domain."""
        P: Tensor = self.private(X.reshape(2 * len(X), -1, X.shape[2]))
        return P.reshape(*X.shape[:2], -1)


class Critic(nn.Module):
    """One number a code: high for cell lines, low for patients (128-64-32-1)."""

    def __init__(self, code: int, members: int | None = None) -> None:
        super().__init__()
        self.layers = mlp((code, *CRITIC_WIDTHS, 1), members=members)

    def forward(self, S: Tensor) -> Tensor:
        """``(members x) n x code`` -> ``(members x) n``."""
        value: Tensor = self.layers(S).squeeze(-1)
        return value
