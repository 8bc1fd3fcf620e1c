"""Mean squared differences of expression, compiled, each in the order of sums of numpy's ``mean`` over a row.

The duals of a process magnify rounding: the same differences summed in another order, or in double precision, move
scores by 1.3e-6 and turn the order of drugs that are that close. numpy sums up to 128 numbers in eight running sums and
halves what is longer (pairwise summation). A lane of a register is one row, so a sum depends on nothing beside it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.jit import compiled
from screen.models.networks.pair_head_kernel import TILE
from screen.models.networks.pair_head_scorer import in_tiles
from screen.models.simd import LANES, add, inlined, load, multiply, plain, splat, store
from screen.records import Floats

Array = NDArray[Any]

_LONGEST = 128
"""So many numbers are summed without halving."""


def mean_squares(rows: Floats, lines: Floats) -> Floats:
    """n x L: mean over the genes of (x - y)^2, of n x g and L x g."""
    tiles, runs = in_tiles(lines), np.array(_runs(0, lines.shape[1]), np.intp)
    sums = np.empty((len(rows), len(tiles) * TILE), np.float32)
    _sums(tiles, np.ascontiguousarray(rows, np.float32), runs, sums)
    return np.asarray(sums[:, : len(lines)] / np.float32(lines.shape[1]), np.float32)


def _runs(first: int, count: int) -> list[tuple[int, int, int]]:
    """Runs of genes summed without halving: first gene, genes, how many times the last two sums are then added.

    Made here, as numba reads machine code of a function that calls itself back from its cache into a crash.
    """
    if count <= _LONGEST:
        return [(first, count, 0)]
    half = count // 2 - count // 2 % 8
    *others, (start, genes, merged) = _runs(first, half) + _runs(first + half, count - half)
    return [*others, (start, genes, merged + 1)]


@inlined
def _square(x: Array, row: Array, at: int, gene: int) -> Any:
    apart = add(load(x, gene * TILE + at), splat(-row[gene]))
    return multiply(apart, apart)


@plain
def _run(x: Array, row: Array, at: int, first: int, count: int, out: Array, place: int) -> None:
    """Sum over ``count`` genes in eight running sums, or in one where there are fewer than eight."""
    if count < 8:
        few = splat(np.float32(0))
        for i in range(first, first + count):
            few = add(few, _square(x, row, at, i))
        store(out, place, few)
        return
    a, b = _square(x, row, at, first), _square(x, row, at, first + 1)
    c, d = _square(x, row, at, first + 2), _square(x, row, at, first + 3)
    e, f = _square(x, row, at, first + 4), _square(x, row, at, first + 5)
    g, h = _square(x, row, at, first + 6), _square(x, row, at, first + 7)
    for eight in range(1, count // 8):
        i = first + 8 * eight
        a, b = add(a, _square(x, row, at, i)), add(b, _square(x, row, at, i + 1))
        c, d = add(c, _square(x, row, at, i + 2)), add(d, _square(x, row, at, i + 3))
        e, f = add(e, _square(x, row, at, i + 4)), add(f, _square(x, row, at, i + 5))
        g, h = add(g, _square(x, row, at, i + 6)), add(h, _square(x, row, at, i + 7))
    total = add(add(add(a, b), add(c, d)), add(add(e, f), add(g, h)))
    for i in range(first + count - count % 8, first + count):
        total = add(total, _square(x, row, at, i))
    store(out, place, total)


@compiled
def _sums(tiles: Array, rows: Array, runs: Array, out: Array) -> None:
    """Sums of squared differences, n x (tiles T), of rows n x g and lines tiles x (g T).

    All rows pass by one register of lines after another, whose genes stay in the first cache.
    """
    sums = np.empty(len(runs) * LANES, np.float32)
    for tile in range(len(tiles)):
        for at in range(0, TILE, LANES):
            for i in range(len(rows)):
                place = 0
                for run in range(len(runs)):
                    _run(tiles[tile], rows[i], at, runs[run, 0], runs[run, 1], sums, place)
                    for _ in range(runs[run, 2]):
                        place -= LANES
                        store(sums, place, add(load(sums, place), load(sums, place + LANES)))
                    place += LANES
                store(out[i], tile * TILE + at, load(sums, 0))
