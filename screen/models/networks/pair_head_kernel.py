"""Dense layers and the pair head on the processor's vector units: hidden values stay in registers and the first cache.

Arrays of rows lie in tiles: ``tiles x (K T)``, the K values of T rows one after the other, row beside row, so that a
register holds one value of several rows. A row's result depends neither on its place nor on its neighbours, nor on how
many threads there are.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from screen.models.jit import compiled
from screen.models.simd import (
    ALPHA,
    LAMBDA,
    LANES,
    LOG2E,
    LOWEST,
    add,
    bent,
    divide,
    fused,
    inlined,
    load,
    maximum,
    minimum,
    multiply,
    plain,
    power,
    splat,
    store,
)

Array = NDArray[Any]

FIRST, SECOND = 64, 32
"""Widths of the pair head."""
TILE: int = 3 * LANES
"""Rows of a tile: three registers, so that twelve sums, three inputs and a weight fill the sixteen of AVX2."""
PATIENTS = 32
"""Patients a block: their running means stay in the cache."""
_ALPHA, _LAMBDA, _LOG2E, _ZERO, _LOWEST = (np.float32(x) for x in (ALPHA, LAMBDA, LOG2E, 0, LOWEST))


@inlined
def four(x: Array, weights: Array, first: int, depth: int, bias: Array, j: int) -> Any:
    """Four sums for each row of a tile: bias + weights x, over ``depth`` inputs."""
    a0 = a1 = a2 = splat(bias[j])
    b0 = b1 = b2 = splat(bias[j + 1])
    c0 = c1 = c2 = splat(bias[j + 2])
    d0 = d1 = d2 = splat(bias[j + 3])
    for k in range(depth):
        x0, x1, x2 = load(x, k * TILE), load(x, k * TILE + LANES), load(x, k * TILE + 2 * LANES)
        at = first + 4 * k
        w = splat(weights[at])
        a0, a1, a2 = fused(w, x0, a0), fused(w, x1, a1), fused(w, x2, a2)
        w = splat(weights[at + 1])
        b0, b1, b2 = fused(w, x0, b0), fused(w, x1, b1), fused(w, x2, b2)
        w = splat(weights[at + 2])
        c0, c1, c2 = fused(w, x0, c0), fused(w, x1, c1), fused(w, x2, c2)
        w = splat(weights[at + 3])
        d0, d1, d2 = fused(w, x0, d0), fused(w, x1, d1), fused(w, x2, d2)
    return (a0, a1, a2), (b0, b1, b2), (c0, c1, c2), (d0, d1, d2)


@inlined
def _selu(x: Any) -> Any:
    return multiply(add(bent(x), splat(-_ALPHA)), splat(_LAMBDA))


@compiled
def dense(x: Array, weights: Array, bias: Array, bends: bool, out: Array) -> None:
    """A layer: ``tiles x (K T)`` -> ``tiles x (J T)``, with SELU where ``bends``; weights as of :func:`in_fours`."""
    width, depth = len(bias), x.shape[1] // TILE
    for tile in range(len(x)):
        for j in range(0, width, 4):
            for row, sums in enumerate(four(x[tile], weights, j * depth, depth, bias, j)):
                for u, value in enumerate(sums):
                    at = (j + row) * TILE + u * LANES
                    store(out[tile], at, _selu(value) if bends else value)


@compiled
def lengthen(x: Array, length: np.float32) -> None:
    """Bring every row of ``tiles x (K T)`` to this length, in place."""
    depth = x.shape[1] // TILE
    for tile in range(len(x)):
        for row in range(TILE):
            total = 0.0
            for k in range(depth):
                total += np.float64(x[tile, k * TILE + row]) ** 2
            factor = np.float32(length / max(np.sqrt(total), 1e-12))
            for k in range(depth):
                x[tile, k * TILE + row] *= factor


@compiled
def exponentials(x: Array, out: Array) -> None:
    """exp(x) of flat arrays, a whole number of registers long, -87 < x < 88."""
    for at in range(0, len(x), LANES):
        store(out, at, power(multiply(load(x, at), splat(_LOG2E))))


class HeadPatients(NamedTuple):
    """n patients, as the heads of m members take them."""

    parts: Array
    """m x n x 64: profile part p of the first layer, its bias in it."""
    powers: Array
    """m x n x 64: ALPHA exp(p)."""


class HeadDrugs(NamedTuple):
    """D drugs in tiles, as the heads of m members take them."""

    parts: Array
    """m x tiles x (64 T): drug part d of the first layer."""
    powers: Array
    """m x tiles x (64 T): exp(d)."""


class HeadWeights(NamedTuple):
    """What m heads do with h = SELU(p + d) / LAMBDA + ALPHA; the shift and the scale are in weights and bias."""

    hidden: Array
    """m x 2048, as of :func:`in_fours`."""
    hidden_bias: Array
    """m x 32."""
    last: Array
    """m x 33, the bias last."""
    calibration: Array
    """m x 2: slope and intercept."""
    direct: Array
    """m, bool: parts may be too large for the product of their exponentials.

    See :mod:`screen.models.networks.pair_head_scorer`."""


@inlined
def _first(d: Array, d_powers: Array, p: Array, p_powers: Array, direct: bool, h: Array) -> None:
    """h = max(p + d, 0) + min(ALPHA exp(p) exp(d), ALPHA): no exponential for a pair."""
    zero, alpha = splat(_ZERO), splat(_ALPHA)
    for k in range(FIRST):
        patient, patient_power = splat(p[k]), splat(p_powers[k])
        for at in range(k * TILE, (k + 1) * TILE, LANES):
            x = add(patient, load(d, at))
            if direct:
                store(h, at, bent(x))
            else:
                below = minimum(multiply(patient_power, load(d_powers, at)), alpha)
                store(h, at, add(maximum(x, zero), below))


@inlined
def _weighed(weight: np.float32, sums: Any, y: Any) -> Any:
    w = splat(weight)
    return fused(w, bent(sums[0]), y[0]), fused(w, bent(sums[1]), y[1]), fused(w, bent(sums[2]), y[2])


@plain
def calibrate(y: Array, slope: np.float32, intercept: np.float32) -> None:
    """1 / (1 + exp(-(slope y + intercept))) of a tile, in place."""
    one = splat(np.float32(1))
    for at in range(0, TILE, LANES):
        t = multiply(fused(splat(slope), load(y, at), splat(intercept)), splat(-_LOG2E))
        store(y, at, divide(one, add(one, power(minimum(maximum(t, splat(_LOWEST)), splat(-_LOWEST))))))


@plain
def _tile(
    patients: HeadPatients, drugs: HeadDrugs, heads: HeadWeights, member: int, i: int, tile: int, h: Array, out: Array
) -> None:
    """Outputs of one head for one patient and the drugs of one tile."""
    _first(
        drugs.parts[member, tile],
        drugs.powers[member, tile],
        patients.parts[member, i],
        patients.powers[member, i],
        heads.direct[member],
        h,
    )
    weights, bias, last = heads.hidden[member], heads.hidden_bias[member], heads.last[member]
    y = splat(last[SECOND]), splat(last[SECOND]), splat(last[SECOND])
    for j in range(0, SECOND, 4):
        a, b, c, d = four(h, weights, j * FIRST, FIRST, bias, j)
        y = _weighed(last[j + 3], d, _weighed(last[j + 2], c, _weighed(last[j + 1], b, _weighed(last[j], a, y))))
    for u in range(3):
        store(out, u * LANES, y[u])


@compiled
def score(
    patients: HeadPatients, drugs: HeadDrugs, heads: HeadWeights, calibrated: bool, first: int, end: int, out: Array
) -> None:
    """Every member's say, m x n x D, of the blocks ``first`` to ``end`` (see :func:`blocks`)."""
    members, people, count = out.shape
    h, y = np.empty(FIRST * TILE, np.float32), np.empty(TILE, np.float32)
    for block in range(first, end):
        start, tile, last = place_of(block, people)
        for member in range(members):
            for i in range(start, last):
                _tile(patients, drugs, heads, member, i, tile, h, y)
                if calibrated:
                    calibrate(y, heads.calibration[member, 0], heads.calibration[member, 1])
                for t in range(min(TILE, count - tile * TILE)):
                    out[member, i, tile * TILE + t] = y[t]


