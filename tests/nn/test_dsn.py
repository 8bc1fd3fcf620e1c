"""The networks are the formulas."""

import pytest
import torch

from screen.nn.dsn import Critic, DomainSeparation
from screen.nn.head import PairHead


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_layers_have_the_published_widths() -> None:
    network = DomainSeparation(422, (512, 256), 128, 0.1)
    assert [tuple(p.shape) for p in network.shared.parameters() if p.ndim == 2] == [(512, 422), (256, 512), (128, 256)]
    assert [tuple(p.shape) for p in network.decoder.parameters() if p.ndim == 2] == [(256, 256), (512, 256), (422, 512)]
    assert [tuple(p.shape) for p in Critic(128).parameters() if p.ndim == 2] == [(64, 128), (32, 64), (1, 32)]


def test_codes_have_length_one_and_rebuild_the_input() -> None:
    codes = DomainSeparation(20, (16, 8), 4, 0.0)(torch.randn(5, 20), "patient")
    assert torch.allclose(codes.S.norm(dim=1), torch.ones(5))
    assert torch.allclose(codes.P.norm(dim=1), torch.ones(5))
    assert codes.X.shape == (5, 20)


def test_domains_share_one_encoder_and_keep_one_each() -> None:
    network, X = DomainSeparation(20, (16, 8), 4, 0.0), torch.randn(5, 20)
    line, patient = network(X, "cell_line"), network(X, "patient")
    assert torch.equal(line.S, patient.S)
    assert not torch.allclose(line.P, patient.P)


def test_the_split_head_is_the_plain_one() -> None:
    head = PairHead(128, 300, 0.0).eval()
    z, d = torch.nn.functional.normalize(torch.randn(3, 128), dim=1), torch.randn(7, 300)
    both = torch.cat([(head.spread[0] * z)[:, None].expand(3, 7, 128),
                      (head.spread[1] * torch.nn.functional.normalize(d, dim=1))[None].expand(3, 7, 300)], dim=2)
    first = torch.cat([head.profile.weight, head.drug.weight], dim=1)
    assert first.shape == (64, 428)
    hidden = torch.selu(head.hidden(torch.selu(both @ first.T + head.profile.bias)))
    assert torch.allclose(head(z, d), head.last(hidden).squeeze(-1), atol=1e-5)
    assert sum(p.numel() for p in head.parameters()) == 29_569
