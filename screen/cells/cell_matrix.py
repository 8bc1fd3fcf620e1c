"""Counts of n cells over g genes, with what is known of each cell."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]

CELL_COLUMNS = ("cell_id", "sample", "cell_type", "clone")
"""Text columns of :attr:`CellMatrix.cells`; the last three may be null."""


@dataclass(frozen=True)
class CellMatrix:
    """Cells of one file, or of one patient in the store; never a logarithm."""

    values: "csr_matrix"
    """n x g, float32: molecules, CPM or TPM."""
    genes: tuple[str, ...]
    unit: str
    """``counts``, ``cpm`` or ``tpm``."""
    totals: Doubles
    """Length n: what a cell's values sum to over its whole transcriptome, genes left out of the file included."""
    cells: pl.DataFrame
    """A row a cell: ``CELL_COLUMNS`` and ``malignant`` (null where the file does not say)."""
    other: pl.DataFrame
    """Further columns of the file, text, a row a cell."""
    umap: NDArray[np.float32] | None = None
    """n x 2, as the file has it."""

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def take(self, rows: NDArray[np.intp]) -> "CellMatrix":
        """The cells at ``rows``; this matrix itself where that is all of them, in order."""
        if len(rows) == len(self) and bool((rows == np.arange(len(self))).all()):
            return self
        picked = pl.Series(rows.astype(np.int64))
        return replace(
            self,
            values=self.values[rows],
            totals=self.totals[rows],
            cells=self.cells[picked],
            other=self.other[picked] if self.other.width else self.other,
            umap=None if self.umap is None else self.umap[rows],
        )

    def with_genes(self, columns: NDArray[np.intp]) -> "CellMatrix":
        """The same cells over the genes at ``columns``; totals stay those of the whole cell."""
        return replace(self, values=self.values[:, columns], genes=tuple(self.genes[int(i)] for i in columns))

    def column(self, name: str) -> pl.Series | None:
        """A column of the cells by its name, of the file's own or as it was read; ``None`` where there is none."""
        if name in self.other.columns:
            return self.other[name]
        return self.cells[name] if name in self.cells.columns else None
