"""Alignment of two tiny domains, by every model of the zoo."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from screen.models.networks.alignment_losses import Discriminator, Kernels, Wasserstein, alignment_loss
from screen.models.networks.alignment_training import Domains, Loop, _optimiser, align
from screen.models.networks.architectures import ARCHITECTURES
from screen.nn.determinism import one_thread, seeded
from screen.nn.dsn import DomainSeparation
from screen.nn.losses import orthogonality, reconstruction
from tests.models.planted import QUICK

ADVERSARY = ARCHITECTURES["dsn-adv"]
MEMBERS = 2


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


def domains(patients: int = 20) -> Domains:
    generator = torch.Generator().manual_seed(0)
    low_rank = torch.randn(4, 16, generator=generator)
    lines = tuple(torch.randn(50 + member, 4, generator=generator) @ low_rank for member in range(MEMBERS))
    return Domains(lines, (torch.randn(patients, 4, generator=generator) @ low_rank,) * len(lines))


def test_a_batch_is_as_large_as_the_smaller_domain_at_most() -> None:
    sizes = [tuple(X.shape) for X in domains(patients=20).epoch(64, torch.Generator())]
    assert sizes == [(MEMBERS, 40, 16), (MEMBERS, 40, 16)]


def test_an_epoch_shows_each_member_its_own_lines_once_beside_patients() -> None:
    d = domains()
    X = torch.cat([batch[:, :10] for batch in d.epoch(10, torch.Generator())], dim=1)
    for member, actual in enumerate(d.lines):
        distance = torch.cdist(X[member], actual)
        assert distance.argmin(dim=1).unique().numel() == 50
        assert distance.min(dim=1).values.max() < 0.05


def test_drawn_batches_hold_all_lines_before_all_patients() -> None:
    d = domains()
    X = d.sampled(8, 3, torch.Generator())
    assert X.shape == (MEMBERS, 48, 16)
    assert torch.cdist(X[1, :24], d.lines[1]).min(dim=1).values.max() < 0.05
    assert torch.cdist(X[1, 24:], d.patients[1]).min(dim=1).values.max() < 0.05


def test_phase_one_lowers_the_loss() -> None:
    with seeded(0) as generator:
        network = DomainSeparation(16, QUICK.hidden, QUICK.code, 0.0, MEMBERS)
        X = next(domains().epoch(20, generator))
        before = _loss(network, X)
        Loop(network, domains(), ADVERSARY, QUICK, generator).run(60, _optimiser(network, QUICK, adversary=False), None)
    assert (_loss(network, X) < 0.7 * before).all()


@torch.no_grad()
def _loss(network: DomainSeparation, X: torch.Tensor) -> torch.Tensor:
    codes = network(X)
    return reconstruction(X, codes) + 0.1 * orthogonality(codes)


@pytest.mark.parametrize("name", [name for name, architecture in ARCHITECTURES.items() if architecture.aligns])
def test_the_alignment_loss_changes_the_shared_code(name: str) -> None:
    plain = align(domains(), ARCHITECTURES[name], replace(QUICK, adversarial_epochs=0), 0)
    drawn = align(domains(), ARCHITECTURES[name], replace(QUICK, adversarial_epochs=2), 0)
    X = domains().patients[0]
    assert not torch.allclose(plain(X), drawn(X))


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("patients", [1, 20, 300])
def test_any_size_of_cohort_goes_through_every_model(name: str, patients: int) -> None:
    encoder = align(domains(patients), ARCHITECTURES[name], QUICK, 0)
    assert torch.isfinite(encoder(domains(patients).patients[0])).all()
    assert not encoder.training


@pytest.mark.parametrize(("name", "kind"), [("ae-adv", Discriminator), ("dsn-adv", Wasserstein), ("dsrn-mmd", Kernels)])
def test_what_an_adversary_pulls_brings_the_domains_nearer(name: str, kind: type) -> None:
    generator = torch.Generator().manual_seed(0)
    lines = torch.randn(
        MEMBERS, 64, QUICK.code * (2 if ARCHITECTURES[name].codes == "both" else 1), generator=generator
    )
    patients = (lines + 1).requires_grad_()
    against = alignment_loss(
        ARCHITECTURES[name], replace(QUICK, adversarial_rate=3e-3), MEMBERS, torch.device("cpu"), generator
    )
    assert isinstance(against, kind)
    for _ in range(60 * against.has_adversary):
        against.step(lines, patients.detach())
    against.loss(lines, patients).sum().backward()  # type: ignore[no-untyped-call]
    assert patients.grad is not None
    assert (-patients.grad).mean() < 0


def test_members_are_trained_as_if_each_were_alone() -> None:
    d = domains()
    both = align(d, ADVERSARY, QUICK, 0)
    other = align(Domains((d.lines[0], 3 * d.lines[1]), d.patients), ADVERSARY, QUICK, 0)
    weights = [encoder.layers[0].weight for encoder in (both, other)]
    assert torch.equal(weights[0][0], weights[1][0])
    assert not torch.equal(weights[0][1], weights[1][1])
