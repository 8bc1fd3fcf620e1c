"""Scores of a process on the processor's vector units: the products of a patient and 24 drugs stay in registers."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screen.nn.compiled import compiled
from screen.score.kernel import TILE, calibrate, four
from screen.score.lanes import LANES, fused, load, plain, store

KERNEL_FILE = "8701b5fb914d7dfe"
"""First 16 digits of the SHA-256 of kernel.py, for the reason given there."""

Array = NDArray[Any]


class Patients(NamedTuple):
    """n patients as one member takes them."""

    alike: Array
    """Flat, weights of a drug's likeness to those of training, as of :func:`screen.score.pairs._in_fours`."""
    always: Array
    """n rounded up to a multiple of four: what every drug gets."""
    own: Array
    """n x D: what a drug of training gets for being itself."""


class Drugs(NamedTuple):
    """D' drugs as one member takes them."""

    alike: Array
    """tiles x (K T): kernels to the drugs of training."""
    place: Array
    """Length D': place among the drugs of training, -1 for a stranger."""
    centre: Array
    """tiles x T: mean response."""
    spread: Array
    """tiles x T."""


@plain
def _finish(y: Array, drugs: Drugs, tile: int, own: Array, slope: np.float32, intercept: np.float32) -> None:
    """Standardised responses of a tile to probabilities, in place."""
    for t in range(min(TILE, len(drugs.place) - tile * TILE)):
        place = drugs.place[tile * TILE + t]
        if place >= 0:
            y[t] += own[place]
    for at in range(0, TILE, LANES):
        store(y, at, fused(load(drugs.spread[tile], at), load(y, at), load(drugs.centre[tile], at)))
    calibrate(y, slope, intercept)


@compiled
def score(patients: Patients, drugs: Drugs, calibration: Array, out: Array) -> None:
    """One member's probabilities, n x D'."""
    people, count = out.shape
    depth = drugs.alike.shape[1] // TILE
    y = np.empty(TILE, np.float32)
    for tile in range(len(drugs.alike)):
        x = drugs.alike[tile]
        for j in range(0, people, 4):
            for row, sums in enumerate(four(x, patients.alike, j * depth, depth, patients.always, j)):
                if j + row < people:
                    for u, value in enumerate(sums):
                        store(y, u * LANES, value)
                    _finish(y, drugs, tile, patients.own[j + row], calibration[0], calibration[1])
                    for t in range(min(TILE, count - tile * TILE)):
                        out[j + row, tile * TILE + t] = y[t]