@compiled
def mean_score(patients: HeadPatients, drugs: HeadDrugs, heads: HeadWeights, first: int, end: int, out: Array) -> None:
    """Mean probability of all members, n x D, of the blocks ``first`` to ``end``; summed in double precision."""
    members, (people, count) = len(heads.direct), out.shape
    h, y = np.empty(FIRST * TILE, np.float32), np.empty(TILE, np.float32)
    total = np.empty((PATIENTS, TILE), np.float64)
    for block in range(first, end):
        start, tile, last = place_of(block, people)
        total[:] = 0
        for member in range(members):
            for i in range(start, last):
                _tile(patients, drugs, heads, member, i, tile, h, y)
                calibrate(y, heads.calibration[member, 0], heads.calibration[member, 1])
                for t in range(TILE):
                    total[i - start, t] += y[t]
        for i in range(start, last):
            for t in range(min(TILE, count - tile * TILE)):
                out[i, tile * TILE + t] = np.float32(total[i - start, t] / members)


@plain
def place_of(block: int, people: int) -> tuple[int, int, int]:
    """First patient, tile, and patient after the last one of a block."""
    tile, group = divmod(block, (people + PATIENTS - 1) // PATIENTS)
    return group * PATIENTS, tile, min((group + 1) * PATIENTS, people)


def blocks(people: int, tiles: int) -> int:
    """Blocks of up to 32 patients and one tile of drugs: what threads share among them."""
    return tiles * -(-people // PATIENTS)
