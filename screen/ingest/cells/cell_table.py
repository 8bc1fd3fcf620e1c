"""What a table beside the counts says of cells, joined by their barcodes."""

from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.ingest.file_head import peek
from screen.ingest.text.delimited import read_table

_NAMES = ("cell_id", "cell", "barcode", "barcodes", "cell_barcode", "cellid", "cells", "index", "")


def with_table(obs: pl.DataFrame, path: Path | None, where: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The cells with the columns of a table; cells that it does not name have none of them.

    Raises
    ------
    InputError
        No column of barcodes, a barcode twice, or none that is a cell of the file.
    """
    if path is None:
        return obs, ()
    table, _ = read_table(peek(path))
    table = table.select(pl.col(pl.String))  # without the numbers of the lines
    key = next((name for name in table.columns if name.strip().lower() in _NAMES), table.columns[0])
    table = table.rename({key: "cell_id"}) if key != "cell_id" else table
    if table["cell_id"].is_duplicated().any():
        raise InputError("a cell stands twice", where=str(path), remedy="leave one row a cell")
    found = obs.join(table, on="cell_id", how="left", maintain_order="left", suffix="_of_table")
    named = int(obs["cell_id"].is_in(table["cell_id"].implode()).sum())
    if not named:
        raise InputError(
            f"none of its cells is in {Path(where).name}: {table['cell_id'][0]} there, {obs['cell_id'][0]} here",
            where=str(path),
            remedy="write the barcodes as the file of counts has them",
        )
    return found, (f"table {path.name}: {named} of {obs.height} cells named",)
