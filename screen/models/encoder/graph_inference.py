"""The graph encoders of Hu et al. 2020 in evaluation mode, for many molecules: matrix products and one compiled pass.

What :class:`screen.nn.graph_encoder.GraphEncoder` computes, to 1e-5, without torch: the batch norms are folded into
weights and tables, the messages of an atom are summed in one go, and no molecule is padded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.chem import MolGraph
from screen.models.jit import compiled
from screen.records import Floats

Array = NDArray[Any]
Weights = Mapping[str, Floats]

LAYERS = 5
_DIRECTIONS = 3
_LOOP = 4 * _DIRECTIONS
"""Kind of an atom's message to itself: type 4, no direction."""
_NORM = 1e-5
"""Added to the variance by a batch norm."""
_ROWS = 64
"""States come in a multiple of so many rows: matrix products then give a row the same result whatever the batch."""
_ATOMS = 1024
"""A batch: its states stay in the cache shared by the cores."""


@dataclass(frozen=True)
class GraphLayer:
    """One step of message passing, its batch norm folded in."""

    first: Floats
    """300 x 300 (GCN) or 300 x 600 (GIN), inputs x outputs."""
    first_bias: Floats
    second: Floats | None
    """600 x 300 (GIN)."""
    second_bias: Floats | None
    table: Floats
    """Kinds of bonds x 300."""
    shift: Floats
    """300, added to the sum of the messages."""


