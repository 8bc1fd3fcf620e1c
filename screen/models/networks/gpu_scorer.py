"""The ensemble of pair models where there is a GPU: the same scores as on the CPU to 1e-5."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.records import Floats

if TYPE_CHECKING:
    import torch

    from screen.nn.head import PairModel

Tensors = Mapping[str, NDArray[Any]]

_PAIRS_AT_ONCE = 1 << 27
"""Of all members: 512 MiB."""


class NetworkGpuScorer:
    """As :class:`~screen.models.networks.pair_head_scorer.NetworkScorer`.

    Parameters
    ----------
    members, scaled : as there
    shape : ``network`` of the manifest: hidden, code, drug
    device : of torch, ``cuda``; ``cpu`` serves tests, under triton's interpreter

    Raises
    ------
    StoreError
        Weights that half precision does not hold; none that was trained comes near.
    """

    def __init__(self, members: Sequence[Tensors], shape: Mapping[str, Any], scaled: Floats, device: str) -> None:
        import torch

        from screen.models.networks.gpu_kernel import LARGEST, GpuHeads
        from screen.models.networks.pair_head_scorer import reach

        if any(max(2 * reach(one), np.abs(one["head.hidden.weight"]).max()) > LARGEST for one in members):
            raise StoreError(
                "the model's weights are too large for half precision", where="score", remedy="rank with --device cpu"
            )
        self._device = torch.device(device)
        networks = [_network(member, shape, scaled.shape[1]).to(self._device) for member in members]
        self._networks = [network.head for network in networks]
        with torch.inference_mode():
            X = torch.tensor(scaled, device=self._device)
            self._patients = torch.stack([one.head.profile_part(one.encoder(X)) for one in networks])
        self._heads = GpuHeads(
            *(
                torch.tensor(np.asarray(part, np.float32), device=self._device)
                for part in zip(*map(_head, members), strict=True)
            )
        )

    def members(self, prepared: Floats, *, calibrated: bool = True) -> Floats:
        """Probabilities, or outputs of the heads, m x n x D."""
        import torch

        out = np.empty((*self._patients.shape[:2], len(prepared)), np.float32)
        with torch.inference_mode():
            for block, output in self._all(prepared, calibrated):
                out[:, :, block] = output.cpu().numpy()
        return out

    def mean(self, prepared: Floats) -> Floats:
        """Mean probability of the members, n x D."""
        found: Floats = self.mean_there(prepared).cpu().numpy()
        return found

    def mean_there(self, prepared: Floats) -> "torch.Tensor":
        """The same on the device."""
        import torch

        out = torch.empty((self._patients.shape[1], len(prepared)), device=self._device)
        with torch.inference_mode():
            for block, output in self._all(prepared, calibrated=True):
                out[:, block] = output.mean(dim=0, dtype=torch.float64)
        return out

    def _all(self, prepared: Floats, calibrated: bool) -> Iterator[tuple[slice, "torch.Tensor"]]:
        """m x n x some drugs, some after others."""
        import torch

        from screen.models.networks import gpu_kernel

        members, people, _ = self._patients.shape
        size = max(1, _PAIRS_AT_ONCE // max(1, members * people))
        for start in range(0, len(prepared), size):
            block = slice(start, start + size)
            given = torch.tensor(prepared[block], device=self._device)
            drugs = torch.stack([network.drug_part(given) for network in self._networks])
            output = torch.empty((members, people, len(given)), device=self._device)
            gpu_kernel.score(self._patients, drugs, self._heads, calibrated, output)
            yield block, output


def _network(tensors: Tensors, shape: Mapping[str, Any], genes: int) -> "PairModel":
    import torch

    from screen.nn.dsn import Encoder
    from screen.nn.head import PairHead, PairModel

    encoder = Encoder(genes, shape["hidden"], shape["code"], 0.0)
    network = PairModel(encoder, PairHead(shape["code"], shape["drug"], 0.0))
    network.load_state_dict({name: torch.tensor(tensors[name]) for name in network.state_dict()})
    return network.eval()


def _head(member: Tensors) -> tuple[NDArray[Any], ...]:
    """Of one member what :class:`screen.models.networks.gpu_kernel.GpuHeads` holds of all."""
    last = np.append(member["head.last.weight"][0], member["head.last.bias"])
    return member["head.hidden.weight"], member["head.hidden.bias"], last, member.get("calibration", np.array([1, 0]))
