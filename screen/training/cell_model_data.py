"""From the store to what a model of cells learns from: lines with a drug's responses, cells, one list of genes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix
from screen.errors import InputError
from screen.expression import GeneIndex
from screen.models.single_cell.gene_space import cell_levels
from screen.records import Floats, drug_key
from screen.settings import Settings
from screen.store import Store, load
from screen.training.data import matrix, response_dataset
from screen.training.expression_sources import unjoined_lines

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
_LEAST_MEASURED = 0.5
"""Share of the lines that a gene must be measured in."""


@dataclass(frozen=True)
class BulkLines:
    """Cell lines with expression, and the drugs that were measured on them."""

    line_ids: tuple[str, ...]
    genes: tuple[str, ...]
    """Approved symbols."""
    levels: Floats
    """L x g, a logarithm; NaN where not measured."""
    source_ids: tuple[str, ...]
    dataset: str
    metric: str
    pairs: pl.DataFrame
    """cell_line_id, drug_id, value: low = sensitive."""
    index: GeneIndex
    notes: tuple[str, ...]

    def response(self, drug_id: str) -> Doubles:
        """Length L, NaN where the drug was not measured."""
        mine = self.pairs.filter(pl.col("drug_id") == drug_id)
        return matrix(mine, self.line_ids, [drug_id])[:, 0].astype(np.float64)

    def over(self, genes: Sequence[str]) -> Floats:
        """L x g levels over some genes; NaN where one is not among the lines'."""
        place = {gene: column for column, gene in enumerate(self.genes)}
        with_none = np.column_stack([self.levels, np.full(len(self.levels), np.nan, self.levels.dtype)])
        found: Floats = with_none[:, [place.get(gene, -1) for gene in genes]]
        return found


@dataclass(frozen=True)
class SharedSpace:
    """Lines and cells over the genes that both have."""

    genes: tuple[str, ...]
    lines: Floats
    """L x g."""
    cells: "csr_matrix"
    """n x g levels."""


@dataclass(frozen=True)
class MeasuredDrug:
    """A drug measured on cell lines."""

    drug_id: str
    name: str


def bulk_lines(store: Store, settings: Settings) -> BulkLines:
    """Every cell line with expression, and the responses of the data set that models are trained on.

    Raises
    ------
    StoreError
        No expression of cell lines, or no responses.
    """
    profiles, described, notes = unjoined_lines(store, settings)
    dataset, metric = response_dataset(store, settings.training.dataset)
    return BulkLines(
        profiles.subject_ids,
        profiles.genes,
        profiles.levels,
        tuple(sorted(source for one in described for source in one.source_ids)),
        dataset,
        metric,
        load.pair_responses(store, dataset, metric),
        GeneIndex(load.gene_aliases(store)),
        notes,
    )


def measured_drug(store: Store, lines: BulkLines, name: str) -> MeasuredDrug:
    """The drug of a name.

    Raises
    ------
    InputError
        It was not measured in the data set.
    """
    known = store.scalar("SELECT drug_id FROM drug_keys WHERE drug_key = $key", key=drug_key(name))
    drug_id = str(known or f"name:{drug_key(name)}")
    if lines.pairs.filter(pl.col("drug_id") == drug_id).is_empty():
        raise InputError(
            f"{name!r} was not measured in {lines.dataset}",
            where="cells train",
            remedy="names are listed by: crescreen export drugs --out drugs.csv",
        )
    called = store.scalar("SELECT name FROM drugs WHERE drug_id = $id", id=drug_id)
    return MeasuredDrug(drug_id, str(called or name))


def shared_space(lines: BulkLines, cells: CellMatrix) -> SharedSpace:
    """The genes that both have, in the order of their symbols.

    Raises
    ------
    InputError
        None, or cells whose totals are not of their values.
    """
    place = _places(cells, lines.index)
    measured = np.isfinite(lines.levels).mean(axis=0) >= _LEAST_MEASURED
    there = {gene: i for i, gene in enumerate(lines.genes) if measured[i] and gene in place}
    genes = tuple(sorted(there))
    if not genes:
        raise InputError(
            f"none of {len(cells.genes)} genes of the cells is one of {len(lines.genes)} of the cell lines",
            where="cells train",
            remedy="tables that resolve genes are listed by: crescreen sources",
        )
    return SharedSpace(genes, lines.levels[:, [there[gene] for gene in genes]], levels_over(cells, genes, lines.index))


def levels_over(cells: CellMatrix, genes: tuple[str, ...], index: GeneIndex) -> "csr_matrix":
    """n x g levels of the cells over some genes; a gene that was not measured is zero in every cell."""
    from scipy.sparse import csc_matrix, hstack

    place = _places(cells, index)
    levels = cell_levels(cells.values, cells.totals).tocsc()
    absent = csc_matrix((len(cells), 1), dtype=np.float32)
    columns = [place.get(gene, levels.shape[1]) for gene in genes]
    return hstack([levels, absent], format="csc")[:, columns].tocsr()


def found_genes(cells: CellMatrix, genes: tuple[str, ...], index: GeneIndex) -> int:
    """How many of some genes the cells have."""
    return len(set(genes) & _places(cells, index).keys())


def _places(cells: CellMatrix, index: GeneIndex) -> dict[str, int]:
    """Approved symbol -> column; of several columns of one gene the first."""
    symbols, _ = index.symbols(cells.genes)
    place: dict[str, int] = {}
    for column, (symbol, gene) in enumerate(zip(symbols, cells.genes, strict=True)):
        place.setdefault(symbol or gene, column)
    return place
