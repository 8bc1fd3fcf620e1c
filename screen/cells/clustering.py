"""Clones by expression: cells clustered on their principal components, as many clusters as a second half confirms.

The number of clusters is the largest whose prediction strength reaches 0.8 (Tibshirani and Walther 2005): cells are
halved, both halves clustered, and pairs of cells that lie together in one half's clusters must do so by the nearest
centres of the other's. One cluster is an answer, and the usual one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

COMPONENTS = 15
VARIABLE_GENES = 1_000
MOST_CLUSTERS = 8
STRENGTH = 0.8
"""Prediction strength from which on clusters are held for real (Tibshirani and Walther 2005)."""
_HALVES = 3
_PAIRED = 2_000
"""Cells of a half whose pairs are looked at."""
RESAMPLES = 20

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Clusters:
    """Clusters of n cells, the largest first."""

    labels: Ints
    """Length n."""
    stability: tuple[float, ...]
    """A cluster: mean Jaccard overlap with its nearest over clusterings of resampled cells (Hennig 2007)."""
    strengths: tuple[float, ...]
    """Prediction strength of 1, 2, 3 ... clusters."""

    @property
    def count(self) -> int:
        """How many."""
        return len(self.stability)


def cluster(matrix: CellMatrix, seed: int, least: int = 20, resamples: int = RESAMPLES) -> Clusters:
    """Cluster cells; clusters of fewer than ``least`` cells join the one with the nearest centre."""
    points = components(matrix, seed)
    rng = np.random.default_rng(seed)
    most = max(1, min(MOST_CLUSTERS, len(points) // max(least, 2)))
    strengths = [1.0, *(_strength(points, k, rng, seed) for k in range(2, most + 1))]
    chosen = max(k for k, strength in enumerate(strengths, 1) if strength >= STRENGTH)
    labels = _merged(points, _labels(points, points, chosen, seed), least)
    return Clusters(labels, _stability(points, labels, rng, seed, resamples), tuple(strengths))


def components(matrix: CellMatrix, seed: int) -> NDArray[np.float64]:
    """n x COMPONENTS principal components of log(1 + counts per 10,000) over the most variable genes."""
    from scipy.sparse import diags
    from sklearn.decomposition import TruncatedSVD

    values = _logarithms(matrix)
    mean = np.asarray(values.mean(axis=0)).ravel()
    variance = np.asarray(_like(values, np.square(values.data)).mean(axis=0)).ravel() - mean**2
    variable = np.sort(np.argsort(-_beyond_mean(mean, variance), kind="stable")[:VARIABLE_GENES])
    # Each gene to one spread: else a single bimodal gene of high level is a cluster by itself.
    part = values[:, variable] @ diags(1 / np.sqrt(np.maximum(variance[variable], 1e-12)))
    width = min(COMPONENTS, len(variable) - 1, len(matrix) - 1)
    if width < 1:
        return np.zeros((len(matrix), 1))
    # The first direction of an uncentred matrix is its mean: one more is computed and centred away.
    found = TruncatedSVD(width + 1 if width + 1 < len(variable) else width, random_state=seed).fit_transform(part)
    centred = _without_depth(found - found.mean(axis=0), np.log(np.maximum(matrix.totals, 1.0)))
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    made: NDArray[np.float64] = (left * sizes)[:, :width]
    return made


def _logarithms(matrix: CellMatrix) -> "csr_matrix":
    """Log(1 + counts per 10,000), n x g; the places of the values are shared with the matrix, for memory."""
    each = np.repeat(1e4 / np.maximum(matrix.totals, 1e-9), np.diff(matrix.values.indptr))
    each *= matrix.values.data
    return _like(matrix.values, np.log1p(each, out=each))


def _like(values: "csr_matrix", data: NDArray[np.float64]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    return csr_matrix((data, values.indices, values.indptr), shape=values.shape, copy=False)


def _without_depth(points: Any, depth: NDArray[np.float64]) -> Any:
    """Residuals of a regression on log totals: in a shallow cell more genes are missing, which is no clone."""
    away = depth - depth.mean()
    total = float(away @ away)
    return points if total <= 0 else points - np.outer(away, away @ points / total)


def _beyond_mean(mean: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance over what genes of the same mean have: in twenty bins by mean, over the bin's median."""
    bins = np.minimum((np.argsort(np.argsort(mean)) * 20) // max(len(mean), 1), 19)
    middle = np.array([np.median(variance[bins == one]) if (bins == one).any() else 1.0 for one in range(20)])
    ratio: NDArray[np.float64] = variance / np.maximum(middle[bins], 1e-12) * (mean > 0)
    return ratio


def _fit(points: Any, k: int, seed: int) -> Any:
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=3, random_state=seed).fit(points)


