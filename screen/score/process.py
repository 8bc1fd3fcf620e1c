"""Scores of a Gaussian process over pairs (:mod:`screen.models.pair_gp`): the process's mean as a probability.

What a drug brings is its kernels to the drugs of training, J x D flattened to a row; what a patient brings is its
likeness to the training lines. So a pair costs g + L multiplications a member. A patient is one row of a product
at a time, and its scores are the same to the last bit whether it comes alone or in a cohort.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Tensors = Mapping[str, NDArray[Any]]

GENES, NEAR = 1, 3
"""Line kernels (``screen.models.kernels.LINE_KERNELS``) that tell of a stranger: it has no id and no lineage."""
IDENTITY, SHARED = 1, 2
"""Drug kernels: the one that knows a drug of training, and the first of those that liken drugs to each other."""
_DRUGS_A_BLOCK = 4096


@dataclass(frozen=True)
class ProcessScorer:
    """n patients, ready for any number of drugs."""

    fitted: Sequence[Tensors]
    """Tensors of each member, of :func:`screen.learn.process.tensors_of`."""
    scaled: Floats
    """n x g."""

    def members(self, prepared: Floats) -> Floats:
        """m x n x D' probabilities, from rows of flattened drug kernels, D' x (J D)."""
        from threadpoolctl import threadpool_limits

        scores = np.empty((len(self.fitted), len(self.scaled), len(prepared)), np.float32)
        with threadpool_limits(1):
            for number, member in enumerate(self.fitted):
                near = _near(member, self.scaled)
                for start in range(0, len(prepared), _DRUGS_A_BLOCK):
                    block = slice(start, start + _DRUGS_A_BLOCK)
                    responses = _responses(member, self.scaled, near, prepared[block])
                    scores[number, :, block] = _probability(responses, member["calibration"])
        return scores

    def mean(self, prepared: Floats) -> Floats:
        """The mean over the members, n x D'."""
        return np.asarray(self.members(prepared).mean(axis=0, dtype=np.float64), np.float32)


def _near(member: Tensors, scaled: Floats) -> Floats:
    """n x L: exp(-|x - y|^2 / width) to the training lines, squares averaged over the genes."""
    lines, width = member["lines"], float(member["line_width"][0])
    rows = [np.exp(-np.square(lines - profile).mean(axis=1) / np.float32(width)) for profile in scaled]
    return np.array(rows, np.float32).reshape(len(scaled), len(lines))


def _responses(member: Tensors, scaled: Floats, near: Floats, prepared: Floats) -> Floats:
    """n x D'."""
    lines, duals, products = member["lines"], member["duals"], member["products"]
    kernels = prepared.reshape(len(prepared), products.shape[1], duals.shape[1])
    by_genes, by_nearness = (duals @ np.einsum("j,djk->kd", products[own], kernels) for own in (GENES, NEAR))
    slopes = lines.T @ by_genes / np.float32(lines.shape[1])
    standard = np.empty((len(scaled), len(prepared)), np.float32)
    for row, (profile, likeness) in enumerate(zip(scaled, near, strict=True)):
        standard[row] = profile @ slopes + likeness @ by_nearness
    centre, spread = _level(member, kernels)
    return np.asarray(centre + spread * standard, np.float32)


def _level(member: Tensors, kernels: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of each drug, length D': its own where it was in training, else of drugs like it."""
    own = kernels[:, IDENTITY]
    known = own.any(axis=1)
    centre, spread = (
        member[f"{name}_centre"][0] + np.einsum("djk,j,k->d", kernels[:, SHARED:], member[f"{name}_weights"],
                                                member[f"{name}_alpha"], optimize=True)
        for name in ("mean", "spread"))
    return (np.where(known, own @ member["means"], centre).astype(np.float32),
            np.where(known, own @ member["spreads"], np.exp(spread)).astype(np.float32))


def _probability(responses: Floats, calibration: Floats) -> Floats:
    slope, intercept = np.asarray(calibration, np.float64)
    return np.asarray(1 / (1 + np.exp(-(slope * responses.astype(np.float64) + intercept))), np.float32)
