"""The networks are the formulas."""

import pytest
import torch
from torch.nn.functional import normalize

from screen.nn.dsn import Autoencoder, Critic, DomainSeparation, Encoder
from screen.nn.head import PairHead


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def widths(network: torch.nn.Module) -> list[tuple[int, ...]]:
    return [tuple(p.shape[-2:]) for name, p in network.named_parameters() if name.endswith("weight")]


def test_layers_have_the_published_widths() -> None:
    network = DomainSeparation(422, (512, 256), 128, 0.1, 1)
    assert widths(network.shared) == widths(network.private) == [(512, 422), (256, 512), (128, 256)]
    assert widths(network.decoder) == [(256, 256), (512, 256), (422, 512)]
    assert widths(Critic(128)) == [(64, 128), (32, 64), (1, 32)]
    assert widths(Autoencoder(422, (512, 256), 128, 0.1, 1).decoder) == [(256, 128), (512, 256), (422, 512)]


def test_codes_have_length_one_and_rebuild_the_input() -> None:
    codes = DomainSeparation(20, (16, 8), 4, 0.0, 3)(torch.randn(3, 10, 20))
    assert torch.allclose(codes.S.norm(dim=2), torch.ones(3, 10))
    assert codes.P is not None
    assert torch.allclose(codes.P.norm(dim=2), torch.ones(3, 10))
    assert codes.X.shape == (3, 10, 20)


def test_domains_share_one_encoder_and_keep_one_each() -> None:
    network, X = DomainSeparation(20, (16, 8), 4, 0.0, 2), torch.randn(2, 5, 20)
    codes = network(torch.cat((X, X), dim=1))
    assert codes.P is not None
    assert torch.allclose(codes.S[:, :5], codes.S[:, 5:])
    assert not torch.allclose(codes.P[:, :5], codes.P[:, 5:])


def test_every_member_is_the_network_of_its_own_weights() -> None:
    together, X = Encoder(20, (16, 8), 4, 0.0, 3), torch.randn(3, 5, 20)
    alone = Encoder(20, (16, 8), 4, 0.0)
    for member, layer in enumerate(X):
        alone.load_state_dict({name: tensor[member] for name, tensor in together.state_dict().items()})
        assert torch.allclose(together(X)[member], alone(layer), atol=1e-6)


def test_members_of_the_head_see_the_same_drugs() -> None:
    together, z, d = PairHead(8, 6, 0.0, 3), normalize(torch.randn(3, 5, 8), dim=2), torch.randn(7, 6)
    alone = PairHead(8, 6, 0.0)
    for member, layer in enumerate(z):
        alone.load_state_dict({name: tensor[member] for name, tensor in together.state_dict().items()})
        assert torch.allclose(together(z, d)[member], alone(layer, d), atol=1e-6)


def test_the_split_head_is_the_plain_one() -> None:
    head = PairHead(128, 300, 0.0).eval()
    z, d = normalize(torch.randn(3, 128), dim=1), torch.randn(7, 300)
    both = torch.cat(
        [
            (head.spread[0] * z)[:, None].expand(3, 7, 128),
            (head.spread[1] * normalize(d, dim=1))[None].expand(3, 7, 300),
        ],
        dim=2,
    )
    first = torch.cat([head.profile.weight, head.drug.weight], dim=1)
    assert first.shape == (64, 428)
    hidden = torch.selu(head.hidden(torch.selu(both @ first.T + head.profile.bias)))
    assert torch.allclose(head(z, d), head.last(hidden).squeeze(-1), atol=1e-5)
    assert sum(p.numel() for p in head.parameters()) == 29_569