def _labels(points: Any, onto: Any, k: int, seed: int) -> Ints:
    if k == 1:
        return np.zeros(len(onto), np.intp)
    found: Ints = _fit(points, k, seed).predict(onto).astype(np.intp)
    return found


def _strength(points: Any, k: int, rng: np.random.Generator, seed: int) -> float:
    """Mean over splits of the least share of pairs, over the clusters of one half, that the other half confirms."""
    shares = []
    for _ in range(_HALVES):
        order = rng.permutation(len(points))
        one, two = points[order[: len(order) // 2]], points[order[len(order) // 2 :]]
        if min(len(one), len(two)) < 2 * k:
            return 0.0
        itself, by_other = (part[:_PAIRED] for part in (_labels(two, two, k, seed), _labels(one, two, k, seed)))
        shares.append(min(_confirmed(itself == c, by_other) for c in range(k)))
    return float(np.mean(shares))


def _confirmed(mine: NDArray[np.bool_], others: Ints) -> float:
    sizes = np.bincount(others[mine])
    total = int(mine.sum())
    return 0.0 if total < 2 else float((sizes * (sizes - 1)).sum() / (total * (total - 1)))


def _merged(points: Any, labels: Ints, least: int) -> Ints:
    """Largest first; small ones joined to the nearest."""
    labels = labels.copy()
    while True:
        sizes = np.bincount(labels)
        names = np.flatnonzero(sizes)
        small = names[sizes[names] < least]
        if len(names) == 1 or not len(small):
            break
        gone = small[np.argmin(sizes[small])]
        centres = {int(c): points[labels == c].mean(axis=0) for c in names}
        others = [int(c) for c in names if c != gone]
        near = min(others, key=lambda c: float(np.linalg.norm(centres[c] - centres[int(gone)])))
        labels[labels == gone] = near
    order = sorted(names, key=lambda c: (-int(sizes[c]), int(np.argmax(labels == c))))
    place = {int(c): i for i, c in enumerate(order)}
    return np.array([place[int(c)] for c in labels], np.intp)


def _stability(points: Any, labels: Ints, rng: np.random.Generator, seed: int, resamples: int) -> tuple[float, ...]:
    k = int(labels.max()) + 1
    if k == 1 or not resamples:
        return (1.0,) * k
    found = np.zeros((resamples, k))
    for place in range(resamples):
        rows = np.sort(rng.choice(len(points), int(0.8 * len(points)), replace=False))
        again = _labels(points[rows], points[rows], k, seed + place)
        found[place] = [_jaccard(labels[rows] == c, again, k) for c in range(k)]
    return tuple(float(one) for one in found.mean(axis=0))


def _jaccard(mine: NDArray[np.bool_], others: Ints, k: int) -> float:
    return max(float((mine & (others == c)).sum() / max(1, (mine | (others == c)).sum())) for c in range(k))


def purity(labels: Sequence[object], others: Sequence[object]) -> float:
    """Adjusted Rand index of two groupings of the same cells."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(list(labels), list(others)))
