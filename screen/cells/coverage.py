"""Which drugs cover a tumour's cells: clone by clone, and the smallest set that covers most of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import Doubles

WANTED = 0.9
"""Share of the cells that a set is to cover."""
_RANDOM_SETS = 1_000
_SIMILAR = 20
"""Drugs nearest in mean score that a member of a random set is sampled from."""
_LARGEST = 5

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class CoveringSet:
    """A set of drugs, taken greedily, each adding most of the cells not yet covered."""

    drugs: tuple[int, ...]
    """Columns."""
    added: tuple[float, ...]
    """Share of the cells each adds."""
    covered: float
    reaches: bool
    """Whether it covers ``WANTED``."""
    random_mean: float
    """Mean coverage of sets of as many drugs, each of about the same mean score."""
    random_as_good: float
    """Share of those sets that cover as much or more: 1 says that any drugs of this potency do."""


def covered_share(covers: Bools, shares: Doubles) -> Doubles:
    """Share of the cells that each drug covers, length D.

    Parameters
    ----------
    covers : K x D, whether a drug covers a clone
    shares : length K, of the cells; a rest in clones too small to be scored is covered by none
    """
    found: Doubles = shares @ covers
    return found


def covering_set(covers: Bools, shares: Doubles, scores: Doubles, allowed: Sequence[int], seed: int) -> CoveringSet:
    """The smallest set by greedy choice, ties by the higher mean score over the cells, beside random sets.

    Parameters
    ----------
    scores : K x D
    allowed : columns that may be taken
    """
    mean = shares @ scores / max(float(shares.sum()), 1e-12)
    left, drugs, added = np.ones(len(shares), np.bool_), list[int](), list[float]()
    while len(drugs) < _LARGEST and float(shares[~left].sum()) < WANTED:
        gains = {d: float(shares[left & covers[:, d]].sum()) for d in allowed if d not in drugs}
        best = max(gains, key=lambda d: (round(gains[d], 9), mean[d], -d), default=None)
        if best is None or gains[best] <= 0:
            break
        drugs.append(best)
        added.append(gains[best])
        left &= ~covers[:, best]
    covered = float(shares[~left].sum())
    random = _random(covers, shares, mean, drugs, seed)
    return CoveringSet(
        tuple(drugs),
        tuple(added),
        covered,
        covered >= WANTED,
        float(random.mean()) if len(random) else 0.0,
        float((random >= covered - 1e-9).mean()) if len(random) else 1.0,
    )


def _random(covers: Bools, shares: Doubles, mean: Doubles, drugs: Sequence[int], seed: int) -> Doubles:
    """Coverage of sets whose members are sampled among the drugs nearest in mean score to each drug of the set."""
    if not drugs:
        return np.zeros(0)
    rng = np.random.default_rng(seed)
    near = [np.argsort(np.abs(mean - mean[d]), kind="stable")[1 : _SIMILAR + 1] for d in drugs]
    picked = np.stack([rng.choice(one, _RANDOM_SETS) for one in near], axis=1)
    together = covers[:, picked].any(axis=2)
    found: Doubles = shares @ together
    return found
