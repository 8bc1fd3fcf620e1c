"""Quality control of cells as scDEAL and ATSDP-NET publish it, and what of it could not be judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix
from screen.records import CellOptions

WHOLE_FILE = 5_000
"""Genes from which on a file is taken for whole transcriptomes; in a shorter one few genes a cell say nothing."""
_MITOCHONDRIAL = ("MT-", "mt-", "Mt-")

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """Which cells and genes stay."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    few_genes: NDArray[np.bool_]
    """Length n: left out for too few genes."""
    mitochondrial: NDArray[np.bool_]
    """Length n: left out for too large a mitochondrial share."""
    genes_found: NDArray[np.int64]
    """Length n."""
    share: Doubles
    """Length n: mitochondrial share of a cell's values; NaN where nothing tells it."""
    notes: tuple[str, ...]


def control(matrix: CellMatrix, options: CellOptions, genes: Doubles | None, share: Doubles | None) -> Quality:
    """Leave out cells with few genes or a large mitochondrial share, then genes found in few cells.

    Parameters
    ----------
    genes, share : length n, genes found and mitochondrial share as the file says them of the whole cell; a file whose
        genes were cut can be judged by these alone
    """
    cut = len(matrix.genes) < WHOLE_FILE
    counted = np.diff(matrix.values.indptr).astype(np.int64)
    found = counted if genes is None else np.maximum(counted, genes.astype(np.int64))
    few = np.zeros(len(matrix), np.bool_)
    notes = []
    if cut and genes is None:
        notes.append(
            f"{len(matrix.genes)} genes are no whole transcriptome: that a cell has {options.min_genes} genes or more "
            "cannot be judged and was not held against it"
        )
        few = found == 0
    else:
        few = found < options.min_genes
    mito = _mitochondrial_share(matrix) if share is None else share
    large = np.nan_to_num(mito) >= options.max_mito
    if not np.isfinite(mito).any():
        notes.append("mitochondrial share not judged: no column of it, no gene of theirs, or TPM, which are no shares")
    rows = np.flatnonzero(~few & ~large)
    cells = np.bincount(matrix.values[rows].indices, minlength=len(matrix.genes))
    columns = np.flatnonzero(cells >= min(options.min_cells, max(1, len(rows))))
    least = "a gene" if cut and genes is None else f"{options.min_genes} genes"
    notes.insert(
        0,
        f"quality control: {len(rows)} of {len(matrix)} cells stay; left out {int(few.sum())} without {least}, "
        f"{int((large & ~few).sum())} with {options.max_mito:.0%} or more of mitochondrial genes; "
        f"{len(columns)} of {len(matrix.genes)} genes are in {options.min_cells} cells or more",
    )
    return Quality(rows, columns, few, large & ~few, found, mito, tuple(notes))


def _mitochondrial_share(matrix: CellMatrix) -> Doubles:
    columns = [i for i, gene in enumerate(matrix.genes) if gene.startswith(_MITOCHONDRIAL)]
    if not columns or matrix.unit == "tpm":
        return np.full(len(matrix), np.nan)
    theirs = np.asarray(matrix.values[:, columns].sum(axis=1), np.float64).ravel()
    return theirs / np.maximum(matrix.totals, 1e-9)
