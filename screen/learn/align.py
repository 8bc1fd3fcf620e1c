"""Tumour-type adaptive alignment: all cell lines and the patients of one indication, expression only (DSN-adv)."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import AdamW, RMSprop

from screen.nn.dsn import Critic, DomainSeparation, Encoder
from screen.nn.losses import descend, gradient_penalty, orthogonality, reconstruction
from screen.settings import Training


@dataclass(frozen=True)
class Domains:
    """What alignment sees: scaled expression, no label, no outcome."""

    lines: Tensor
    """L x N."""
    patients: Tensor
    """P x N."""

    def batches(self, size: int, dice: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """One pass over the cell lines, each batch beside as many random patients.

        A batch never holds more than either domain has, so a cohort of twenty is used as it is.
        """
        size = min(size, len(self.lines), len(self.patients))
        order = torch.randperm(len(self.lines), generator=dice)
        for rows in torch.split(order, size):
            if len(rows) == size:
                picked = torch.randperm(len(self.patients), generator=dice)[:size]
                yield self.lines[rows], self.patients[picked]


def align(domains: Domains, training: Training, seed: int) -> Encoder:
    """Train a domain separation network, then the same against a critic; its shared encoder, in evaluation mode.

    Phase 1 minimises reconstruction and orthogonality over both domains. Phase 2 adds -mean critic(S_patients), with
    the critic trained by the Wasserstein loss and gradient penalty between steps. Weights of the last step are kept:
    nothing here could tell a better one without outcomes.
    """
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    genes = domains.lines.shape[1]
    network = DomainSeparation(genes, training.hidden, training.code, training.dropout).to(domains.lines.device)
    _separate(network, domains, training, dice)
    _confuse(network, domains, training, dice)
    return network.shared.eval()


def _separate(network: DomainSeparation, domains: Domains, training: Training, dice: torch.Generator) -> None:
    optimiser = AdamW(network.parameters(), lr=training.align_rate, weight_decay=training.weight_decay, fused=True)
    network.train()
    for _ in range(training.align_epochs):
        for lines, patients in domains.batches(training.align_batch, dice):
            loss = separation_loss(network, lines, patients, training.orthogonality)[0]
            descend(loss, optimiser)


def _confuse(network: DomainSeparation, domains: Domains, training: Training, dice: torch.Generator) -> None:
    critic = Critic(training.code).to(domains.lines.device)
    judge = RMSprop(critic.parameters(), lr=training.adversarial_rate)
    optimiser = RMSprop(network.parameters(), lr=training.adversarial_rate)
    for _ in range(training.adversarial_epochs):
        for lines, patients in domains.batches(training.align_batch, dice):
            _teach_critic(critic, judge, network.shared, domains, training, dice)
            network.train()
            loss, codes = separation_loss(network, lines, patients, training.orthogonality)
            loss = loss - critic(codes).mean()
            descend(loss, optimiser)


def separation_loss(network: DomainSeparation, lines: Tensor, patients: Tensor,
                    weight: float) -> tuple[Tensor, Tensor]:
    """Reconstruction + weight x orthogonality, summed over the domains, and the shared codes of the patients."""
    own, theirs = network(lines, "cell_line"), network(patients, "patient")
    loss = reconstruction(lines, own) + reconstruction(patients, theirs)
    return loss + weight * (orthogonality(own) + orthogonality(theirs)), theirs.S


def _teach_critic(critic: Critic, judge: RMSprop, shared: Encoder, domains: Domains, training: Training,
                  dice: torch.Generator) -> None:
    """Several steps on codes of fresh batches; no gradient reaches the encoder."""
    shared.eval()
    with torch.no_grad():
        codes = [(shared(lines), shared(patients)) for lines, patients in _some(domains, training, dice)]
    for lines, patients in codes:
        mix = torch.rand(len(lines), generator=dice).to(lines.device)
        penalty = gradient_penalty(critic, lines, patients, mix)
        loss = critic(patients).mean() - critic(lines).mean() + training.gradient_penalty * penalty
        descend(loss, judge)


def _some(domains: Domains, training: Training, dice: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    size = min(training.align_batch, len(domains.lines), len(domains.patients))
    for _ in range(training.critic_steps):
        lines = torch.randperm(len(domains.lines), generator=dice)[:size]
        patients = torch.randperm(len(domains.patients), generator=dice)[:size]
        yield domains.lines[lines], domains.patients[patients]
