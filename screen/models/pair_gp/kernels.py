"""Similarity of cell lines and of drugs: the covariances that a Gaussian process over pairs is made of.

A line kernel times a drug kernel is a covariance of pairs. Each kernel here is 1 or less between different subjects or
drugs and about 1 with itself, so the weights of the products can be compared.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs, Rows, Subjects
from screen.models.baselines.drug_similarity import same, shared_targets, tanimoto
from screen.records import Floats

LINE_KERNELS = ("identity", "genes", "lineage", "expression-rbf")
"""Kernels of cell lines by name, in the order of :func:`line_kernels`."""
DRUG_KERNELS = ("constant", "identity", "tanimoto", "tanimoto-cubed", "targets", "pathway", "graph-rbf")
"""Kernels of drugs by name; the last one only where the graph embedding is used."""
RBF_WIDTH = 2.0
"""Squared distance a gene at which similarity falls to 1/e; two unrelated lines are about this far apart."""


def line_kernels(subjects: Subjects, lines: Subjects) -> Floats:
    """LINE_KERNELS between n subjects and L training lines, 4 x n x L; a line is known by its id."""
    shape = (len(subjects), len(lines))
    identity = np.eye(*shape, dtype=np.float32) if subjects is lines else _same(subjects.places(lines.ids), shape[1])
    inner = np.stack([genes_kernel(row, lines.scaled) for row in subjects.scaled]).reshape(shape)
    near = np.stack([rbf_kernel(row, lines.scaled) for row in subjects.scaled]).reshape(shape)
    return np.stack([identity, inner, same(subjects.lineages, lines.lineages), near]).astype(np.float32)


def genes_kernel(profile: Floats, lines: Floats) -> Floats:
    """Mean product of scaled expression over the genes: length g and L x g -> length L."""
    return np.asarray(lines @ profile / np.float32(lines.shape[1]), np.float32)


def rbf_kernel(profile: Floats, lines: Floats) -> Floats:
    """exp(-|x - y|^2 / (2 g)): length g and L x g -> length L."""
    squares = np.square(lines - profile).mean(axis=1)
    return np.asarray(np.exp(-squares / RBF_WIDTH), np.float32)


def drug_kernel_names(graph_width: float | None) -> tuple[str, ...]:
    """The drug kernels of a process with the graph embedding, or without (``None``)."""
    return DRUG_KERNELS if graph_width is not None else DRUG_KERNELS[:-1]


def drug_kernels(
    requested: Drugs, known: Drugs, graph_width: float | None, names: Sequence[str] | None = None
) -> Floats:
    """Kernels between D' requested and D known drugs, J x D' x D.

    Parameters
    ----------
    graph_width : squared distance of embeddings at which similarity falls to 1/e, of :func:`graph_width`
    names : of :data:`DRUG_KERNELS`, in the order wanted; none: :func:`drug_kernel_names`
    """
    place = {drug: i for i, drug in enumerate(known.drug_ids)}
    bits = tanimoto(requested.fingerprints, known.fingerprints)
    made: dict[str, Callable[[], NDArray[np.floating]]] = {
        "constant": lambda: np.ones_like(bits),
        "identity": lambda: _same(np.array([place.get(drug, -1) for drug in requested.drug_ids], np.intp), len(known)),
        "tanimoto": lambda: bits,
        "tanimoto-cubed": lambda: bits**3,
        "targets": lambda: shared_targets(requested, known),
        "pathway": lambda: same(requested.pathways, known.pathways),
        "graph-rbf": lambda: np.exp(
            -_squared_distances(requested.vectors, known.vectors) / np.float32(graph_width or 1.0)
        ),
    }
    return np.stack([made[name]() for name in names or drug_kernel_names(graph_width)]).astype(np.float32)


def graph_width(vectors: Floats) -> float:
    """Median squared distance between different drugs' embeddings (D x 300)."""
    apart = _squared_distances(vectors, vectors)[np.triu_indices(len(vectors), 1)]
    return float(np.median(apart)) or 1.0


def _same(places: Rows, width: int) -> Floats:
    """1 at each place, n x width; -1 is nowhere."""
    return np.asarray(places[:, None] == np.arange(width)[None], np.float32)


def _squared_distances(one: Floats, other: Floats) -> Floats:
    # One row of a product at a time: a drug's kernels do not depend on those it comes with.
    products = np.stack([other @ row for row in one]) if len(one) else np.empty((0, len(other)), np.float32)
    squares = np.square(one).sum(axis=1)[:, None] + np.square(other).sum(axis=1)[None] - 2 * products
    return np.asarray(np.maximum(squares, 0), np.float32)
