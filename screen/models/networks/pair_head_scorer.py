"""The ensemble of pair models on the CPU: patients and drugs through the layers of their own once, pairs in the kernel.

exp(p + d) = exp(p) exp(d), so the first layer of a pair needs no exponential. Whether p and d may be too large for that
product is told from the weights alone (both enter with a known length), never from the data: what one patient scores
cannot depend on another.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.networks import pair_head_kernel
from screen.models.networks.pair_head_kernel import TILE
from screen.models.simd import ALPHA, LAMBDA
from screen.records import Floats
from screen.tasks import cores

Tensors = Mapping[str, NDArray[Any]]

_FURTHEST = 43.0
"""Parts of up to this size: the product of their exponentials stays within float32."""


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer as the kernel takes it."""

    weights: Floats
    """In fours, see :func:`_in_fours`."""
    bias: Floats
    """Outputs, rounded up to a multiple of four."""
    outputs: int

    @classmethod
    def of(cls, weights: Floats, bias: Floats | None = None) -> "DenseLayer":
        """From ``J x K`` weights and J biases."""
        full = np.zeros(-(-len(weights) // 4) * 4, np.float32)
        full[: len(weights)] = 0 if bias is None else bias
        return cls(_in_fours(weights), full, len(weights))

    def apply(self, x: Floats, *, bends: bool) -> Floats:
        """``tiles x (K T)`` -> ``tiles x (J T)``, with SELU where it ``bends``."""
        out = np.empty((len(x), len(self.bias) * TILE), np.float32)
        pair_head_kernel.dense(x, self.weights, self.bias, bends, out)
        return np.ascontiguousarray(out[:, : self.outputs * TILE])


class NetworkScorer:
    """n patients, ready for any number of drugs.

    Parameters
    ----------
    members : tensors of each member: ``encoder.*``, ``head.*`` and, for probabilities, ``calibration``
    scaled : n x g
    threads : 0 takes one a core; the scores do not depend on it
    """

    def __init__(self, members: Sequence[Tensors], scaled: Floats, threads: int = 0) -> None:
        self._threads, self._people = cores(threads), len(scaled)
        self._drug_layers = [DenseLayer.of(member["head.drug.weight"]) for member in members]
        self._heads = _heads(members)
        tiles = in_tiles(scaled)
        parts = np.stack([from_tiles(_profile_part(member, tiles), len(scaled)) for member in members])
        self._patients = pair_head_kernel.HeadPatients(parts, np.float32(ALPHA) * _exponentials(parts))

    def members(self, prepared: Floats, *, calibrated: bool = True) -> Floats:
        """Probabilities, or outputs of the heads, m x n x D; ``prepared`` is D x 300."""
        out = np.empty((len(self._drug_layers), self._people, len(prepared)), np.float32)
        drugs = self._drugs(prepared)
        shared(
            lambda first, end: pair_head_kernel.score(self._patients, drugs, self._heads, calibrated, first, end, out),
            pair_head_kernel.blocks(self._people, drugs.parts.shape[1]),
            self._threads,
        )
        return out

    def mean(self, prepared: Floats) -> Floats:
        """Mean probability of the members, n x D, without their m x n x D."""
        out = np.empty((self._people, len(prepared)), np.float32)
        drugs = self._drugs(prepared)
        shared(
            lambda first, end: pair_head_kernel.mean_score(self._patients, drugs, self._heads, first, end, out),
            pair_head_kernel.blocks(self._people, drugs.parts.shape[1]),
            self._threads,
        )
        return out

    mean_there = mean

    def _drugs(self, prepared: Floats) -> pair_head_kernel.HeadDrugs:
        tiles = in_tiles(prepared)
        pair_head_kernel.lengthen(tiles, np.float32(np.sqrt(prepared.shape[1])))
        parts = np.stack([layer.apply(tiles, bends=False) for layer in self._drug_layers])
        return pair_head_kernel.HeadDrugs(parts, _exponentials(parts))


def shared(work: Callable[[int, int], None], blocks: int, threads: int) -> None:
    """``work(first, end)`` of so many blocks, a run of them for each thread."""
    threads = min(threads, blocks)
    if threads <= 1:
        work(0, blocks)
        return
    edges = np.linspace(0, blocks, threads + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1].tolist(), edges[1:].tolist()))


