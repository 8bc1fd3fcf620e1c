"""Bulk expression in AnnData files: obs are samples, var are genes by definition."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.expression import UNITS, linear_unit, named_unit
from screen.ingest.file_head import Head
from screen.ingest.profiles.column_roles import quantity
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.profile_rows import batch
from screen.ingest.readers.hdf5_probe import top_groups
from screen.records import Batch, Floats, ReadOptions

if TYPE_CHECKING:
    from anndata import AnnData

_MOST_VALUES = 500_000_000
"""Cells x genes beyond which a file is a single-cell atlas rather than tumour profiles."""
_SYMBOL_COLUMNS = ("gene_symbol", "gene_symbols", "symbol", "gene_name", "feature_name")
OF_CELLS = frozenset(
    (
        *("leiden", "louvain", "seurat_clusters", "pct_counts_mt", "percent_mito", "percent.mt", "doublet_score"),
        *("cell_type", "celltype", "cell.type", "ncount_rna", "n_genes_by_counts"),
    )
)
"""Columns that programs for single cells leave beside them."""
_MANY = 200
_LARGEST_LOG = 16.7
"""Natural logarithm of the largest read count that is met."""
_SOME = 100
_MILLION = (0.98e6, 1.02e6)


@dataclass(frozen=True)
class _Values:
    levels: Floats
    genes: tuple[str, ...]
    notes: list[str]
    of_x: bool
    """From ``X``, which ``uns`` may speak of."""


def read_h5ad(head: Head, options: ReadOptions) -> Batch:
    """One profile an observation.

    Of ``X`` and the layers, the layer named like the declared unit is taken, else ``X``, else the only layer; counts
    are looked for in ``raw`` too. ``uns['log1p']`` says that a logarithm was taken once, not that ``X`` is one now:
    ``X`` is brought from a natural logarithm to base 2 where the declared unit is a logarithm and the values can be.

    Raises
    ------
    InputError
        Not an AnnData file, a damaged one, no ``X`` and several layers, or single cells.
    """
    data = _open(head.path)
    _refuse_cells(data, head.path)
    found = _taken(data, options, head.path)
    levels, logged = _base_two(found, data, options)
    samples = tuple(map(str, data.obs_names))
    matrix = Matrix(
        head.path,
        samples,
        found.genes,
        levels,
        _labels(data),
        "obs",
        tuple(f"observation {s}" for s in samples),
        tuple(f"gene {gene}" for gene in found.genes),
    )
    result = batch("h5ad-expression", matrix, options)
    return Batch(result.kind, result.tables, (*result.notes, *found.notes, *logged))


def _open(path: Path) -> "AnnData":
    import anndata

    groups = top_groups(path)
    if "matrix" in groups and "obs" not in groups:
        raise InputError(
            "cells of 10x Genomics, not tumour profiles",
            where=str(path),
            remedy="leave --as out: they are read as single cells",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anndata tells of repeated names, which are checked here
            return anndata.read_h5ad(path)
    except Exception as fault:  # whatever h5py, pandas or anndata make of a damaged file
        reason = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise InputError(
            f"not a whole AnnData file: {reason}",
            where=str(path),
            remedy="fetch it again, or write it with a current anndata",
        ) from None


def _refuse_cells(data: "AnnData", path: Path) -> None:
    traces = sorted(OF_CELLS & {str(name).lower() for name in data.obs.columns})
    if data.n_obs * data.n_vars > _MOST_VALUES or (traces and data.n_obs >= _MANY):
        beside = f" with {', '.join(traces)} beside them" if traces else ""
        raise InputError(
            f"{data.n_obs} observations x {data.n_vars} genes{beside}: single cells, not tumour profiles",
            where=str(path),
            remedy="leave --as out; clones are then scored with: crescreen cells clones PATIENT",
        )


def _taken(data: "AnnData", options: ReadOptions, path: Path) -> _Values:
    """The values that the declared unit asks for, or that are there."""
    layers = [str(name) for name in data.layers]
    named = next((name for name in layers if options.unit and _same_unit(name, options.unit)), None)
    if named is not None:
        return _Values(_dense(data.layers[named]), _genes(data), [f"layer {named} taken"], False)
    if data.X is None:
        if len(layers) == 1:
            return _Values(_dense(data.layers[layers[0]]), _genes(data), [f"no X: layer {layers[0]} taken"], False)
        raise InputError(
            f"no X, and {len(layers)} layers: {', '.join(layers) or 'none'}",
            where=str(path),
            remedy="name the layer by its unit, e.g. --unit counts for a layer called counts" if layers else None,
        )
    values = _dense(data.X)
    if options.unit and named_unit(options.unit) == "counts" and data.raw is not None and not _whole(values):
        raw = _dense(data.raw.X)
        if _whole(raw):
            return _Values(raw, tuple(map(str, data.raw.var_names)), ["counts taken from raw"], False)
    others = ", ".join([*(["raw"] if data.raw is not None else []), *(f"layer {name}" for name in layers)])
    return _Values(values, _genes(data), [f"X taken; also there: {others}"] if others else [], True)


def _same_unit(layer: str, unit: str) -> bool:
    key = named_unit(unit)
    return layer.casefold() in (key, UNITS[key].casefold()) or quantity(layer) == key


def _whole(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size) and bool((known == np.round(known)).all())


def _base_two(found: _Values, data: "AnnData", options: ReadOptions) -> tuple[Floats, list[str]]:
    """``X`` in base 2 where it is another logarithm by ``uns``, by the declared unit and by its own values."""
    trace = data.uns.get("log1p") if found.of_x else None
    if trace is None or options.unit is None or not _is_log(options.unit):
        return found.levels, []
    base = _base(trace)
    known = found.levels[np.isfinite(found.levels)]
    if base == 2 or not known.size or known.min() < 0 or known.max() > _LARGEST_LOG or _whole(found.levels):
        return found.levels, []
    if _sums_to_a_million(found.levels, 2.0) and not _sums_to_a_million(found.levels, base):
        return found.levels, ["uns['log1p'] says another base, but 2^X - 1 sums to a million: taken as base 2"]
    name = "a natural logarithm" if base == np.e else f"a logarithm of base {base:g}"
    return (found.levels * np.log2(base)).astype(np.float32), [f"X was {name} (uns['log1p']), brought to base 2"]


def _is_log(unit: str) -> bool:
    return linear_unit(named_unit(unit)) != named_unit(unit)


def _base(trace: Any) -> float:
    base = dict(trace).get("base") if hasattr(trace, "keys") else None
    return float(np.e) if base is None else float(np.asarray(base).ravel()[0])


def _sums_to_a_million(levels: Floats, base: float) -> bool:
    total = float(np.median(np.nansum(np.power(base, levels[:_SOME].astype(np.float64)) - 1, axis=1)))
    return _MILLION[0] < total < _MILLION[1]


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
