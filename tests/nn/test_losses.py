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


def test_orthogonality_is_zero_for_codes_that_never_move_together() -> None:
    S, P = torch.eye(4), torch.eye(4).roll(2, dims=0)
    assert overlap(S[:2], P[:2].flip(0)) == pytest.approx(1.0)
    together, against = torch.ones(4, 1), torch.tensor([[1.0], [-1.0], [1.0], [-1.0]])
    assert overlap(together, against) == 0
    assert overlap(together, together) == 4


def overlap(S: torch.Tensor, P: torch.Tensor) -> float:
    """Of one domain: the other's private code is zero."""
    both = Codes(torch.cat((S, S))[None], torch.cat((P, 0 * P))[None], S)
    return losses.orthogonality(both).item()


def test_reconstruction_is_the_mean_of_each_domain_summed() -> None:
    X, rebuilt = torch.randn(2, 6, 5), torch.randn(2, 6, 5)
    expected = [
        (X[m, :3] - rebuilt[m, :3]).square().mean() + (X[m, 3:] - rebuilt[m, 3:]).square().mean() for m in range(2)
    ]
    assert torch.allclose(losses.reconstruction(X, Codes(X, None, rebuilt)), torch.stack(expected))


def test_discrepancy_is_zero_between_likes_and_grows_with_the_distance() -> None:
    torch.manual_seed(0)
    draws = torch.randn(40, 64, 8)
    near, far = torch.randn(40, 64, 8), torch.randn(40, 64, 8) + torch.tensor([1.0])
    near_zero = losses.discrepancy(draws, near)
    assert abs(near_zero.mean().item()) < 3 * near_zero.std().item() / 40**0.5
    assert losses.discrepancy(draws, far).min() > 10 * near_zero.abs().max()


def test_discrepancy_is_the_sum_over_pairs() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(3, 2), torch.randn(3, 2)
    both = torch.cat((a, b))
    distance = torch.cdist(both, both).square()

    def kernel(x: int, y: int) -> float:
        return float(np.mean([np.exp(-distance[x, y] / (k * distance.mean())) for k in losses.BANDWIDTHS]))

    within = sum(kernel(i, j) + kernel(3 + i, 3 + j) for i in range(3) for j in range(3) if i != j) / 6
    across = sum(kernel(i, 3 + j) for i in range(3) for j in range(3)) / 9
    assert losses.discrepancy(a[None], b[None]).item() == pytest.approx(within - 2 * across, rel=1e-4)


def test_pairs_that_were_not_measured_have_no_weight() -> None:
    targets = torch.tensor([[[1.0, float("nan")], [float("nan"), 0.0]]])
    outputs = torch.tensor([[[0.5, 99.0], [99.0, -0.5]]])
    assert losses.masked_square(outputs, targets).item() == pytest.approx(0.25)
    assert losses.masked_cross_entropy(outputs, targets).item() == pytest.approx(np.log1p(np.exp(-0.5)))


class _Linear(torch.nn.Module):
    def __init__(self, w: torch.Tensor) -> None:
        super().__init__()
        self.w = w

    def forward(self, S: torch.Tensor) -> torch.Tensor:
        return S @ self.w
