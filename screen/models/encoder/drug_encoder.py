"""The frozen drug encoder: published or own weights, SMILES in, one vector of 300 a drug out.

Embedding needs neither torch nor torch-geometric; reading a checkpoint does.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from screen import chem, resources
from screen.errors import InputError
from screen.records import Floats

if TYPE_CHECKING:
    from torch import Tensor

    from screen.models.encoder.graph_inference import GraphInference
    from screen.nn.graph_encoder import GraphKind

WIDTH = 300
TOY = "toy-gcn"
"""Name of the encoder that comes with the package."""

_LARGEST_FILE = 64 << 20
_COUNTER = ".num_batches_tracked"
"""Ending of the tensors of a batch norm that count training steps: not needed, not kept."""


class GraphBatch(NamedTuple):
    """Graphs of several molecules side by side, as :class:`~screen.nn.graph_encoder.GraphEncoder` takes them."""

    atoms: "Tensor"
    """n x 2."""
    edges: "Tensor"
    """2 x m."""
    bonds: "Tensor"
    """m x 2."""
    owners: "Tensor"
    """n: number of the molecule of each atom."""
    molecules: int


def collate(graphs: Sequence[chem.MolGraph]) -> GraphBatch:
    """Put molecules side by side: atoms of one graph after those of the other, edges shifted to match."""
    import torch

    sizes = [len(graph.atoms) for graph in graphs]
    starts = np.cumsum([0, *sizes[:-1]])
    edges = np.concatenate([graph.edges + start for graph, start in zip(graphs, starts, strict=True)], axis=1)
    return GraphBatch(
        torch.from_numpy(np.concatenate([graph.atoms for graph in graphs])),
        torch.from_numpy(edges),
        torch.from_numpy(np.concatenate([graph.bonds for graph in graphs])),
        torch.from_numpy(np.repeat(np.arange(len(graphs)), sizes)),
        len(graphs),
    )


@dataclass(frozen=True)
class DrugEncoder:
    """A graph encoder with fixed weights, in evaluation mode."""

    name: str
    kind: "GraphKind"
    toy: bool
    weights: bytes
    """Safetensors; float16 or float32."""

    @classmethod
    def from_bytes(cls, name: str, kind: str, toy: bool, weights: bytes) -> "DrugEncoder":
        """An encoder from what the store keeps.

        Raises
        ------
        InputError
            The kind is unknown.
        """
        if kind not in ("gcn", "gin"):
            raise InputError(f"kind of encoder {kind!r} is unknown", where=name, remedy="one of: gcn, gin")
        return cls(name, "gcn" if kind == "gcn" else "gin", toy, weights)

    @cached_property
    def encoder_id(self) -> str:
        """16 hex digits of SHA-256 over the weights."""
        return hashlib.sha256(self.weights).hexdigest()[:16]

    def embed(self, smiles: Sequence[str]) -> Floats:
        """Mean-pooled states of the last layer, d x 300; a drug's vector does not depend on the others (to 1e-6).

        SMILES are taken as they are: give the canonical ones of :func:`screen.chem.standardise`.
        """
        return self.embed_graphs([chem.graph(one) for one in smiles])

    def embed_graphs(self, graphs: Sequence[chem.MolGraph]) -> Floats:
        """As :meth:`embed`, of graphs that are there already."""
        return self._inference.vectors(graphs)

    @cached_property
    def _inference(self) -> "GraphInference":
        from safetensors.numpy import load

        from screen.models.encoder.graph_inference import GraphInference

        return GraphInference(load(self.weights), self.kind)


def packaged() -> DrugEncoder:
    """The toy encoder that comes with the package: pretrained on recombined demo drugs, for trying things out."""
    folder = resources.folder("db") / "encoders"
    kind = json.loads((folder / f"{TOY}.json").read_text(encoding="utf-8"))["kind"]
    return DrugEncoder.from_bytes(TOY, kind, True, (folder / f"{TOY}.safetensors").read_bytes())


def read_checkpoint(path: Path) -> tuple[str, bytes]:
    """Kind (``gcn``, ``gin``) and safetensors bytes of a published state dict or of a safetensors file.

    A pickle is read as plain tensors only; code in it is refused, never run.

    Raises
    ------
    InputError
        Not readable so, or a tensor is missing, unknown, of another shape or not finite.
    """
    from safetensors.torch import save

    tensors = {name: tensor for name, tensor in _tensors(path).items() if not name.endswith(_COUNTER)}
    kind: GraphKind = "gin" if "gnns.0.mlp.0.weight" in tensors else "gcn"
    _require_layout(tensors, kind, str(path))
    half = all(str(tensor.dtype) == "torch.float16" for tensor in tensors.values())
    return kind, save(
        {name: (tensor if half else tensor.float()).contiguous() for name, tensor in sorted(tensors.items())}
    )


def _tensors(path: Path) -> "dict[str, Tensor]":
    import torch
    from safetensors.torch import load

    remedy = "give the state dict of a 5-layer, 300-wide encoder of Hu et al. 2020 (.pth or .safetensors)"
    if path.stat().st_size > _LARGEST_FILE:
        raise InputError(f"has {path.stat().st_size} bytes, over {_LARGEST_FILE}", where=str(path), remedy=remedy)
    try:
        content = path.read_bytes()
        # Safetensors: eight bytes of length, then a JSON object.
        plain = content[8:9] == b"{"
        loaded = load(content) if plain else torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as fault:
        # Whatever a damaged or hostile file makes the parsers raise: it is not a checkpoint.
        first = str(fault).strip().splitlines()[:1]
        raise InputError(
            f"not a checkpoint of tensors ({type(fault).__name__}: {' '.join(first)[:120]})",
            where=str(path),
            remedy=remedy,
        ) from None
    if not isinstance(loaded, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in loaded.values()):
        raise InputError("holds something other than named tensors", where=str(path), remedy=remedy)
    return {str(name): tensor for name, tensor in loaded.items()}


def _require_layout(tensors: "dict[str, Tensor]", kind: "GraphKind", where: str) -> None:
    from screen.nn.graph_encoder import GraphEncoder

    expected = {
        name: tuple(tensor.shape)
        for name, tensor in GraphEncoder(kind).state_dict().items()
        if not name.endswith(_COUNTER)
    }
    remedy = f"expected the {kind.upper()} layout of Hu et al. 2020: 5 layers, 300 wide"
    missing, unknown = expected.keys() - tensors.keys(), tensors.keys() - expected.keys()
    for fault, names in (("is missing", missing), ("is unknown", unknown)):
        if names:
            raise InputError(f"tensor {min(names)!r} {fault} ({len(names)} such)", where=where, remedy=remedy)
    for name, shape in expected.items():
        if tuple(tensors[name].shape) != shape:
            raise InputError(
                f"tensor {name!r} has shape {tuple(tensors[name].shape)}, not {shape}", where=where, remedy=remedy
            )
        if not tensors[name].is_floating_point() or not bool(tensors[name].isfinite().all()):
            raise InputError(f"tensor {name!r} holds values that are not finite numbers", where=where, remedy=remedy)
