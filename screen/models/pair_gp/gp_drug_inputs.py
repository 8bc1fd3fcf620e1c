"""What a bundle holds of the drugs of training, and what scoring takes of any drug: its kernels to them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.models.bundle import Bundle
from screen.models.contract import Drugs
from screen.models.pair_gp.kernel_names import kernels_of
from screen.models.pair_gp.kernels import drug_kernels, graph_width
from screen.records import Floats

_BITS, _VECTORS, _WIDTH = "drug_bits", "drug_vectors", "graph_width"
_PATHWAYS, _TARGETS = "drug_pathways", "drug_targets"


def training_drug_tensors(drugs: Drugs) -> dict[str, NDArray[Any]]:
    """The drugs of training as tensors of a bundle: packed fingerprints, embeddings and the width of their kernel."""
    return {
        _BITS: np.packbits(drugs.fingerprints, axis=1),
        _VECTORS: drugs.vectors,
        _WIDTH: np.array([graph_width(drugs.vectors)], np.float32),
    }


def training_drug_words(drugs: Drugs) -> dict[str, Any]:
    """The drugs of training in a bundle's manifest: pathways and targets."""
    return {_PATHWAYS: list(drugs.pathways), _TARGETS: [sorted(targets) for targets in drugs.targets]}


def drug_rows(bundle: Bundle, drugs: Drugs) -> Floats:
    """What scoring takes of D' drugs: their kernels to the drugs of training, D' x (J D).

    A drug of training is known by its id and taken as it was in training, whatever its features are here.
    """
    from threadpoolctl import threadpool_limits

    known, width = _training_drugs(bundle), float(bundle.tensors[_WIDTH][0])
    with threadpool_limits(1):
        kernels = drug_kernels(_recognised(drugs, known), known, width, kernels_of(bundle).drugs)
    return np.ascontiguousarray(kernels.transpose(1, 0, 2)).reshape(len(drugs), -1)


def _training_drugs(bundle: Bundle) -> Drugs:
    manifest, tensors = bundle.manifest, bundle.tensors
    return Drugs(
        tuple(manifest["drugs"]),
        np.unpackbits(tensors[_BITS], axis=1).astype(np.bool_),
        tuple(frozenset(targets) for targets in manifest[_TARGETS]),
        tuple(manifest[_PATHWAYS]),
        tensors[_VECTORS],
    )


def _recognised(drugs: Drugs, known: Drugs) -> Drugs:
    place = {drug: row for row, drug in enumerate(known.drug_ids)}
    rows = np.array([place.get(drug, -1) for drug in drugs.drug_ids], np.intp)
    there, bits, vectors = rows >= 0, drugs.fingerprints.copy(), drugs.vectors.copy()
    bits[there], vectors[there] = known.fingerprints[rows[there]], known.vectors[rows[there]]
    return Drugs(
        drugs.drug_ids,
        bits,
        tuple(known.targets[row] if row >= 0 else here for row, here in zip(rows, drugs.targets, strict=True)),
        tuple(known.pathways[row] if row >= 0 else here for row, here in zip(rows, drugs.pathways, strict=True)),
        vectors,
    )
