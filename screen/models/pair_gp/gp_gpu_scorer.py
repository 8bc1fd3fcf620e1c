"""Scores of a Gaussian process over pairs where there is a GPU: the same as on the CPU to 1e-5.

What magnifies rounding (similarity to the training lines, levels of a drug) is computed in double precision, the
product over similarities of drugs in single.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screen.models.pair_gp.gp_scorer import related_lines, split_rows
from screen.models.pair_gp.kernel_names import UNNAMED_KERNELS, KernelNames
from screen.records import Floats

if TYPE_CHECKING:
    from torch import Tensor

Tensors = Mapping[str, NDArray[Any]]

_PAIRS_AT_ONCE = 1 << 25
"""Of one member, in double precision 256 MiB."""
_PATIENTS_AT_ONCE = 4096
_LEVELS = ("mean", "spread")
_READ = (
    "lines",
    "duals",
    "products",
    "line_width",
    "means",
    "spreads",
    *(f"{level}_{part}" for level in _LEVELS for part in ("weights", "alpha", "centre")),
)


class _Member(NamedTuple):
    """n patients as one member takes them, and what it knows of drugs: J kernels, K = (J - 2) x D, D of training."""

    similarity: "Tensor"
    """n x K."""
    always: "Tensor"
    """n x 1."""
    identity: "Tensor"
    """n x (D + 1): what a drug of training gets for being itself, an unseen one nothing."""
    levels: "Tensor"
    """2 x K in double precision: weights of similar drugs for an unseen drug's mean and the logarithm of its spread."""
    centres: "Tensor"
    """2, likewise."""
    known: "Tensor"
    """2 x D: mean and logarithm of the spread of the drugs of training."""
    calibration: tuple[float, float]
    kernels: KernelNames


class GPGpuScorer:
    """As :class:`~screen.models.pair_gp.gp_scorer.GPScorer`.

    Parameters
    ----------
    fitted, scaled : as there
    device : of torch, ``cuda``; ``cpu`` serves tests
    """

    def __init__(
        self, fitted: Sequence[Tensors], scaled: Floats, device: str, kernels: KernelNames = UNNAMED_KERNELS
    ) -> None:
        import torch

        self._device, self._people = torch.device(device), len(scaled)
        with torch.inference_mode():
            self._members = [_member(one, scaled, self._device, kernels) for one in fitted]

    def members(self, prepared: Floats) -> Floats:
        """m x n x D' probabilities, from rows of flattened drug kernels, D' x (J D)."""
        import torch

        out = np.empty((len(self._members), self._people, len(prepared)), np.float32)
        with torch.inference_mode():
            for block, drugs in self._drugs(prepared):
                for number, member in enumerate(self._members):
                    out[number, :, block] = _predicted(member, drugs).cpu().numpy()
        return out

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D', without their m x n x D'."""
        found: Floats = self.mean_there(prepared).cpu().numpy()
        return found

    def mean_there(self, prepared: Floats) -> "Tensor":
        """The same on the device."""
        import torch

        out = torch.empty((self._people, len(prepared)), device=self._device)
        with torch.inference_mode():
            for block, drugs in self._drugs(prepared):
                total = torch.zeros((self._people, len(drugs)), dtype=torch.float64, device=self._device)
                for member in self._members:
                    total += _predicted(member, drugs)
                out[:, block] = total / len(self._members)
        return out

    def _drugs(self, prepared: Floats) -> Iterator[tuple[slice, "Tensor"]]:
        """Some drugs after others."""
        import torch

        size = max(1, _PAIRS_AT_ONCE // max(1, self._people))
        for start in range(0, len(prepared), size):
            block = slice(start, start + size)
            yield block, torch.tensor(prepared[block], device=self._device)


def _member(fitted: Tensors, scaled: Floats, device: Any, kernels: KernelNames) -> _Member:
    import torch

    read = {name: fitted[name] for name in _READ}
    products, duals = fitted["products"], fitted["duals"]
    of_kind = [np.outer(products[place], lines @ duals) for place, lines in related_lines(fitted, kernels)]
    read["related"] = np.sum(of_kind, axis=0)
    given = {name: torch.tensor(tensor, dtype=torch.float64, device=device) for name, tensor in read.items()}
    similarity, always, identity = (
        torch.cat(parts)
        for parts in zip(
            *(
                _weights(given, torch.tensor(part, dtype=torch.float64, device=device), kernels)
                for part in np.split(scaled, range(_PATIENTS_AT_ONCE, len(scaled), _PATIENTS_AT_ONCE))
            ),
            strict=True,
        )
    )
    levels = torch.stack([torch.outer(given[f"{name}_weights"], given[f"{name}_alpha"]).ravel() for name in _LEVELS])
    centres = torch.cat([given[f"{name}_centre"] for name in _LEVELS])
    known = torch.stack([given["means"], given["spreads"].log()])
    slope, intercept = fitted["calibration"].tolist()
    return _Member(similarity, always, identity, levels, centres, known, (slope, intercept), kernels)


def _weights(given: Mapping[str, "Tensor"], X: "Tensor", kernels: KernelNames) -> tuple["Tensor", "Tensor", "Tensor"]:
    """Some patients' weights of a drug's similarity to those of training, of any drug, and of its identity."""
    from torch.nn.functional import pad

    lines, duals, products = given["lines"], given["duals"], given["products"]
    inner, genes = X @ lines.T, lines.shape[1]
    squares = X.square().sum(dim=1, keepdim=True) + lines.square().sum(dim=1) - 2 * inner
    apart = squares.clamp(min=0) / genes / given["line_width"]
    near = {"genes": inner / genes, "expression-rbf": (-apart).exp()}
    if "expression-exp" in kernels.lines:
        near["expression-exp"] = (-apart.sqrt()).exp()
    weights = given["related"] + sum(
        products[kernels.line(name)][:, None] * (similarity @ duals)[:, None] for name, similarity in near.items()
    )
    always, identity = (
        weights[:, kernels.drug("constant")].sum(dim=1, keepdim=True),
        pad(weights[:, kernels.drug("identity")], (0, 1)),
    )
    return weights[:, kernels.similarities].flatten(1).float(), always.float(), identity.float()


def _predicted(member: _Member, drugs: "Tensor") -> "Tensor":
    """Probabilities by one member, n x D'."""
    import torch

    known = member.known.shape[1]
    identity, similarity = split_rows(drugs, known, member.kernels)
    trained = identity.any(dim=1)
    place = torch.where(trained, identity.argmax(dim=1), known)
    levels = similarity.double() @ member.levels.T + member.centres
    levels = torch.where(trained[:, None], member.known.T[place.clamp(max=known - 1)], levels)
    slope, intercept = member.calibration
    y = torch.addmm(member.always, member.similarity, similarity.T).add_(member.identity[:, place])
    return y.mul_((slope * levels[:, 1].exp()).float()).add_((slope * levels[:, 0] + intercept).float()).sigmoid_()
