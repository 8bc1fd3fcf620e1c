"""Scores of a Gaussian process over pairs (:mod:`screen.models.pair_gp`): the process's mean as a probability.

A drug is its kernels to the drugs of training, J x D flattened to a row; a patient is the weight of each of them, from
its likeness to the training lines. A pair is the product of the two. The constant kernel is the same for every drug and
the identity kernel picks one weight or none, so (J - 2) D multiplications a member are left. Scores are the same to the
last bit whichever patients and drugs come together.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats
from screen.score import process_kernel
from screen.score.kernel import TILE
from screen.score.pairs import Layer, in_tiles
from screen.tasks import cores

Tensors = Mapping[str, NDArray[Any]]

GENES, NEAR = 1, 3
"""Line kernels (``screen.models.kernels.LINE_KERNELS``) that tell of a stranger: it has no id and no lineage."""
CONSTANT, IDENTITY, _ALIKE = 0, 1, 2
"""Drug kernels: the one that is 1, the one that knows a drug of training, and the first that likens drugs to each other
(``screen.models.kernels.DRUG_KERNELS``)."""
_STRANGER = -1
_DRUGS_A_BLOCK = 4096


class ProcessScorer:
    """n patients, ready for any number of drugs.

    Parameters
    ----------
    fitted : tensors of each member, of :func:`screen.learn.process.fit_process`
    scaled : n x g
    threads : 0 takes one a core; the scores do not depend on it
    """

    def __init__(self, fitted: Sequence[Tensors], scaled: Floats, threads: int = 0) -> None:
        from threadpoolctl import threadpool_limits

        self._fitted, self._people, self._threads = fitted, len(scaled), cores(threads)
        with threadpool_limits(1):
            self._patients = [_patients(member, scaled) for member in fitted]
        self._levels = np.array([np.outer(member[f"{name}_weights"], member[f"{name}_alpha"].astype(np.float64)).ravel()
                                 for member in fitted for name in ("mean", "spread")])

    def members(self, prepared: Floats) -> Floats:
        """m x n x D' probabilities, from rows of flattened drug kernels, D' x (J D)."""
        from threadpoolctl import threadpool_limits

        scores = np.empty((len(self._fitted), self._people, len(prepared)), np.float32)
        share = min(_DRUGS_A_BLOCK, -(-len(prepared) // (self._threads * TILE)) * TILE)
        blocks = [slice(start, start + share) for start in range(0, len(prepared), share or 1)]
        with threadpool_limits(1), ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(partial(self._score, prepared, scores), blocks))
        return scores

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D'."""
        return np.asarray(self.members(prepared).mean(axis=0, dtype=np.float64), np.float32)

    def _score(self, prepared: Floats, scores: Floats, block: slice) -> None:
        drugs = self._patients[0].own.shape[1]
        alike, identity = prepared[block, _ALIKE * drugs:], prepared[block, IDENTITY * drugs:_ALIKE * drugs]
        place = np.where(identity.any(axis=1), identity.argmax(axis=1), _STRANGER)
        tiles, levels = in_tiles(alike), self._levels_of(alike)
        for number, (member, patients) in enumerate(zip(self._fitted, self._patients, strict=True)):
            centre, spread = (in_tiles(level[:, None]) for level in _level(member, levels[:, number], place))
            process_kernel.score(patients, process_kernel.Drugs(tiles, place, centre, spread),
                                 member["calibration"].astype(np.float32), scores[number, :, block])

    def _levels_of(self, alike: Floats) -> NDArray[np.float64]:
        """D' x m x 2 from drugs alike: mean and log of the spread, less their centres.

        The terms are large and cancel, so they are summed in double precision, one drug at a time.
        """
        return np.array([self._levels @ row for row in alike.astype(np.float64)]).reshape(len(alike), -1, 2)


def _patients(member: Tensors, scaled: Floats) -> process_kernel.Patients:
    """What each patient makes of a drug's likeness to those of training, (J - 2) D weights, and of its identity, D."""
    lines, duals, products = member["lines"], member["duals"], member["products"]
    weights = np.zeros((len(scaled), products.shape[1], duals.shape[1]), np.float32)
    for row, profile in enumerate(scaled):
        by_genes = lines @ profile / np.float32(lines.shape[1]) @ duals
        near = np.exp(-np.square(lines - profile).mean(axis=1) / np.float32(member["line_width"][0]))
        weights[row] = np.outer(products[GENES], by_genes) + np.outer(products[NEAR], near @ duals)
    always = weights[:, CONSTANT].sum(axis=1, dtype=np.float64).astype(np.float32)
    layer = Layer.of(weights[:, _ALIKE:].reshape(len(weights), (products.shape[1] - _ALIKE) * duals.shape[1]), always)
    return process_kernel.Patients(layer.weights, layer.bias, np.ascontiguousarray(weights[:, IDENTITY]))


def _level(member: Tensors, alike: NDArray[np.float64], place: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Mean and spread of each drug, length D': its own where it was in training, else of drugs like it."""
    known = place != _STRANGER
    centre = np.where(known, member["means"][place], member["mean_centre"][0] + alike[:, 0])
    spread = np.where(known, member["spreads"][place], np.exp(member["spread_centre"][0] + alike[:, 1]))
    return centre.astype(np.float32), spread.astype(np.float32)
