"""Alignment losses: what draws the codes of cell lines and patients together in phase 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim import RMSprop

from screen.models.networks.architectures import Architecture
from screen.nn.dsn import Critic
from screen.nn.losses import descend, discrepancy, gradient_penalty
from screen.settings import Training


class AlignmentLoss(Protocol):
    """Codes of both domains, members x n x code each, in; what the encoders have to minimise out."""

    has_adversary: bool
    """Whether it is trained between the steps of the encoders."""

    def step(self, lines: Tensor, patients: Tensor) -> None:
        """One step of its own."""
        ...

    def loss(self, lines: Tensor, patients: Tensor) -> Tensor:
        """The alignment loss of each member."""
        ...


def alignment_loss(
    architecture: Architecture, training: Training, members: int, device: torch.device, generator: torch.Generator
) -> AlignmentLoss:
    """The alignment loss of an architecture that aligns."""
    if architecture.loss == "mmd":
        return Kernels(training.mmd)
    critic = Critic(training.code * (2 if architecture.codes == "both" else 1), members).to(device)
    if architecture.network == "ae":
        return Discriminator(critic, training.adversarial_rate)
    return Wasserstein(critic, training.adversarial_rate, training.gradient_penalty, generator)


class Kernels:
    """The maximum mean discrepancy of a batch; nothing to train."""

    has_adversary = False

    def __init__(self, weight: float) -> None:
        self.weight = weight

    def step(self, lines: Tensor, patients: Tensor) -> None:
        """Nothing to learn."""

    def loss(self, lines: Tensor, patients: Tensor) -> Tensor:
        """weight x MMD^2."""
        return self.weight * discrepancy(lines, patients)


class Wasserstein:
    """A critic with gradient penalty (WGAN-GP); encoders raise what it says of patients."""

    has_adversary = True

    def __init__(self, critic: Critic, rate: float, penalty: float, generator: torch.Generator) -> None:
        self.critic = critic
        self.optimiser = RMSprop(critic.parameters(), lr=rate)
        self.penalty = penalty
        self.generator = generator

    def step(self, lines: Tensor, patients: Tensor) -> None:
        """Raise lines above patients, with slopes of length one."""
        mix = torch.rand(lines.shape[:2], generator=self.generator).to(lines.device)
        away = gradient_penalty(self.critic, lines, patients, mix)
        output = self.critic(torch.cat((lines, patients), dim=1))
        apart = output[:, lines.shape[1] :].mean(dim=1) - output[:, : lines.shape[1]].mean(dim=1)
        descend(apart + self.penalty * away, self.optimiser)

    def loss(self, lines: Tensor, patients: Tensor) -> Tensor:
        """-mean critic(patients)."""
        with _frozen(self.critic):
            output: Tensor = self.critic(patients)
        return -output.mean(dim=1)


class Discriminator:
    """A classifier of domains; encoders make it name the wrong one.

    The cross entropy of exchanged labels, whose gradient does not fade when the classifier is right, stands for minus
    the cross entropy of the true ones.
    """

    has_adversary = True

    def __init__(self, classifier: Critic, rate: float) -> None:
        self.classifier = classifier
        self.optimiser = RMSprop(classifier.parameters(), lr=rate)

    def step(self, lines: Tensor, patients: Tensor) -> None:
        """Tell lines (1) from patients (0)."""
        descend(self._entropy(lines, patients), self.optimiser)

    def loss(self, lines: Tensor, patients: Tensor) -> Tensor:
        """Cross entropy of the exchanged labels."""
        with _frozen(self.classifier):
            return self._entropy(patients, lines)

    def _entropy(self, ones: Tensor, zeros: Tensor) -> Tensor:
        logits = self.classifier(torch.cat((ones, zeros), dim=1))
        named = torch.zeros_like(logits)
        named[:, : ones.shape[1]] = 1
        return binary_cross_entropy_with_logits(logits, named, reduction="none").mean(dim=1)


@contextmanager
def _frozen(network: nn.Module) -> Iterator[None]:
    """No gradient of its weights is computed: only that of the codes is of use to the encoders."""
    network.requires_grad_(False)
    try:
        yield
    finally:
        network.requires_grad_(True)
