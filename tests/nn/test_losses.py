"""Each term against an independent computation."""

import numpy as np
import pytest
import torch

from screen.nn import losses
from screen.nn.dsn import Codes


def test_gradient_penalty_of_a_linear_critic_is_known() -> None:
    w = torch.tensor([3.0, 4.0])
    penalty = losses.gradient_penalty(_Linear(w), torch.randn(6, 2), torch.randn(6, 2), torch.rand(6))
    assert penalty.item() == pytest.approx((5 - 1) ** 2)


def test_gradient_penalty_agrees_with_finite_differences() -> None:
    torch.manual_seed(1)
    critic = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.SELU(), torch.nn.Linear(5, 1)).double()
    lines, patients, mix = (torch.randn(4, 3).double(), torch.randn(4, 3).double(), torch.rand(4).double())
    at = mix[:, None] * lines + (1 - mix[:, None]) * patients
    step = 1e-6 * torch.eye(3).double()
    with torch.no_grad():
        slopes = torch.stack([(critic(at + h) - critic(at - h)).squeeze(1) / 2e-6 for h in step], dim=1)
    expected = ((slopes.norm(dim=1) - 1) ** 2).mean().item()
    assert losses.gradient_penalty(critic, lines, patients, mix).item() == pytest.approx(expected, rel=1e-6)


def test_orthogonality_is_nought_for_codes_that_never_move_together() -> None:
    S, P = torch.eye(4), torch.eye(4).roll(2, dims=0)
    assert losses.orthogonality(Codes(S[:2], P[:2].flip(0), S)).item() == pytest.approx(1.0)
    together, against = torch.ones(4, 1), torch.tensor([[1.0], [-1.0], [1.0], [-1.0]])
    assert losses.orthogonality(Codes(together, against, S)).item() == 0
    assert losses.orthogonality(Codes(together, together, S)).item() == 4


def test_pairs_that_were_not_measured_have_no_weight() -> None:
    targets = torch.tensor([[1.0, float("nan")], [float("nan"), 0.0]])
    outputs = torch.tensor([[0.5, 99.0], [99.0, -0.5]])
    assert losses.masked_square(outputs, targets).item() == pytest.approx(0.25)
    assert losses.masked_cross_entropy(outputs, targets).item() == pytest.approx(np.log1p(np.exp(-0.5)))


class _Linear(torch.nn.Module):
    def __init__(self, w: torch.Tensor) -> None:
        super().__init__()
        self.w = w

    def forward(self, S: torch.Tensor) -> torch.Tensor:
        return S @ self.w
