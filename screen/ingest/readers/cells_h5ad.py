"""Single cells in AnnData files of every version: counts in X, a layer or raw."""

from typing import TYPE_CHECKING, Any

import numpy as np

from screen.errors import InputError
from screen.ingest.cells.cell_batch import RawCells, cell_batch
from screen.ingest.cells.hdf5_frame import read_frame
from screen.ingest.cells.hdf5_matrix import read_matrix
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.readers.h5ad import OF_CELLS
from screen.ingest.readers.hdf5_probe import top_groups
from screen.records import Batch, ReadOptions

if TYPE_CHECKING:
    import h5py

_MANY = 200
_LAYERS = ("counts", "raw_counts", "raw", "umi", "umi_counts")
_SYMBOLS = ("feature_name", "gene_symbols", "gene_symbol", "symbol", "gene_name")
_BARCODE = r"[ACGT]{12,}(-\d+)?$"


def _recognises(head: Head) -> bool:
    if head.magic != "hdf5" or "obs" not in (groups := top_groups(head.path)) or "var" not in groups:
        return False
    import h5py

    with h5py.File(head.path, "r") as file:
        obs = read_frame(file, "obs")
    columns = {name.lower() for name in obs.columns}
    barcodes = obs["cell_id"].str.contains(_BARCODE).mean() or 0.0
    return obs.height >= _MANY and (bool(columns & OF_CELLS) or float(barcodes) > 0.8)  # type: ignore[arg-type]


def _read(head: Head, options: ReadOptions) -> Batch:
    import h5py

    groups = top_groups(head.path)
    if "obs" not in groups or "var" not in groups:
        raise InputError("not an AnnData file of cells: no obs or no var", where=str(head.path), remedy="see --as")
    with h5py.File(head.path, "r") as file:
        item, genes_of, note = _taken(file, options, str(head.path))
        values = read_matrix(item, str(head.path))
        obs = read_frame(file, "obs")
        raw = RawCells(head.path, values, _genes(file, genes_of), obs, _umap(file), (note,))
    if values.shape != (obs.height, len(raw.genes)):
        raise InputError(
            f"a matrix of {values.shape[0]} x {values.shape[1]} beside {obs.height} cells and {len(raw.genes)} genes",
            where=str(head.path),
            remedy="write the file again with a current anndata",
        )
    return cell_batch("cells-h5ad", raw, options)


def _taken(file: "h5py.File", options: ReadOptions, where: str) -> tuple[Any, str, str]:
    """The matrix that holds counts: a layer of that name, else X, else raw, which a scaled X stands beside."""
    layers = list(file["layers"]) if "layers" in file else []
    named = next((layer for layer in layers if layer.lower() in _LAYERS), None)
    if named is not None and options.unit in (None, "counts"):
        return file["layers"][named], "var", f"layer {named} taken"
    raw = _raw(file)
    if "X" in file and (raw is None or (options.unit is not None and not _scaled(file["X"]))):
        return file["X"], "var", "X taken"
    if raw is not None:
        return *raw, "raw taken"
    raise InputError(
        f"no X, no raw and no layer of counts among {', '.join(layers) or 'no layers'}",
        where=where,
        remedy="name the layer counts: adata.layers['counts'] = ...",
    )


def _raw(file: "h5py.File") -> tuple[Any, str] | None:
    if "raw.X" in file:
        return file["raw.X"], "raw.var"
    return (file["raw/X"], "raw/var") if "raw/X" in file else None


def _scaled(item: Any) -> bool:
    values = item["data"][:10_000] if hasattr(item, "keys") else item[:100]
    return bool(values.size) and bool(np.min(values) < 0)


def _genes(file: "h5py.File", name: str) -> tuple[str, ...]:
    frame = read_frame(file, name)
    column = next((one for one in _SYMBOLS if one in frame.columns), None)
    ids = frame["cell_id"]
    return tuple(str(one) for one in (ids if column is None else frame[column].fill_null(ids)))


def _umap(file: "h5py.File") -> Any:
    if "obsm" not in file:
        return None
    held = file["obsm"]
    if hasattr(held, "keys"):
        found = held["X_umap"][()] if "X_umap" in held and not hasattr(held["X_umap"], "keys") else None
    else:
        found = held[()]["X_umap"] if "X_umap" in (held.dtype.names or ()) else None
    return None if found is None or found.ndim != 2 or found.shape[1] != 2 else found.astype(np.float32)


KINDS = (Kind("cells-h5ad", "single cells (AnnData)", _recognises, _read),)
