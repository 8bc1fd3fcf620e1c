"""Plain networks without alignment: one for all (profile, drug) pairs, and one small network a drug."""

import math

import torch
from torch import Tensor, nn


class PairNet(nn.Module):
    """y = W3 s(W2 s(Wx x + Wd d + b)), widths 64-32-1, s = ReLU with dropout: a plain net on [x, d].

    The first layer of the concatenation is the sum of a profile part and a drug part, each reckoned once.
    """

    def __init__(self, genes: int, drug: int, dropout: float) -> None:
        super().__init__()
        self.profile = nn.Linear(genes, 64)
        self.drug = nn.Linear(drug, 64, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(64, 32)
        self.last = nn.Linear(32, 1)

    def forward(self, x: Tensor, d: Tensor) -> Tensor:
        """``n x genes`` and ``D x drug`` -> ``n x D``."""
        first = self.dropout(torch.relu(self.profile(x)[:, None] + self.drug(d)[None]))
        value: Tensor = self.last(torch.relu(self.hidden(first))).squeeze(-1)
        return value


class DrugwiseNet(nn.Module):
    """y_d = v_d s(W_d x + b_d) + c_d for each of D drugs, s = ReLU with dropout; nothing is shared between drugs."""

    def __init__(self, genes: int, drugs: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(genes, drugs * hidden)
        self.last = nn.Parameter(torch.empty(drugs, hidden).uniform_(-1, 1) / math.sqrt(hidden))
        self.constant = nn.Parameter(torch.zeros(drugs))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """``n x genes`` -> ``n x D``."""
        inner = self.dropout(torch.relu(self.first(self.dropout(x)))).view(len(x), *self.last.shape)
        value: Tensor = (inner * self.last).sum(dim=2) + self.constant
        return value
