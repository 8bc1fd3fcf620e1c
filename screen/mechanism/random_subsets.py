"""Random sets of genes, the same for the same seed on every machine, and the same as fgsea's for its seeds.

The stream is the Mersenne Twister's (Matsumoto and Nishimura 1998) of 32 bits; a whole number below n is the remainder
of the first word under the largest multiple of n that the stream can reach.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_MOST = 2**32 - 1
_BLOCK = 1 << 16


def random_subsets(genes: int, most: int, count: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Sets of places among ``genes``, in the order in which they were sampled: any first k are a random set of k.

    Parameters
    ----------
    most : genes of a set, under half of all
    count : how many sets

    Yields
    ------
    (most,) places from 0
    """
    if not 0 < most < genes / 2:
        raise ValueError(f"sets of {most} among {genes} genes")
    words = np.random.MT19937()
    words._legacy_seeding(seed)
    complete = _MOST - _MOST % genes
    waiting = np.empty(0, np.int64)
    for _ in range(count):
        while True:
            first = np.sort(np.unique(waiting[: 4 * most], return_index=True)[1])[:most]
            if len(first) == most:
                break
            block = np.asarray(words.random_raw(_BLOCK), np.int64)
            waiting = np.concatenate([waiting, block[block < complete] % genes])
        yield waiting[first]
        waiting = waiting[first[-1] + 1 :]
