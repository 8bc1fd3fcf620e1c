"""The ensemble of pair models with torch, where there is a GPU: the same scores as on the CPU to 1e-5."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

if TYPE_CHECKING:
    import torch

    from screen.nn.head import PairModel

Tensors = Mapping[str, NDArray[Any]]

_HIDDEN_AT_ONCE = 1 << 26
"""First-layer values of a block: 256 MiB."""


def has_gpu() -> bool:
    """Whether torch sees a GPU; torch is only loaded where the system shows a device."""
    if not any(Path("/dev").glob(pattern) for pattern in ("nvidia[0-9]*", "dxg")):
        return False
    import torch

    return torch.cuda.is_available()


class DeviceScorer:
    """As :class:`~screen.score.pairs.PairScorer`, in blocks of torch operations.

    Parameters
    ----------
    members, scaled : as there
    shape : ``network`` of the manifest: hidden, code, drug
    device : of torch, ``cuda``; ``cpu`` serves tests
    """

    def __init__(self, members: Sequence[Tensors], shape: Mapping[str, Any], scaled: Floats, device: str) -> None:
        import torch

        self._device = torch.device(device)
        self._calibrations = [np.asarray(member.get("calibration", (1, 0)), np.float64) for member in members]
        self._networks = [_network(member, shape, scaled.shape[1]).to(self._device) for member in members]
        with torch.inference_mode():
            X = torch.from_numpy(np.ascontiguousarray(scaled)).to(self._device)
            self._parts = [network.head.profile_part(network.encoder(X)) for network in self._networks]

    def members(self, prepared: Floats, *, calibrated: bool = True) -> Floats:
        """Probabilities, or outputs of the heads, m x n x D."""
        return np.stack([said.cpu().numpy() for said in self._all(prepared, calibrated)])

    def mean(self, prepared: Floats) -> Floats:
        """Mean probability of the members, n x D."""
        first, *others = self._all(prepared, calibrated=True)
        total = first.double()
        for said in others:
            total += said
        return np.asarray((total / len(self._networks)).float().cpu().numpy())

    def _all(self, prepared: Floats, calibrated: bool) -> Iterator["torch.Tensor"]:
        import torch

        with torch.inference_mode():
            given = torch.from_numpy(np.ascontiguousarray(prepared)).to(self._device)
            for network, part, (slope, intercept) in zip(self._networks, self._parts, self._calibrations, strict=True):
                drugs = network.head.drug_part(given)
                size = max(1, _HIDDEN_AT_ONCE // max(1, drugs.numel()))
                said = torch.cat([network.head.pairs(own, drugs) for own in torch.split(part, size)])
                yield torch.sigmoid(float(slope) * said + float(intercept)) if calibrated else said


def _network(tensors: Tensors, shape: Mapping[str, Any], genes: int) -> "PairModel":
    import torch

    from screen.nn.dsn import Encoder
    from screen.nn.head import PairHead, PairModel

    encoder = Encoder(genes, shape["hidden"], shape["code"], 0.0)
    network = PairModel(encoder, PairHead(shape["code"], shape["drug"], 0.0))
    network.load_state_dict({name: torch.tensor(tensors[name]) for name in network.state_dict()})
    return network.eval()
