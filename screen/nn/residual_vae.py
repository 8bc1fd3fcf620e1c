"""A variational autoencoder of expression whose encoder and decoder are residual blocks."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, silu


@dataclass(frozen=True)
class VaeShape:
    """What a residual VAE looks like."""

    inputs: int
    """Genes, or columns of a pretrained model's features."""
    width: int
    """Of every layer between input and code."""
    blocks: int
    """Residual blocks of the encoder, and as many of the decoder."""
    code: int


class ResidualBlock(nn.Module):
    """h' = h + silu(BN(W h + b)), of one width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, h: Tensor) -> Tensor:
        """``n x width`` -> ``n x width``."""
        return h + silu(self.norm(self.linear(h)))


class Encoded(NamedTuple):
    """What a VAE makes of n profiles."""

    mean: Tensor
    """n x code: the code used everywhere outside training."""
    log_variance: Tensor
    rebuilt: Tensor
    """n x inputs."""


class ResidualVae(nn.Module):
    """mu, log s2 = heads(blocks(silu(BN(W x)))), z ~ N(mu, s2), x' = W' blocks'(silu(BN(V z))).

    The decoder mirrors the encoder (Kingma and Welling 2014; residual blocks after He et al. 2016).
    """

    def __init__(self, shape: VaeShape) -> None:
        super().__init__()
        self.encoder = nn.Sequential(*_stem(shape.inputs, shape.width), *_blocks(shape))
        self.mean = nn.Linear(shape.width, shape.code)
        self.log_variance = nn.Linear(shape.width, shape.code)
        self.decoder = nn.Sequential(*_stem(shape.code, shape.width), *_blocks(shape))
        self.rebuild = nn.Linear(shape.width, shape.inputs)

    def forward(self, x: Tensor, noise: Tensor) -> Encoded:
        """Profiles ``n x inputs`` with noise ``n x code`` (zero: the mean itself is decoded)."""
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h).clamp(-8, 8)
        z = mean + noise * torch.exp(log_variance / 2)
        return Encoded(mean, log_variance, self.rebuild(self.decoder(z)))

    def codes(self, x: Tensor) -> Tensor:
        """``n x inputs`` -> ``n x code``, in evaluation mode without noise."""
        mean: Tensor = self.mean(self.encoder(x))
        return mean


def _stem(wide: int, width: int) -> list[nn.Module]:
    return [nn.Linear(wide, width), nn.BatchNorm1d(width), nn.SiLU()]


def _blocks(shape: VaeShape) -> list[nn.Module]:
    return [ResidualBlock(shape.width) for _ in range(shape.blocks)]


def weights_of(shape: VaeShape) -> int:
    """Trained numbers of a VAE of this shape."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in ResidualVae(shape).parameters())


def vae_loss(found: Encoded, x: Tensor, measured: Tensor, beta: float) -> Tensor:
    """Mean squared error over measured entries + beta x KL(q(z | x) || N(0, 1)), the latter summed over the code.

    Parameters
    ----------
    x, measured : n x inputs; 1 where measured, 0 where a value stands in for none
    """
    error = ((found.rebuilt - x).square() * measured).sum() / measured.sum().clamp(min=1)
    spread = found.log_variance
    divergence = 0.5 * (found.mean.square() + spread.exp() - 1 - spread).sum(dim=1).mean()
    return error + beta * divergence


def distillation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean of 1 - cos(student's code, teacher's code), n x code each."""
    return (1 - cosine_similarity(student, teacher, dim=1)).mean()
