"""The terms that alignment and fine-tuning minimise."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss
from torch.optim import Optimizer

from screen.nn.dsn import Codes


def reconstruction(X: Tensor, codes: Codes) -> Tensor:
    """Mean squared error over all n x N entries."""
    return mse_loss(codes.X, X)


def orthogonality(codes: Codes) -> Tensor:
    """|S^T P|_F^2 / n: 0 where no direction of the shared code moves with one of the private code.

    DeepCRE's code takes the mean over the code x code entries instead, some 250 times less at a batch of 64, which
    leaves the term without effect beside the reconstruction.
    """
    return (codes.S.T @ codes.P).square().sum() / len(codes.S)


def gradient_penalty(critic: nn.Module, lines: Tensor, patients: Tensor, mix: Tensor) -> Tensor:
    """mean (|grad critic(u)| - 1)^2 at u between paired codes (Gulrajani et al. 2017).

    Parameters
    ----------
    lines, patients : n x code
    mix : n, where u lies between the two: 1 at the cell line
    """
    between = (mix[:, None] * lines + (1 - mix[:, None]) * patients).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    penalty: Tensor = (slope.norm(dim=1) - 1).square().mean()
    return penalty


def masked_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Binary cross-entropy over the measured pairs; ``labels`` n x D are NaN elsewhere."""
    seen = labels.isfinite()
    return binary_cross_entropy_with_logits(logits[seen], labels[seen])


def masked_square(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean squared error over the measured pairs; ``target`` n x D is NaN elsewhere."""
    seen = target.isfinite()
    return mse_loss(predicted[seen], target[seen])


def descend(loss: Tensor, optimiser: Optimizer) -> None:
    """One step down the gradient of ``loss``."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
