"""Similarity of cell lines and of drugs: the covariances that a Gaussian process over pairs is made of.

A line kernel times a drug kernel is a covariance of pairs. Each kernel here is 1 or less between different subjects or
drugs and about 1 with itself, so the weights of the products can be compared.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs, Rows, Subjects
from screen.models.baselines.drug_blind import BLOOD
from screen.models.baselines.drug_similarity import same, shared_families, shared_targets, tanimoto
from screen.records import Floats

LINE_KERNELS = ("genes", "lineage", "expression-rbf", "expression-exp", "blood")
"""Kernels of cell lines by name, in the order of :func:`line_kernels`."""
DRUG_KERNELS = (
    "constant",
    "identity",
    "tanimoto",
    "tanimoto-cubed",
    "targets",
    "target-family",
    "pathway",
    "graph-rbf",
)
"""Kernels of drugs by name; the last one only where the graph embedding is used."""
RBF_WIDTH = 2.0
"""Squared distance a gene at which similarity falls to 1/e; two unrelated lines are about this far apart."""


def line_kernels(subjects: Subjects, lines: Subjects) -> Floats:
    """LINE_KERNELS between n subjects and L training lines, 5 x n x L."""
    from screen.models.pair_gp.distances import mean_squares  # numba: half a second of every command's start

    shape = (len(subjects), len(lines))
    inner = np.stack([genes_kernel(row, lines.scaled) for row in subjects.scaled]).reshape(shape)
    apart = mean_squares(subjects.scaled, lines.scaled) / np.float32(RBF_WIDTH)
    return np.stack(
        [
            inner,
            same(subjects.lineages, lines.lineages),
            np.exp(-apart),
            np.exp(-np.sqrt(apart)),
            same_tissue(subjects.lineages, lines.lineages),
        ]
    ).astype(np.float32)


def genes_kernel(profile: Floats, lines: Floats) -> Floats:
    """Mean product of scaled expression over the genes: length g and L x g -> length L."""
    return np.asarray(lines @ profile / np.float32(lines.shape[1]), np.float32)


def same_tissue(one: Sequence[str], other: Sequence[str]) -> Floats:
    """1 where two lineages are both of blood or both solid, n x L; 0 where one of them is not known."""
    return np.asarray(same(*([_tissue(name) for name in names] for names in (one, other))), np.float32)


def _tissue(lineage: str) -> str:
    return "" if lineage in ("", "unknown") else "blood" if lineage in BLOOD else "solid"


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
        "target-family": lambda: shared_families(requested, known),
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
