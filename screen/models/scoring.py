"""All drugs for all patients: each encoded once, pairs through the small head only.

A compiled kernel scores the whole ensemble in one pass, on the CPU
(:mod:`screen.models.networks.pair_head_kernel`) or, where there is one, on a GPU
(:mod:`screen.models.networks.gpu_scorer`). On the CPU a patient's scores are the same to the last bit whether it comes
alone or in a cohort.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.models.threshold_filter import Scores
from screen.records import Floats

Tensors = Mapping[str, NDArray[Any]]

_PAIRS = "pairs"
"""The kind of a bundle that names none: members of an encoder and a pair head, however they were aligned."""


class Model(Protocol):
    """What is needed of a model bundle."""

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def tensors(self) -> Tensors: ...


class Scorer(Protocol):
    """Patients, ready for any number of drugs; drugs come as rows of :func:`screen.models.drug_inputs.drug_inputs`."""

    def members(self, prepared: Floats) -> Floats:
        """Probability of sensitivity by every member of the ensemble, m x n x D."""
        ...

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D: in double precision, then rounded once, as a stored score is."""
        ...

    def mean_there(self, prepared: Floats) -> Scores:
        """The same where it was computed: an array or a tensor of a device."""
        ...


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
    return scorer(model, scaled, device).members(prepare(vectors, model.tensors))


def scorer(model: Model, scaled: Floats, device: str = "auto", threads: int = 0) -> Scorer:
    """What scores drugs for these patients (n x g), chosen by the kind of model; ``threads`` 0 takes one a core.

    Raises
    ------
    StoreError
        A kind this version does not know.
    """
    kind = model.manifest.get("kind", _PAIRS)
    if kind not in _SCORERS:
        raise StoreError(
            f"a model of kind {kind!r} cannot be scored by this version",
            remedy=f"known: {', '.join(sorted(_SCORERS))}; train again, or install the version it is of",
        )
    return _SCORERS[kind](model, scaled, device, threads)


def prepare(vectors: Floats, tensors: Tensors) -> Floats:
    """Drug vectors centred and scaled by the training library's mean and SD. D x 300."""
    return ((vectors - tensors["drug_centre"]) / tensors["drug_spread"]).astype(np.float32)


def member_tensors(tensors: Tensors, member: int) -> dict[str, NDArray[Any]]:
    """The tensors of one member, without their prefix."""
    prefix = f"member.{member}."
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def outputs(tensors: Tensors, scaled: Floats, prepared: Floats) -> Floats:
    """Outputs of one member's head on the CPU, n x D.

    Parameters
    ----------
    tensors : of one member
    scaled : n x g
    prepared : D x 300, of :func:`prepare`
    """
    from screen.models.networks.pair_head_scorer import NetworkScorer

    found: Floats = NetworkScorer([tensors], scaled).members(prepared, calibrated=False)[0]
    return found


def _pair_models(model: Model, scaled: Floats, device: str, threads: int) -> Scorer:
    from screen.models.networks.gpu_scorer import NetworkGpuScorer, on_gpu
    from screen.models.networks.pair_head_scorer import NetworkScorer

    members = [member_tensors(model.tensors, i) for i in range(model.manifest["members"])]
    if on_gpu(device, builds=True):
        return NetworkGpuScorer(members, model.manifest["network"], scaled, "cuda")
    return NetworkScorer(members, scaled, threads)


def _process(model: Model, scaled: Floats, device: str, threads: int) -> Scorer:
    from screen.models.networks.gpu_scorer import on_gpu
    from screen.models.pair_gp.gp_scorer import GPScorer

    members = [member_tensors(model.tensors, i) for i in range(model.manifest["members"])]
    if on_gpu(device):
        from screen.models.pair_gp.gp_gpu_scorer import GPGpuScorer

        return GPGpuScorer(members, scaled, "cuda")
    return GPScorer(members, scaled, threads)


_SCORERS: Mapping[str, Callable[[Model, Floats, str, int], Scorer]] = {_PAIRS: _pair_models, "process": _process}
"""Kind of model, ``kind`` of the manifest -> what scores it."""
