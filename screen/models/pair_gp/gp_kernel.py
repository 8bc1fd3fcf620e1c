"""Scores of a process on the processor's vector units: the products of four patients and 24 drugs stay in registers."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screen.models.jit import compiled
from screen.models.networks.pair_head_kernel import PATIENTS, TILE, calibrate, four, place_of
from screen.models.simd import LANES, fused, load, plain, store

Array = NDArray[Any]


class GPPatients(NamedTuple):
    """n patients as m members take them; N is n rounded up to a multiple of four."""

    similarity: Array
    """m x (N K), weights of a drug's similarity to those of training, laid out by ``pair_head_scorer._in_fours``."""
    always: Array
    """m x N: what every drug gets."""
    identity: Array
    """m x n x D: what a drug of training gets for being itself."""
    calibration: Array
    """m x 2: slope and intercept."""


class GPDrugs(NamedTuple):
    """D' drugs as m members take them."""

    similarity: Array
    """tiles x (K T): kernels to the drugs of training."""
    place: Array
    """tiles x T: place among the drugs of training, -1 for an unseen one."""
    centre: Array
    """m x tiles x T: mean response."""
    spread: Array
    """m x tiles x T."""


@plain
def _finish(patients: GPPatients, drugs: GPDrugs, member: int, i: int, tile: int, y: Array) -> None:
    """Standardised responses of one patient to the drugs of a tile, but for their identity, to probabilities."""
    place, identity = drugs.place[tile], patients.identity[member, i]
    for t in range(TILE):
        if place[t] >= 0:
            y[t] += identity[place[t]]
    for at in range(0, TILE, LANES):
        store(y, at, fused(load(drugs.spread[member, tile], at), load(y, at), load(drugs.centre[member, tile], at)))
    calibrate(y, patients.calibration[member, 0], patients.calibration[member, 1])


@plain
def _block(patients: GPPatients, drugs: GPDrugs, member: int, start: int, last: int, tile: int, y: Array) -> None:
    """Probabilities by one member of the patients ``start`` to ``last`` and a tile's drugs, patients x T in ``y``."""
    x, weights, always = drugs.similarity[tile], patients.similarity[member], patients.always[member]
    depth = len(x) // TILE
    for j in range(start, last, 4):
        for row, sums in enumerate(four(x, weights, j * depth, depth, always, j)):
            for u, value in enumerate(sums):
                store(y, (j - start + row) * TILE + u * LANES, value)
    for i in range(start, last):
        _finish(patients, drugs, member, i, tile, y[(i - start) * TILE : (i - start + 1) * TILE])


@compiled
def score(patients: GPPatients, drugs: GPDrugs, first: int, end: int, out: Array) -> None:
    """Each member's probabilities, m x n x D', of the blocks ``first`` to ``end`` (see ``pair_head_kernel.blocks``)."""
    members, people, count = out.shape
    y = np.empty(PATIENTS * TILE, np.float32)
    for block in range(first, end):
        start, tile, last = place_of(block, people)
        for member in range(members):
            _block(patients, drugs, member, start, last, tile, y)
            for i in range(start, last):
                for t in range(min(TILE, count - tile * TILE)):
                    out[member, i, tile * TILE + t] = y[(i - start) * TILE + t]


@compiled
def mean_score(patients: GPPatients, drugs: GPDrugs, first: int, end: int, out: Array) -> None:
    """Mean probability of all members, n x D'; summed in double precision."""
    members, (people, count) = len(patients.always), out.shape
    y, total = np.empty(PATIENTS * TILE, np.float32), np.empty(PATIENTS * TILE, np.float64)
    for block in range(first, end):
        start, tile, last = place_of(block, people)
        total[:] = 0
        for member in range(members):
            _block(patients, drugs, member, start, last, tile, y)
            for u in range((last - start) * TILE):
                total[u] += y[u]
        for i in range(start, last):
            for t in range(min(TILE, count - tile * TILE)):
                out[i, tile * TILE + t] = np.float32(total[(i - start) * TILE + t] / members)


@compiled
def levels(similarity: Array, weights: Array, first: int, end: int, out: Array) -> None:
    """Sums of the drugs of the tiles ``first`` to ``end``, tiles x l x T: ``weights`` (l x K) times ``similarity``.

    The terms are large and cancel, so they are summed in double precision, each drug's in one order.
    """
    total = np.empty(TILE, np.float64)
    for tile in range(first, end):
        for level in range(len(weights)):
            total[:] = 0
            for k in range(weights.shape[1]):
                for t in range(TILE):
                    total[t] += weights[level, k] * np.float64(similarity[tile, k * TILE + t])
            out[tile, level] = total
