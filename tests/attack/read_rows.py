"""What was read of a file, as a set that can be compared with what the right file gives."""

from collections.abc import Iterator

import polars as pl

from screen.records import Batch

_OF_THE_WHOLE = ("gene_orders", "gene_lists", "covered_samples", "response_ranges")
"""They name the genes, or the lowest and highest dose, of the whole file."""


def rows_read(batch: Batch, *, whole: bool = True) -> set[str]:
    """The rows of all tables; unless they have to be whole, each gene of a subject's list by itself.

    A file that was cut between two rows has fewer genes of each subject, and all of them right: no reader can know.
    """
    if whole:
        return {f"{table}: {row!r}" for table, frame in batch.tables.items() for row in frame.iter_rows()}
    return {
        f"{table}: {row}"
        for table, frame in batch.tables.items()
        if table not in _OF_THE_WHOLE
        for row in _single(_with_genes(batch, frame))
    }


def _with_genes(batch: Batch, frame: pl.DataFrame) -> pl.DataFrame:
    """A profile's genes in place of the name of their order."""
    if "gene_order_id" not in frame.columns or "gene_orders" not in batch.tables:
        return frame
    orders = dict(batch.tables["gene_orders"].iter_rows())
    genes = pl.Series([orders[one] for one in frame["gene_order_id"]], dtype=pl.List(pl.String))
    return frame.with_columns(gene_order_id=genes)


def _single(frame: pl.DataFrame) -> Iterator[str]:
    """A row for each element of its lists, which run side by side."""
    for row in frame.iter_rows(named=True):
        lists = {name: value for name, value in row.items() if isinstance(value, list)}
        about = {name: value for name, value in row.items() if name not in lists}
        if len({len(value) for value in lists.values()}) != 1:
            yield repr(row)
            continue
        yield from (f"{about} {cells}" for cells in zip(*lists.values(), strict=True))
