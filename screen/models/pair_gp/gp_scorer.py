"""Scores of a Gaussian process over pairs (:mod:`screen.models.pair_gp.gp_model`): the process's mean as a probability.

A drug is its kernels to the drugs of training, J x D flattened to a row; a patient is the weight of each of them, from
its similarity to the training lines. A pair is the product of the two. The constant kernel is the same for every drug
and the identity kernel picks one weight or none, so (J - 2) D multiplications a member are left. Scores are the same to
the last bit whichever patients and drugs come together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.networks import pair_head_kernel
from screen.models.networks.pair_head_kernel import TILE
from screen.models.networks.pair_head_scorer import DenseLayer, in_tiles, shared
from screen.models.pair_gp import gp_kernel
from screen.models.pair_gp.distances import mean_squares
from screen.models.pair_gp.kernel_names import UNNAMED_KERNELS, KernelNames
from screen.records import Floats
from screen.tasks import cores

Tensors = Mapping[str, NDArray[Any]]

_UNSEEN = -1
_RELATED = {"lineage": "same_lineage", "blood": "same_tissue"}
"""Line kernels by what is known of the indication alone -> the tensor of a member."""
_DRUGS_AT_ONCE = 4096
"""So many drugs lie in memory a second time, in tiles."""
_PATIENTS_AT_ONCE = 32
"""Their weights stay in the cache."""


class GPScorer:
    """n patients, ready for any number of drugs.

    Parameters
    ----------
    fitted : tensors of each member, of :func:`screen.models.pair_gp.gp_members.fit_gp`
    scaled : n x g
    threads : 0 takes one a core; the scores do not depend on it
    kernels : of the members, by name
    """

    def __init__(
        self, fitted: Sequence[Tensors], scaled: Floats, threads: int = 0, kernels: KernelNames = UNNAMED_KERNELS
    ) -> None:
        self._kernels = kernels
        self._fitted, self._people, self._threads = fitted, len(scaled), cores(threads)
        self._patients = _patients(fitted, scaled, kernels)
        self._levels = np.array(
            [
                np.outer(member[f"{name}_weights"], member[f"{name}_alpha"].astype(np.float64)).ravel()
                for member in fitted
                for name in ("mean", "spread")
            ]
        )

    def members(self, prepared: Floats) -> Floats:
        """m x n x D' probabilities, from rows of flattened drug kernels, D' x (J D)."""
        out = np.empty((len(self._fitted), self._people, len(prepared)), np.float32)
        for block, drugs in self._drugs(prepared):
            self._share(gp_kernel.score, drugs, out[:, :, block])
        return out

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D', without their m x n x D'."""
        out = np.empty((self._people, len(prepared)), np.float32)
        for block, drugs in self._drugs(prepared):
            self._share(gp_kernel.mean_score, drugs, out[:, block])
        return out

    mean_there = mean

    def _share(self, score: Callable[..., None], drugs: gp_kernel.GPDrugs, out: Floats) -> None:
        shared(
            lambda first, end: score(self._patients, drugs, first, end, out),
            pair_head_kernel.blocks(self._people, len(drugs.similarity)),
            self._threads,
        )

    def _drugs(self, prepared: Floats) -> Iterator[tuple[slice, gp_kernel.GPDrugs]]:
        """Some drugs after others."""
        known = self._patients.identity.shape[2]
        for start in range(0, len(prepared), _DRUGS_AT_ONCE):
            block = slice(start, start + _DRUGS_AT_ONCE)
            identity, similarity = split_rows(prepared[block], known, self._kernels)
            tiles = in_tiles(similarity)
            place = np.full((len(tiles), TILE), _UNSEEN)
            place.flat[: len(identity)] = np.where(identity.any(axis=1), identity.argmax(axis=1), _UNSEEN)
            yield block, gp_kernel.GPDrugs(tiles, place, *self._levels_of(tiles, place))

    def _levels_of(self, tiles: Floats, place: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Mean and spread by each member, m x tiles x T: of a training drug its value, else of similar drugs."""
        sums = np.empty((len(tiles), len(self._levels), TILE))
        shared(lambda first, end: gp_kernel.levels(tiles, self._levels, first, end, sums), len(tiles), self._threads)
        means, logs = sums[:, ::2], sums[:, 1::2]
        known = place != _UNSEEN
        centre = [
            np.where(known, member["means"][place], member["mean_centre"][0] + means[:, number])
            for number, member in enumerate(self._fitted)
        ]
        spread = [
            np.where(known, member["spreads"][place], np.exp(member["spread_centre"][0] + logs[:, number]))
            for number, member in enumerate(self._fitted)
        ]
        return np.asarray(centre, np.float32), np.asarray(spread, np.float32)


def related_lines(member: Tensors, kernels: KernelNames) -> list[tuple[int, Floats]]:
    """Kernels that are the same for every patient: place, and 1 for each of L lines that is related to the patients.

    Related are lines of their lineage, and lines of blood or of solid tissue as theirs is; none in a bundle that does
    not say.
    """
    nowhere = np.zeros(len(member["lines"]), np.float32)
    names = [(name, tensor) for name, tensor in _RELATED.items() if name in kernels.lines]
    return [(kernels.line(name), np.asarray(member.get(tensor, nowhere))) for name, tensor in names]


def split_rows(rows: Any, known: int, kernels: KernelNames) -> tuple[Any, Any]:
    """Rows of flattened drug kernels (D' x J D, D ``known`` drugs): the identity kernel's, and those of similarity."""
    by_kernel = rows.reshape(len(rows), len(kernels.drugs), known)
    return by_kernel[:, kernels.drug("identity")], by_kernel[:, kernels.similarities].reshape(len(rows), -1)


def _patients(fitted: Sequence[Tensors], scaled: Floats, kernels: KernelNames) -> gp_kernel.GPPatients:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        made = [_weights(member, scaled, kernels) for member in fitted]
    similarity, always, identity = (np.stack(parts) for parts in zip(*made, strict=True))
    calibration = np.asarray([member["calibration"] for member in fitted], np.float32)
    return gp_kernel.GPPatients(similarity, always, identity, calibration)


def _weights(member: Tensors, scaled: Floats, kernels: KernelNames) -> tuple[Floats, Floats, Floats]:
    """Each patient's weights of a drug's similarity to those of training, of any drug, in fours, and of its identity.

    Products with matrices are of one patient at a time: those of several at once, in blocks of one shape, do not depend
    on who comes together either, but the duals magnify their rounding, so that they move scores by 2e-6 to 3e-6.
    """
    lines, duals, products = member["lines"], member["duals"], member["products"]
    of_genes = products[kernels.line("genes")][:, None]
    related = [np.outer(products[place], of_line @ duals) for place, of_line in related_lines(member, kernels)]
    apart = mean_squares(scaled, lines) / np.float32(member["line_width"][0])
    near = {"expression-rbf": np.exp(-apart)}
    if "expression-exp" in kernels.lines:
        near["expression-exp"] = np.exp(-np.sqrt(apart))
    weights = np.empty((len(scaled), products.shape[1], duals.shape[1]), np.float32)
    for start in range(0, len(scaled), _PATIENTS_AT_ONCE):
        some = slice(start, start + _PATIENTS_AT_ONCE)
        by_genes = np.stack([lines @ profile / np.float32(lines.shape[1]) @ duals for profile in scaled[some]])
        out = np.multiply(of_genes, by_genes[:, None], out=weights[some])
        for name, similarity in near.items():
            out += products[kernels.line(name)][:, None] * np.stack([row @ duals for row in similarity[some]])[:, None]
        for part in related:
            out += part
    always = weights[:, kernels.drug("constant")].sum(axis=1, dtype=np.float64).astype(np.float32)
    similar = weights[:, kernels.similarities]
    layer = DenseLayer.of(similar.reshape(len(weights), similar.shape[1] * duals.shape[1]), always)
    return layer.weights, layer.bias, weights[:, kernels.drug("identity")]
