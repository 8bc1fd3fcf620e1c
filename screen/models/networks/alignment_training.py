"""Alignment: all cell lines and the patients of one indication, expression only; every model in one loop.

Members of an ensemble are trained side by side, see :mod:`screen.nn.layers`; each has its own cell lines and draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer, RMSprop

from screen.models.networks.alignment_losses import AlignmentLoss, alignment_loss
from screen.models.networks.architectures import Architecture
from screen.nn.dsn import Autoencoder, DomainSeparation, Encoder
from screen.nn.losses import descend, orthogonality, reconstruction
from screen.settings import Training

Network = Autoencoder | DomainSeparation


@dataclass(frozen=True)
class Domains:
    """What alignment sees: scaled expression, no label, no outcome."""

    lines: tuple[Tensor, ...]
    """The cell lines of each member, L x N."""
    patients: tuple[Tensor, ...]
    """The patients of each member, P x N: the same ones, each time on the scale of the member's cell lines."""

    def size(self, requested: int) -> int:
        """Profiles of each domain in a batch: never more than either has, so a cohort of twenty is used as it is."""
        return min(requested, *map(len, self.patients), *map(len, self.lines))

    def epoch(self, requested: int, generator: torch.Generator) -> Iterator[Tensor]:
        """One pass over the cell lines, members x 2n x N: n lines a member, beside them as many random patients."""
        size = self.size(requested)
        orders = [torch.randperm(len(lines), generator=generator) for lines in self.lines]
        for start in range(0, min(map(len, orders)) - size + 1, size):
            yield self._beside([order[start : start + size] for order in orders], size, generator)

    def sampled(self, requested: int, batches: int, generator: torch.Generator) -> Tensor:
        """Batches of random lines and patients at once, members x (2 x batches x n) x N, all lines first."""
        size = self.size(requested)
        rows = [
            torch.cat([torch.randperm(len(lines), generator=generator)[:size] for _ in range(batches)])
            for lines in self.lines
        ]
        return self._beside(rows, size, generator)

    def _beside(self, rows: list[Tensor], size: int, generator: torch.Generator) -> Tensor:
        picks = [
            torch.cat(
                [torch.randperm(len(patients), generator=generator)[:size] for _ in range(len(line_rows) // size)]
            )
            for line_rows, patients in zip(rows, self.patients, strict=True)
        ]
        return torch.stack(
            [
                torch.cat((lines[line_rows], patients[picked]))
                for lines, line_rows, patients, picked in zip(self.lines, rows, self.patients, picks, strict=True)
            ]
        )


def align(domains: Domains, architecture: Architecture, training: Training, seed: int) -> Encoder:
    """The encoders that a composition gives, all members side by side, in evaluation mode.

    Phase 1 minimises reconstruction and, with private codes, their overlap with the shared ones. Phase 2 adds the
    alignment loss, with an adversary that is trained between steps where there is one. Weights of the last step are
    kept: nothing here could tell a better one without outcomes.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    first = domains.lines[0]
    shape = (first.shape[1], training.hidden, training.code, training.dropout, len(domains.lines))
    if architecture.network == "none":
        return Encoder(*shape).to(first.device).eval()
    network = (Autoencoder if architecture.network == "ae" else DomainSeparation)(*shape).to(first.device)
    loop = Loop(network, domains, architecture, training, generator)
    loop.run(training.align_epochs, _optimiser(network, training, adversary=False), None)
    if architecture.aligns:
        against = alignment_loss(architecture, training, len(domains.lines), first.device, generator)
        loop.run(
            training.adversarial_epochs, _optimiser(network, training, adversary=architecture.loss == "adv"), against
        )
    return network.shared.eval()


def _optimiser(network: Network, training: Training, *, adversary: bool) -> Optimizer:
    if adversary:
        return RMSprop(network.parameters(), lr=training.adversarial_rate)
    return AdamW(network.parameters(), lr=training.align_rate, weight_decay=training.weight_decay, fused=True)


@dataclass(frozen=True)
class Loop:
    """The one training loop."""

    network: Network
    domains: Domains
    architecture: Architecture
    training: Training
    generator: torch.Generator

    def run(self, epochs: int, optimiser: Optimizer, against: AlignmentLoss | None) -> None:
        """Passes over the cell lines, with an alignment loss or without."""
        for _ in range(epochs):
            for X in self.domains.epoch(self.training.align_batch, self.generator):
                if against is not None and against.has_adversary:
                    self._train_adversary(against)
                self.network.train()
                descend(self._loss(X, against), optimiser)

    def _loss(self, X: Tensor, against: AlignmentLoss | None) -> Tensor:
        codes = self.network(X)
        loss = reconstruction(X, codes) + self.training.orthogonality * orthogonality(codes)
        if against is None:
            return loss
        aligned = codes.S
        if codes.P is not None and self.architecture.codes == "both":
            aligned = torch.cat((codes.P, codes.S), dim=2)
        return loss + against.loss(*aligned.chunk(2, dim=1))

    def _train_adversary(self, against: AlignmentLoss) -> None:
        """Steps of the adversary on codes of fresh batches, encoded at once; no gradient reaches the encoder."""
        steps = self.training.critic_steps
        self.network.eval()
        with torch.no_grad():
            X = self.domains.sampled(self.training.align_batch, steps, self.generator)
            codes = self.network.shared(X)
            if isinstance(self.network, DomainSeparation) and self.architecture.codes == "both":
                codes = torch.cat((self.network.privately(X), codes), dim=2)
        lines, patients = codes.chunk(2, dim=1)
        for line_codes, patient_codes in zip(lines.chunk(steps, dim=1), patients.chunk(steps, dim=1), strict=True):
            against.step(line_codes, patient_codes)
