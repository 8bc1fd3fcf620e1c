"""Counts of single cells as delimited text: barcodes on one side, genes on the other."""

import re

import polars as pl

from screen.errors import InputError
from screen.ingest.cells.cell_batch import RawCells, cell_batch
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.grid import read_grid
from screen.records import Batch, ReadOptions

_BARCODE = re.compile(r"(?:.*[_:.-])?[ACGT]{12,}(?:[-.]\d+)?(?:[_:-].*)?")
_MANY = 20


def _recognises(head: Head) -> bool:
    if head.magic != "text":
        return False
    across = [name for name in head.header[1:] if _BARCODE.fullmatch(name)]
    down = [line.split(head.delimiter, 1)[0].strip('"') for line in head.data_lines[1:200]]
    return _mostly(len(across), len(head.header) - 1) or _mostly(
        sum(map(bool, map(_BARCODE.fullmatch, down))), len(down)
    )


def _mostly(found: int, of: int) -> bool:
    return found >= _MANY and found > 0.8 * of


def _read(head: Head, options: ReadOptions) -> Batch:
    from scipy.sparse import csr_matrix

    grid = read_grid(head)
    if not grid.labels.width:
        raise InputError(
            "no column of names", where=str(head.path), remedy="put the cells' names into the first column"
        )
    names = tuple(str(one) for one in grid.labels[grid.labels.columns[0]].fill_null(""))
    down = sum(bool(_BARCODE.fullmatch(one)) for one in names) >= sum(map(bool, map(_BARCODE.fullmatch, grid.columns)))
    values = csr_matrix(grid.levels if down else grid.levels.T)
    if values.data.size and not (values.data == values.data).all():
        raise InputError("missing values among the counts", where=str(head.path), remedy="write 0 where none was read")
    cells, genes = (names, grid.columns) if down else (grid.columns, names)
    beside = grid.labels.drop(grid.labels.columns[0]) if down else pl.DataFrame()
    obs = pl.DataFrame({"cell_id": cells}, schema={"cell_id": pl.String})
    obs = pl.concat([obs, beside], how="horizontal") if beside.width else obs
    return cell_batch("cells-table", RawCells(head.path, values, tuple(genes), obs, None, grid.notes), options)


KINDS = (Kind("cells-table", "single cells, counts as text", _recognises, _read),)
