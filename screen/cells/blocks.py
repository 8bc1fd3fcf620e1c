"""Cells as rows of table ``cell_blocks``: up to 4,096 cells of one patient in one compressed block, and back."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.cells.cell_matrix import CellMatrix
from screen.errors import StoreError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BLOCK = 4096
"""Cells in a block."""
_CODEC = "zstd"
SCHEMA: dict[str, Any] = {
    "patient_id": pl.String,
    "block": pl.Int32,
    "dataset": pl.String,
    "unit": pl.String,
    "gene_order_id": pl.String,
    "cell_ids": pl.List(pl.String),
    "samples": pl.List(pl.String),
    "cell_types": pl.List(pl.String),
    "clones": pl.List(pl.String),
    "malignant": pl.List(pl.Boolean),
    "totals": pl.List(pl.Float64),
    "umap": pl.List(pl.Float32),
    "other_columns": pl.Binary,
    "counts": pl.Binary,
}


def block_rows(matrix: CellMatrix, patients: Sequence[str], dataset: str, gene_order_id: str) -> pl.DataFrame:
    """Rows of ``cell_blocks`` without ``source_id``, patient by patient in the order of the cells.

    Parameters
    ----------
    patients : length n, whose each cell is
    """
    rows = []
    whose = np.array(patients, dtype=np.str_)
    for patient in sorted(set(patients)):
        mine = np.flatnonzero(whose == patient)
        for number, start in enumerate(range(0, len(mine), BLOCK)):
            part = matrix.take(mine[start : start + BLOCK])
            rows.append(
                {
                    "patient_id": patient,
                    "block": number,
                    "dataset": dataset,
                    "unit": matrix.unit,
                    "gene_order_id": gene_order_id,
                    "cell_ids": part.cells["cell_id"].to_list(),
                    "samples": part.cells["sample"].to_list(),
                    "cell_types": part.cells["cell_type"].to_list(),
                    "clones": part.cells["clone"].to_list(),
                    "malignant": part.cells["malignant"].to_list(),
                    "totals": part.totals.tolist(),
                    "umap": None if part.umap is None else part.umap.ravel().tolist(),
                    "other_columns": _packed_columns(part.other),
                    "counts": packed(part.values),
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA)


def matrix_of(rows: pl.DataFrame, genes: Sequence[str]) -> CellMatrix:
    """The cells of some blocks of one gene order, in the order of the rows."""
    from scipy.sparse import vstack

    parts = list(rows.iter_rows(named=True))
    cells = pl.DataFrame(
        {
            "cell_id": rows["cell_ids"].explode(),
            "sample": rows["samples"].explode(),
            "cell_type": rows["cell_types"].explode(),
            "clone": rows["clones"].explode(),
            "malignant": rows["malignant"].explode(),
        }
    )
    umap = None
    if rows["umap"].null_count() == 0:
        umap = rows["umap"].explode().to_numpy().astype(np.float32).reshape(-1, 2)
    return CellMatrix(
        values=vstack([unpacked(part["counts"], len(genes)) for part in parts], format="csr"),
        genes=tuple(genes),
        unit=str(parts[0]["unit"]),
        totals=rows["totals"].explode().to_numpy().astype(np.float64),
        cells=cells,
        other=pl.concat([_columns_of(part["other_columns"], len(part["cell_ids"])) for part in parts], how="diagonal"),
        umap=umap,
    )


def packed(values: "csr_matrix") -> bytes:
    """A sparse matrix as bytes: the smallest whole numbers that hold its parts, compressed."""
    import pyarrow as pa

    values = values.sorted_indices()
    data = values.data
    whole = bool((data == np.round(data)).all()) and data.max(initial=0) < 2**32
    parts = (
        np.diff(values.indptr).astype(np.uint32),
        values.indices.astype(np.uint16 if values.shape[1] < 2**16 else np.uint32),
        _smallest(data) if whole else data.astype(np.float32),
    )
    head = json.dumps([[part.dtype.str, len(part)] for part in parts]).encode()
    raw = len(head).to_bytes(4, "little") + head + b"".join(part.tobytes() for part in parts)
    return len(raw).to_bytes(8, "little") + bytes(pa.compress(raw, codec=_CODEC, asbytes=True))


def unpacked(blob: bytes, genes: int) -> "csr_matrix":
    """The matrix of :func:`packed`, float32.

    Raises
    ------
    StoreError
        Bytes that are none of it.
    """
    from scipy.sparse import csr_matrix

    lengths, indices, data = _arrays(blob)
    indptr = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return csr_matrix((data.astype(np.float32), indices.astype(np.int32), indptr), shape=(len(lengths), genes))


def _arrays(blob: bytes) -> list[Any]:
    import pyarrow as pa

    try:
        raw = pa.decompress(blob[8:], int.from_bytes(blob[:8], "little"), codec=_CODEC, asbytes=True)
        size = int.from_bytes(raw[:4], "little")
        at, found = 4 + size, []
        for dtype, count in json.loads(raw[4 : 4 + size]):
            found.append(np.frombuffer(raw, np.dtype(dtype), count, at))
            at += count * np.dtype(dtype).itemsize
    except (ValueError, TypeError, OSError) as fault:
        raise StoreError(
            f"a block of cells is damaged: {fault}", where="cell_blocks", remedy="read the file of the cells again"
        ) from None
    return found


def _smallest(data: Any) -> Any:
    kinds = (np.uint8, np.uint16, np.uint32)
    return data.astype(next(kind for kind in kinds if data.max(initial=0) <= np.iinfo(kind).max))


def _packed_columns(other: pl.DataFrame) -> bytes:
    import pyarrow as pa

    coded = {}
    for name in other.columns:
        values = other[name].unique(maintain_order=True).to_list()
        place = {value: i for i, value in enumerate(values)}
        coded[name] = [values, [place[value] for value in other[name]]]
    raw = json.dumps(coded).encode()
    return len(raw).to_bytes(8, "little") + bytes(pa.compress(raw, codec=_CODEC, asbytes=True))


def _columns_of(blob: bytes, cells: int) -> pl.DataFrame:
    import pyarrow as pa

    raw = pa.decompress(blob[8:], int.from_bytes(blob[:8], "little"), codec=_CODEC, asbytes=True)
    found = {name: [values[i] for i in codes] for name, (values, codes) in json.loads(raw).items()}
    return pl.DataFrame({"cell": range(cells), **found}, schema_overrides=dict.fromkeys(found, pl.String)).drop("cell")


def in_blocks(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of one unit and gene order together, in the order they come first."""
    yield from rows.partition_by("unit", "gene_order_id", maintain_order=True)
