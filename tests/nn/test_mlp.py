"""Plain networks: the pair net is a net on the concatenation, the nets of two drugs share nothing."""

import pytest
import torch
from torch import nn

from screen.nn.mlp import DrugwiseNet, PairNet


def test_the_pair_net_is_a_net_on_the_concatenation() -> None:
    torch.manual_seed(0)
    net = PairNet(5, 7, 0.3).eval()
    x, d = torch.randn(3, 5), torch.randn(4, 7)
    first = nn.Linear(12, 64)
    with torch.no_grad():
        first.weight.copy_(torch.hstack([net.profile.weight, net.drug.weight]))
        first.bias.copy_(net.profile.bias)
        whole = nn.Sequential(first, nn.ReLU(), net.hidden, nn.ReLU(), net.last)
        pairs = torch.hstack([x.repeat_interleave(4, 0), d.repeat(3, 1)])
        assert net(x, d).flatten().tolist() == pytest.approx(whole(pairs).flatten().tolist(), abs=1e-5)


def test_a_drug_s_net_learns_from_that_drug_alone() -> None:
    torch.manual_seed(0)
    net = DrugwiseNet(5, 3, 4, 0.0)
    net(torch.randn(6, 5))[:, 1].sum().backward()
    touched = net.first.weight.grad.view(3, 4, 5).abs().sum(dim=(1, 2))
    assert (touched > 0).tolist() == [False, True, False]
    assert (net.last.grad.abs().sum(dim=1) > 0).tolist() == [False, True, False]
