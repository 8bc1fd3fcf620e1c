"""All drugs for all patients: each encoded once, pairs through the small head only.

One patient is taken at a time, so every sum has the same shape and order whether a patient comes alone or in a cohort:
the scores are the same to the last bit.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

if TYPE_CHECKING:
    from torch import Tensor

    from screen.nn.head import PairModel

Tensors = Mapping[str, NDArray[Any]]

_DRUGS_A_BLOCK = 16384


class Model(Protocol):
    """What is needed of a model bundle."""

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def tensors(self) -> Tensors: ...


def member_scores(model: Model, scaled: Floats, vectors: Floats, device: str = "auto") -> Floats:
    """Probability of sensitivity by every member of the ensemble.

    Parameters
    ----------
    scaled : n x g, expression in the model's frame
    vectors : D x 300, drug embeddings of the model's encoder
    device : ``auto``, ``cpu`` or ``cuda``

    Returns
    -------
    m x n x D
    """
    shape = model.manifest["network"]
    prepared = prepare(vectors, model.tensors)
    scores = []
    for member in range(model.manifest["members"]):
        tensors = member_tensors(model.tensors, member)
        scores.append(probability(outputs(tensors, shape, scaled, prepared, device), tensors["calibration"]))
    return np.stack(scores)


def prepare(vectors: Floats, tensors: Tensors) -> Floats:
    """Drug vectors centred and scaled by the training library's mean and SD. D x 300."""
    return ((vectors - tensors["drug_centre"]) / tensors["drug_spread"]).astype(np.float32)


def member_tensors(tensors: Tensors, member: int) -> dict[str, NDArray[Any]]:
    """The tensors of one member, without their prefix."""
    prefix = f"member.{member}."
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def probability(outputs: Floats, calibration: Floats) -> Floats:
    """1 / (1 + exp(-(slope y + intercept))), elementwise."""
    slope, intercept = np.asarray(calibration, np.float64)
    return np.asarray(1 / (1 + np.exp(-(slope * outputs.astype(np.float64) + intercept))), np.float32)


def outputs(tensors: Tensors, shape: Mapping[str, Any], scaled: Floats, prepared: Floats,
            device: str = "cpu") -> Floats:
    """Outputs of one member's head, n x D.

    Parameters
    ----------
    tensors : of one member
    shape : ``network`` of the manifest: hidden, code, drug
    scaled : n x g
    prepared : D x 300, of :func:`prepare`
    """
    import torch

    from screen.nn.determinism import device_of, one_thread

    where = device_of(device)
    network = _network(tensors, shape, scaled.shape[1]).to(where)
    with one_thread(), torch.inference_mode():
        drugs = network.head.drug_part(torch.from_numpy(prepared).to(where))
        X = torch.from_numpy(np.ascontiguousarray(scaled)).to(where)
        rows = [_one(network, profile, drugs) for profile in torch.split(X, 1)]
        result: Floats = torch.cat(rows).cpu().numpy()
    return result


def _one(network: "PairModel", profile: "Tensor", drugs: "Tensor") -> "Tensor":
    from torch import cat, split

    own = network.head.profile_part(network.encoder(profile))
    return cat([network.head.pairs(own, block) for block in split(drugs, _DRUGS_A_BLOCK)], dim=1)


def _network(tensors: Tensors, shape: Mapping[str, Any], genes: int) -> "PairModel":
    import torch

    from screen.nn.dsn import Encoder
    from screen.nn.head import PairHead, PairModel

    encoder = Encoder(genes, shape["hidden"], shape["code"], 0.0)
    network = PairModel(encoder, PairHead(shape["code"], shape["drug"], 0.0))
    network.load_state_dict({name: torch.tensor(tensors[name]) for name in network.state_dict()})
    return network.eval()
