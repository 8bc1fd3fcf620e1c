"""How similar two drugs are, by structure, by target and by pathway; nothing of it is learned from a response."""

import re
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs
from screen.models.baselines.leave_one_out import Doubles

_LETTERS = re.compile("[A-Z]{2,}")


def tanimoto(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Doubles:
    """Share of the set bits that two fingerprints have in common, D x D'; none set: 0."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    both = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1) - both
    return np.asarray(both / np.maximum(either, 1))


def shared_targets(one: Drugs, other: Drugs) -> Doubles:
    """Cosine of two sets of targets, D x D': 1 where they are the same, 0 where they share none or none is known."""
    return _cosine(one.targets, other.targets)


def shared_families(one: Drugs, other: Drugs) -> Doubles:
    """The same of the targets' families, the letters that a symbol begins with: CDK4 and CDK6 are of one."""
    return _cosine(*([frozenset(map(_family, targets)) for targets in each.targets] for each in (one, other)))


def _family(symbol: str) -> str:
    found = _LETTERS.match(symbol)
    return found[0] if found else symbol


def _cosine(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> Doubles:
    both = [[len(mine & its) for its in other] for mine in one]
    sizes = [np.maximum([len(words) for words in each], 1) for each in (one, other)]
    return np.asarray(np.array(both, np.float64).reshape(len(one), len(other)) / np.sqrt(np.outer(*sizes)))


def same(one: Sequence[Hashable], other: Sequence[Hashable]) -> Doubles:
    """1 where two labels are equal and not empty."""
    return np.array([[bool(mine) and mine == its for its in other] for mine in one], np.float64).reshape(
        len(one), len(other)
    )


def relatedness(one: Drugs, other: Drugs) -> Doubles:
    """Tanimoto^3 + 0.3 for the same targets + 0.03 for the same pathway, D x D'."""
    return (
        tanimoto(one.fingerprints, other.fingerprints) ** 3
        + 0.3 * shared_targets(one, other)
        + 0.03 * same(one.pathways, other.pathways)
    )
