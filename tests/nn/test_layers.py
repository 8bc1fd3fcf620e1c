"""What replaces torch's own layers is what they are."""

import pytest
import torch

from screen.nn.layers import Dropout, Linear


def test_a_layer_starts_as_torch_starts_it() -> None:
    torch.manual_seed(0)
    layer, other = Linear(400, 300), torch.nn.Linear(400, 300)
    assert layer.weight.abs().max().item() == pytest.approx(other.weight.abs().max().item(), rel=1e-3)
    assert layer.weight.std().item() == pytest.approx(other.weight.std().item(), rel=1e-2)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_dropout_keeps_the_mean_and_leaves_out_its_share(share: float) -> None:
    torch.manual_seed(0)
    dropped = Dropout(share)(torch.ones(200_003))
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=5e-3)
    assert dropped.mean().item() == pytest.approx(1, abs=1e-2)


def test_dropout_does_nothing_in_evaluation() -> None:
    X = torch.randn(4, 5)
    assert Dropout(0.5).eval()(X) is X
