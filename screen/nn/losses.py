"""The terms that alignment and fine-tuning minimise: one number a member, members side by side.

Members share no weight, so the gradient of the sum over members is each member's own.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim import Optimizer

from screen.nn.dsn import Codes

BANDWIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Of the kernels, as multiples of the mean squared distance."""


def reconstruction(X: Tensor, codes: Codes) -> Tensor:
    """Mean squared error over all entries of a domain, summed over the two (members x 2n x N)."""
    return 2 * (codes.X - X).square().mean(dim=(1, 2))


def orthogonality(codes: Codes) -> Tensor:
    """|S^T P|_F^2 / n, summed over the domains: 0 where no direction of the shared code moves with one of the private.

    DeepCRE's code takes the mean over the code x code entries instead, some 250 times less at a batch of 64, which
    leaves the term without effect beside the reconstruction.
    """
    if codes.P is None:
        return codes.S.new_zeros(len(codes.S))
    S, P = (code.reshape(2 * len(code), -1, code.shape[2]) for code in (codes.S, codes.P))
    overlap = torch.bmm(S.mT, P).square().sum(dim=(1, 2)) / S.shape[1]
    return overlap.view(-1, 2).sum(dim=1)


def discrepancy(lines: Tensor, patients: Tensor) -> Tensor:
    """Squared maximum mean discrepancy of codes, members x n x code each, without bias: about 0 where both are one.

    The mean of Gaussian kernels exp(-d^2 / (b m)), m the mean squared distance over both domains, see
    :data:`BANDWIDTHS`. DeepCRE's sum reaches from 1e-6 to 1e6, where a kernel is constant on codes of length one.
    """
    n = lines.shape[1]
    both = torch.cat((lines, patients), dim=1)
    squares = both.square().sum(dim=2)
    distance = (squares[:, :, None] + squares[:, None] - 2 * both @ both.mT).clamp(min=0)
    mean = distance.detach().mean(dim=(1, 2), keepdim=True).clamp(min=1e-12)
    kernel = torch.stack([torch.exp(-distance / (b * mean)) for b in BANDWIDTHS]).mean(dim=0)
    kernel = kernel - torch.diag_embed(torch.diagonal(kernel, dim1=1, dim2=2))
    within = (kernel[:, :n, :n] + kernel[:, n:, n:]).sum(dim=(1, 2)) / max(n * (n - 1), 1)
    return within - 2 * kernel[:, :n, n:].mean(dim=(1, 2))


def gradient_penalty(critic: nn.Module, lines: Tensor, patients: Tensor, mix: Tensor) -> Tensor:
    """mean (|grad critic(u)| - 1)^2 at u between paired codes (Gulrajani et al. 2017).

    Parameters
    ----------
    lines, patients : members x n x code
    mix : members x n, where u lies between the two: 1 at the cell line
    """
    between = (mix[..., None] * lines + (1 - mix[..., None]) * patients).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    penalty: Tensor = (slope.norm(dim=-1) - 1).square().mean(dim=-1)
    return penalty


def masked_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Binary cross-entropy over the measured pairs; ``labels`` members x n x D are NaN elsewhere."""
    seen = labels.isfinite()
    return _mean(binary_cross_entropy_with_logits(logits, labels.nan_to_num(), reduction="none"), seen)


def masked_square(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean squared error over the measured pairs; ``target`` members x n x D is NaN elsewhere."""
    seen = target.isfinite()
    return _mean((predicted - target.nan_to_num()).square(), seen)


def _mean(error: Tensor, seen: Tensor) -> Tensor:
    return (error * seen).sum(dim=(1, 2)) / seen.sum(dim=(1, 2)).clamp(min=1)


def descend(loss: Tensor, optimiser: Optimizer) -> None:
    """One step down the gradient of ``loss``, summed over members."""
    optimiser.zero_grad(set_to_none=True)
    loss.sum().backward()  # type: ignore[no-untyped-call]
    optimiser.step()
