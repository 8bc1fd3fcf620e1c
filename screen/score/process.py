"""Scores of a Gaussian process over pairs (:mod:`screen.models.pair_gp`): the process's mean as a probability.

A drug is its kernels to the drugs of training, J x D flattened to a row; a patient is the weight of each of them, from
its likeness to the training lines. A pair is the product of the two: J D multiplications a member. Scores are the same
to the last bit whichever patients and drugs come together.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats
from screen.score.pairs import Layer, from_tiles, in_tiles

Tensors = Mapping[str, NDArray[Any]]

GENES, NEAR = 1, 3
"""Line kernels (``screen.models.kernels.LINE_KERNELS``) that tell of a stranger: it has no id and no lineage."""
IDENTITY = 1
"""Drug kernel that knows a drug of training; those after it liken drugs to each other."""
_DRUGS_A_BLOCK = 4096


class ProcessScorer:
    """n patients, ready for any number of drugs.

    Parameters
    ----------
    fitted : tensors of each member, of :func:`screen.learn.process.fit_process`
    scaled : n x g
    """

    def __init__(self, fitted: Sequence[Tensors], scaled: Floats) -> None:
        from threadpoolctl import threadpool_limits

        self._fitted, self._people = fitted, len(scaled)
        with threadpool_limits(1):
            self._layers = [_layer(member, scaled) for member in fitted]
        self._levels = np.array([np.outer(member[f"{name}_weights"], member[f"{name}_alpha"].astype(np.float64)).ravel()
                                 for member in fitted for name in ("mean", "spread")])

    def members(self, prepared: Floats) -> Floats:
        """m x n x D' probabilities, from rows of flattened drug kernels, D' x (J D)."""
        scores = np.empty((len(self._fitted), self._people, len(prepared)), np.float32)
        for start in range(0, len(prepared), _DRUGS_A_BLOCK):
            block = slice(start, start + _DRUGS_A_BLOCK)
            tiles, levels = in_tiles(prepared[block]), self._levels_of(prepared[block])
            for number, (member, layer) in enumerate(zip(self._fitted, self._layers, strict=True)):
                said = from_tiles(layer.apply(tiles, bends=False), len(prepared[block])).T
                centre, spread = _level(member, levels[:, number], prepared[block])
                scores[number, :, block] = _probability(centre + spread * said, member["calibration"])
        return scores

    def _levels_of(self, prepared: Floats) -> NDArray[np.float64]:
        """D' x m x 2 from drugs alike: mean and log of the spread, less their centres.

        The terms are large and cancel, so they are summed in double precision, one drug at a time.
        """
        from threadpoolctl import threadpool_limits

        alike = prepared[:, prepared.shape[1] - self._levels.shape[1]:].astype(np.float64)
        with threadpool_limits(1):
            return np.array([self._levels @ row for row in alike]).reshape(len(alike), -1, 2)

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D'."""
        return np.asarray(self.members(prepared).mean(axis=0, dtype=np.float64), np.float32)


def _layer(member: Tensors, scaled: Floats) -> Layer:
    """n x (J D): what each patient makes of a drug's kernels."""
    lines, duals, products = member["lines"], member["duals"], member["products"]
    weights = np.zeros((len(scaled), products.shape[1], duals.shape[1]), np.float32)
    for row, profile in enumerate(scaled):
        by_genes = lines @ profile / np.float32(lines.shape[1]) @ duals
        near = np.exp(-np.square(lines - profile).mean(axis=1) / np.float32(member["line_width"][0]))
        weights[row] = np.outer(products[GENES], by_genes) + np.outer(products[NEAR], near @ duals)
    return Layer.of(weights.reshape(len(weights), products.shape[1] * duals.shape[1]))


def _level(member: Tensors, alike: NDArray[np.float64], prepared: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of each drug, length D': its own where it was in training, else of drugs like it."""
    drugs = len(member["means"])
    own = prepared[:, IDENTITY * drugs:(IDENTITY + 1) * drugs]
    known, place = own.any(axis=1), own.argmax(axis=1)
    centre = np.where(known, member["means"][place], member["mean_centre"][0] + alike[:, 0])
    spread = np.where(known, member["spreads"][place], np.exp(member["spread_centre"][0] + alike[:, 1]))
    return centre.astype(np.float32), spread.astype(np.float32)


def _probability(responses: Floats, calibration: Floats) -> Floats:
    slope, intercept = np.asarray(calibration, np.float64)
    return np.asarray(1 / (1 + np.exp(-(slope * responses.astype(np.float64) + intercept))), np.float32)
