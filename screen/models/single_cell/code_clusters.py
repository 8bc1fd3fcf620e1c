"""Clusters of cells by their codes: Louvain on the graph of nearest neighbours (eq 17)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats

Ints = NDArray[np.intp]


def code_clusters(codes: Floats, neighbours: int, seed: int) -> Ints:
    """Length n: the cluster of each cell, the largest 0."""
    import networkx
    from networkx.algorithms.community import louvain_communities

    if len(codes) < 3:
        return np.zeros(len(codes), np.intp)
    graph: Any = networkx.Graph()
    graph.add_nodes_from(range(len(codes)))
    graph.add_edges_from(_edges(codes, min(neighbours, len(codes) - 1)))
    found = sorted((sorted(one) for one in louvain_communities(graph, seed=seed)), key=lambda one: (-len(one), one[0]))
    labels = np.empty(len(codes), np.intp)
    for number, cells in enumerate(found):
        labels[cells] = number
    return labels


def _edges(codes: Floats, neighbours: int) -> list[tuple[int, int]]:
    """Pairs (i, j), i < j, of cells of which one is among the other's nearest, in order."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=neighbours + 1, algorithm="brute").fit(codes).kneighbors(return_distance=False)
    pairs = {(min(i, j), max(i, j)) for i, row in enumerate(near.tolist()) for j in row if i != j}
    return sorted(pairs)