def in_tiles(rows: Floats) -> Floats:
    """``n x K`` -> ``tiles x (K T)``, the last tile filled up with zeros."""
    tiles = -(-len(rows) // TILE)
    full = np.zeros((tiles * TILE, rows.shape[1]), np.float32)
    full[: len(rows)] = rows
    columns = full.reshape(tiles, TILE, rows.shape[1]).transpose(0, 2, 1)
    return np.ascontiguousarray(columns).reshape(tiles, rows.shape[1] * TILE)


def from_tiles(tiles: Floats, rows: int) -> Floats:
    """``tiles x (K T)`` -> ``n x K``."""
    width = tiles.shape[1] // TILE
    columns = tiles.reshape(len(tiles), width, TILE).transpose(0, 2, 1)
    return np.ascontiguousarray(columns.reshape(len(tiles) * TILE, width)[:rows])


def _in_fours(weights: Floats) -> Floats:
    """``J x K`` -> flat, four outputs after four: for each, the four weights of the first input, of the second, ..."""
    fours = -(-len(weights) // 4)
    full = np.zeros((fours * 4, weights.shape[1]), np.float32)
    full[: len(weights)] = weights
    return np.ascontiguousarray(full.reshape(fours, 4, weights.shape[1]).transpose(0, 2, 1)).ravel()


def _exponentials(parts: Floats) -> Floats:
    out = np.empty_like(parts)
    pair_head_kernel.exponentials(parts.ravel(), out.reshape(-1))
    return out


def _profile_part(member: Tensors, tiles: Floats) -> Floats:
    """Encoder, unit length, and the profile's part of the first layer: ``tiles x (g T)`` -> ``tiles x (64 T)``."""
    names = sorted(
        (name for name in member if name.startswith("encoder.layers.") and name.endswith(".weight")),
        key=lambda name: int(name.split(".")[2]),
    )
    for name in names:
        layer = DenseLayer.of(member[name], member[name.replace("weight", "bias")])
        tiles = layer.apply(tiles, bends=name != names[-1])
    pair_head_kernel.lengthen(tiles, np.float32(np.sqrt(layer.outputs)))
    return DenseLayer.of(member["head.profile.weight"], member["head.profile.bias"]).apply(tiles, bends=False)


def _heads(members: Sequence[Tensors]) -> pair_head_kernel.HeadWeights:
    """Heads that take max(x, 0) + ALPHA exp(min(x, 0)) for SELU(x): what differs is in their weights and biases."""
    hidden, hidden_bias, last = [], [], []
    for member in members:
        W, w = member["head.hidden.weight"].astype(np.float64), member["head.last.weight"][0].astype(np.float64)
        hidden.append(_in_fours((LAMBDA * W).astype(np.float32)))
        hidden_bias.append(member["head.hidden.bias"] - LAMBDA * ALPHA * W.sum(axis=1))
        last.append(np.append(LAMBDA * w, member["head.last.bias"] - LAMBDA * ALPHA * w.sum()))
    calibration = [member.get("calibration", np.array([1, 0])) for member in members]
    direct = np.array([reach(member) > _FURTHEST for member in members])
    return pair_head_kernel.HeadWeights(
        np.stack(hidden),
        np.asarray(hidden_bias, np.float32),
        np.asarray(last, np.float32),
        np.asarray(calibration, np.float32),
        direct,
    )


def reach(member: Tensors) -> float:
    """The largest size that the profile's or the drug's part of the first layer may have."""
    profile, drug = member["head.profile.weight"], member["head.drug.weight"]
    p = np.sqrt(profile.shape[1]) * np.linalg.norm(profile, axis=1) + np.abs(member["head.profile.bias"])
    d = np.sqrt(drug.shape[1]) * np.linalg.norm(drug, axis=1)
    return float(max(p.max(), d.max()))


def prepare(vectors: Floats, tensors: Tensors) -> Floats:
    """Drug vectors (D x 300) centred and scaled by the training library's mean and SD."""
    return ((vectors - tensors["drug_centre"]) / tensors["drug_spread"]).astype(np.float32)


def outputs(member: Tensors, scaled: Floats, prepared: Floats) -> Floats:
    """Outputs of one member's head on the CPU, n x D.

    Parameters
    ----------
    scaled : n x g
    prepared : D x 300, of :func:`prepare`
    """
    found: Floats = NetworkScorer([member], scaled).members(prepared, calibrated=False)[0]
    return found
