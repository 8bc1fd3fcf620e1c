"""Bulk expression in AnnData files: obs are samples, var are genes by definition."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.expression import UNITS, named_unit
from screen.ingest.file_head import Head
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.profile_rows import batch
from screen.records import Batch, Floats, ReadOptions

if TYPE_CHECKING:
    from anndata import AnnData

_MOST_VALUES = 500_000_000
"""Cells x genes beyond which a file is a single-cell atlas rather than tumour profiles."""
_SYMBOL_COLUMNS = ("gene_symbol", "gene_symbols", "symbol", "gene_name", "feature_name")


def read_h5ad(head: Head, options: ReadOptions) -> Batch:
    """One profile an observation.

    Of ``X`` and the layers, the layer named like the declared unit is taken, else ``X``. Where ``uns['log1p']`` says
    that ``X`` is a natural logarithm (scanpy's default), it is brought to base 2.

    Raises
    ------
    InputError
        Not an AnnData file, or one with single cells by the hundred thousand.
    """
    data = _open(head.path)
    if data.n_obs * data.n_vars > _MOST_VALUES:
        raise InputError(
            f"{data.n_obs} observations x {data.n_vars} genes: single cells, not tumour profiles",
            where=str(head.path),
            remedy="sum the counts of each sample (pseudobulk) first",
        )
    levels, notes = _levels(data, options)
    genes, samples = _genes(data), tuple(map(str, data.obs_names))
    matrix = Matrix(
        head.path,
        samples,
        genes,
        levels,
        _labels(data),
        "",
        tuple(f"observation {s}" for s in samples),
        tuple(f"gene {gene}" for gene in genes),
    )
    result = batch("h5ad-expression", matrix, options)
    return Batch(result.kind, result.tables, (*result.notes, *notes))


def _open(path: Path) -> "AnnData":
    import anndata

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anndata tells of repeated names, which are checked here
            return anndata.read_h5ad(path)
    except Exception as fault:  # whatever h5py, pandas or anndata make of a damaged file
        raise InputError(
            f"not a whole AnnData file: {str(fault).splitlines()[0]}",
            where=str(path),
            remedy="fetch it again, or write it with a current anndata",
        ) from None


def _levels(data: "AnnData", options: ReadOptions) -> tuple[Floats, list[str]]:
    layer = next((name for name in data.layers if options.unit and _same_unit(name, options.unit)), None)
    notes = [f"layer {layer} taken"] if layer else [f"X taken; also there: {there}"] if (there := _others(data)) else []
    values = _dense(data.layers[layer] if layer else data.X)
    logged = data.uns.get("log1p")
    if layer is None and logged is not None and (dict(logged).get("base") is None):
        notes.append("X was a natural logarithm (uns['log1p']), brought to base 2")
        values = (values / np.log(2)).astype(np.float32)
    return values, notes


def _same_unit(name: str, unit: str) -> bool:
    return name.casefold() in (named_unit(unit), UNITS[named_unit(unit)].casefold())


def _others(data: "AnnData") -> str:
    raw = ["raw"] if data.raw is not None else []
    return ", ".join([*raw, *(f"layer {name}" for name in data.layers)])


def _dense(values: Any) -> Floats:
    whole = values.toarray() if hasattr(values, "toarray") else values
    return np.ascontiguousarray(whole, dtype=np.float32)


def _genes(data: "AnnData") -> tuple[str, ...]:
    """The symbols beside Ensembl ids stay unused: ids are resolved more surely. Bare row numbers are replaced."""
    names = tuple(map(str, data.var_names))
    if all(name.isdigit() for name in names):
        column = next((c for c in _SYMBOL_COLUMNS if c in data.var.columns), None)
        return names if column is None else tuple(map(str, data.var[column]))
    return names


def _labels(data: "AnnData") -> pl.DataFrame:
    obs = data.obs.reset_index(drop=True)
    text = {str(name): obs[name].astype(object).where(obs[name].notna(), None) for name in obs.columns}
    return pl.DataFrame(
        {name: [None if cell is None else str(cell) for cell in cells] for name, cells in text.items()},
        schema=dict.fromkeys(text, pl.String),
    )
