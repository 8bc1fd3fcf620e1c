"""Alignment of two tiny domains."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from screen.learn import align as align_module
from screen.learn.align import Domains, align, separation_loss
from screen.nn.determinism import one_thread, seeded
from screen.nn.dsn import DomainSeparation
from tests.learn.planted import QUICK

CODE = QUICK.code


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


def domains(patients: int = 20) -> Domains:
    dice = torch.Generator().manual_seed(0)
    low_rank = torch.randn(4, 16, generator=dice)
    return Domains(torch.randn(50, 4, generator=dice) @ low_rank, torch.randn(patients, 4, generator=dice) @ low_rank)


def test_a_batch_is_as_large_as_the_smaller_domain_at_most() -> None:
    sizes = [(len(a), len(b)) for a, b in domains(patients=20).batches(64, torch.Generator())]
    assert sizes == [(20, 20), (20, 20)]


def test_phase_one_lowers_the_loss() -> None:
    with seeded(0):
        fresh = DomainSeparation(16, QUICK.hidden, CODE, 0.0)
    d = domains()
    before = separation_loss(fresh, d.lines, d.patients, 0.1)[0].item()
    network = _trained(d)
    assert separation_loss(network, d.lines, d.patients, 0.1)[0].item() < 0.7 * before


def _trained(d: Domains) -> DomainSeparation:
    with seeded(0) as dice:
        network = DomainSeparation(16, QUICK.hidden, CODE, 0.0)
        align_module._separate(network, d, replace(QUICK, align_epochs=60), dice)
    return network.eval()


def test_the_critic_phase_changes_the_shared_code() -> None:
    with seeded(0):
        plain = align(domains(), replace(QUICK, adversarial_epochs=0), 0)
        adversarial = align(domains(), replace(QUICK, adversarial_epochs=2), 0)
    X = domains().patients
    assert not torch.allclose(plain(X), adversarial(X))


@pytest.mark.parametrize("patients", [1, 20, 300])
def test_any_size_of_cohort_goes_through(patients: int) -> None:
    with seeded(0):
        encoder = align(domains(patients), QUICK, 0)
    assert torch.isfinite(encoder(domains(patients).patients)).all()
    assert not encoder.training
