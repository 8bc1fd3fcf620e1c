"""The head of every code: a small network a drug, all of them trained side by side."""

from typing import TYPE_CHECKING

import numpy as np

from screen.nn.determinism import one_thread, seeded
from screen.records import Floats

if TYPE_CHECKING:
    from torch.nn import Sequential

EPOCHS = 100
_BATCH = 128
_RATE = 1e-3
_DECAY = 0.1
_DROPOUT = 0.3


def fit_network(codes: Floats, query: Floats, labels: Floats, seed: int) -> Floats:
    """Probabilities of resistance, q x D; see :func:`train_heads`.

    Parameters
    ----------
    query : q x k, standardised over the training lines as the codes are
    """
    import torch

    net = train_heads(codes, labels, seed)
    with torch.inference_mode(), one_thread():
        found: Floats = torch.sigmoid(net(torch.from_numpy(query)).squeeze(-1)).numpy().T
    return np.ascontiguousarray(found)


def train_heads(codes: Floats, labels: Floats, seed: int) -> "Sequential":
    """Class-weighted cross-entropy over the measured pairs; epochs set beforehand.

    Parameters
    ----------
    codes : n x k, standardised over the training lines
    labels : n x D, 1 resistant, 0 sensitive, NaN not measured

    Returns
    -------
    A network in evaluation mode, from codes (n x k) to the log-odds of resistance (D x n x 1).
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from screen.nn.layers import mlp

    width, drugs = codes.shape[1], labels.shape[1]
    rng = np.random.default_rng(seed)
    x, y = torch.from_numpy(codes), torch.from_numpy(np.ascontiguousarray(labels.T))
    seen = y.isfinite()
    truth = y.nan_to_num()
    share = (truth * seen).sum(dim=1) / seen.sum(dim=1).clamp(min=1)
    balance = torch.where(truth == 1, 0.5 / share[:, None].clamp(min=1e-6), 0.5 / (1 - share[:, None]).clamp(min=1e-6))
    weight = balance * seen
    with seeded(seed), one_thread():
        net = mlp((width, max(width // 2, 1), 1), _DROPOUT, members=drugs, activation=torch.nn.SiLU)
        optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
        for _ in range(EPOCHS):
            order = torch.from_numpy(rng.permutation(len(x)))
            for rows in torch.split(order, _BATCH):
                logits = net(x[rows]).squeeze(-1)
                losses = binary_cross_entropy_with_logits(logits, truth[:, rows], weight[:, rows], reduction="none")
                optimiser.zero_grad(set_to_none=True)
                (losses.sum() / len(rows)).backward()  # type: ignore[no-untyped-call]
                optimiser.step()
    return net.eval()