class GraphInference:
    """An encoder's weights, ready.

    Parameters
    ----------
    weights : by their published names
    kind : ``gcn`` or ``gin``
    """

    def __init__(self, weights: Weights, kind: str) -> None:
        plain = {name: np.asarray(tensor, np.float32) for name, tensor in weights.items()}
        self._atoms = plain["x_embedding1.weight"], plain["x_embedding2.weight"]
        self._gcn = kind == "gcn"
        make = _gcn if self._gcn else _gin
        self._layers = [make(plain, number) for number in range(LAYERS)]

    def vectors(self, graphs: Sequence[MolGraph]) -> Floats:
        """Mean-pooled states of the last layer, d x 300; a vector does not depend on the other molecules (to 1e-6)."""
        from threadpoolctl import threadpool_limits

        found = np.empty((len(graphs), self._atoms[0].shape[1]), np.float32)
        with threadpool_limits(1):
            for rows in _batches([len(graph.atoms) for graph in graphs]):
                found[rows] = self._batch([graphs[row] for row in rows])
        return found

    def _batch(self, graphs: Sequence[MolGraph]) -> Floats:
        sizes = np.array([len(graph.atoms) for graph in graphs])
        starts = np.cumsum(sizes) - sizes
        atoms = np.concatenate([graph.atoms for graph in graphs])
        rows = -(-len(atoms) // _ROWS) * _ROWS
        messages = _messages(graphs, starts, len(atoms), rows, normalised=self._gcn)
        states = np.zeros((rows, self._atoms[0].shape[1]), np.float32)
        np.add(self._atoms[0][atoms[:, 0]], self._atoms[1][atoms[:, 1]], out=states[: len(atoms)])
        for number, layer in enumerate(self._layers, 1):
            states = _step(states, layer, messages, bends=number < LAYERS)
        return np.asarray(np.add.reduceat(states[: len(atoms)], starts, axis=0) / sizes[:, None], np.float32)


def _step(states: Floats, layer: GraphLayer, messages: "_Messages", *, bends: bool) -> Floats:
    out = np.empty((len(states), layer.table.shape[1]), np.float32)
    if layer.second is None or layer.second_bias is None:
        _sum_messages(states @ layer.first, *messages, layer.table, layer.shift, bends, out)
        return out
    _sum_messages(states, *messages, layer.table, layer.shift, False, out)
    hidden = out @ layer.first
    np.maximum(np.add(hidden, layer.first_bias, out=hidden), 0, out=hidden)
    np.add(np.matmul(hidden, layer.second, out=out), layer.second_bias, out=out)
    return np.maximum(out, 0, out=out) if bends else out


_Messages = tuple[Array, Array, Array, Array]
"""For each atom where its messages start; of each message its source, its kind, its weight."""


def _messages(graphs: Sequence[MolGraph], starts: Array, atoms: int, rows: int, *, normalised: bool) -> _Messages:
    shift = np.repeat(starts, [graph.edges.shape[1] for graph in graphs])
    edges = np.concatenate([graph.edges for graph in graphs], axis=1) + shift
    bonds = np.concatenate([graph.bonds for graph in graphs])
    loops = np.arange(atoms)
    source, target = np.concatenate([edges[0], loops]), np.concatenate([edges[1], loops])
    kinds = np.concatenate([bonds[:, 0] * _DIRECTIONS + bonds[:, 1], np.full(atoms, _LOOP)])
    counts = np.bincount(target, minlength=rows)
    roots = np.ones(rows, np.float32)
    if normalised:
        roots /= np.sqrt(np.maximum(counts, 1)).astype(np.float32)
    order = np.argsort(target, kind="stable")
    source, target = source[order], target[order]
    return np.concatenate([[0], np.cumsum(counts)]), source, kinds[order], roots[source] * roots[target]


@compiled
def _sum_messages(
    states: Array,
    first: Array,
    source: Array,
    kinds: Array,
    weights: Array,
    table: Array,
    shift: Array,
    bends: bool,
    out: Array,
) -> None:
    """out_i = shift + sum over messages c (h_j + e), with ReLU where it ``bends``."""
    width = out.shape[1]
    for i in range(len(out)):
        for f in range(width):
            out[i, f] = shift[f]
        for message in range(first[i], first[i + 1]):
            j, kind, c = source[message], kinds[message], weights[message]
            for f in range(width):
                out[i, f] += c * (states[j, f] + table[kind, f])
        if bends:
            for f in range(width):
                out[i, f] = max(out[i, f], np.float32(0))


def _gcn(weights: Weights, number: int) -> GraphLayer:
    scale, shift = _norm(weights, number)
    linear = f"gnns.{number}.linear"
    table = _table(weights, number) + weights[f"{linear}.bias"]
    return GraphLayer(
        _turned(scale[:, None] * weights[f"{linear}.weight"]),
        np.zeros_like(shift),
        None,
        None,
        np.ascontiguousarray(table * scale),
        shift,
    )


def _gin(weights: Weights, number: int) -> GraphLayer:
    scale, shift = _norm(weights, number)
    mlp = f"gnns.{number}.mlp"
    return GraphLayer(
        _turned(weights[f"{mlp}.0.weight"]),
        weights[f"{mlp}.0.bias"],
        _turned(scale[:, None] * weights[f"{mlp}.2.weight"]),
        scale * weights[f"{mlp}.2.bias"] + shift,
        _table(weights, number),
        np.zeros_like(shift),
    )


def _norm(weights: Weights, number: int) -> tuple[Floats, Floats]:
    """Factor and summand of a batch norm with fixed statistics, 300 each."""
    name = f"batch_norms.{number}"
    scale: Floats = weights[f"{name}.weight"] / np.sqrt(weights[f"{name}.running_var"] + np.float32(_NORM))
    return scale, weights[f"{name}.bias"] - weights[f"{name}.running_mean"] * scale


def _table(weights: Weights, number: int) -> Floats:
    """Vectors of the kinds of bonds: each type with each direction."""
    types, directions = (weights[f"gnns.{number}.edge_embedding{part}.weight"] for part in (1, 2))
    return np.asarray((types[:, None] + directions[None]).reshape(-1, types.shape[1]), np.float32)


def _turned(weights: Floats) -> Floats:
    return np.ascontiguousarray(weights.T)


def _batches(sizes: Sequence[int]) -> list[list[int]]:
    """Row numbers in batches of about a thousand atoms, molecules of like size together."""
    batches: list[list[int]] = [[]]
    atoms = 0
    for row in sorted(range(len(sizes)), key=lambda row: sizes[row]):
        if atoms + sizes[row] > _ATOMS and batches[-1]:
            batches.append([])
            atoms = 0
        batches[-1].append(row)
        atoms += sizes[row]
    return batches if batches[-1] else []
