"""Profiles in HDF5: CMap's ``.gctx``, and the signature databases of signatureSearch."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from screen.errors import InputError
from screen.mechanism.profiles import Profiles, Well, cell_text, one_row_a_gene, well_of
from screen.records import drug_key

_MOST = 400_000_000
"""Values that are read at once: 3.2 GB."""
_SYMBOLS = ("pr_gene_symbol", "gene_symbol", "symbol", "Symbol")


def read_hdf5(path: Path, cell: str | None = None) -> Profiles:
    """The profiles of a file, or of one cell line in it.

    Raises
    ------
    InputError
        Damaged, neither of the two formats, or too much to read at once.
    """
    try:
        with h5py.File(path, "r") as file:
            if "0/DATA/0/matrix" in file:
                return _gctx(file, path, cell)
            if {"assay", "colnames", "rownames"} <= set(file):
                return _database(file, path, cell)
            top = ", ".join(sorted(file)[:5])
    except (OSError, KeyError, RuntimeError) as fault:
        raise InputError(f"cannot be read as HDF5 ({fault})", where=str(path), remedy="fetch it again") from None
    raise InputError(
        f"HDF5 with {top or 'nothing in it'}, neither a .gctx nor a database of signatureSearch",
        where=str(path),
        remedy="bring CMap's or LINCS' .gctx or .gct, or a table of genes and signatures",
    )


def _gctx(file: Any, path: Path, cell: str | None) -> Profiles:
    matrix, columns, rows = file["0/DATA/0/matrix"], file["0/META/COL"], file["0/META/ROW"]
    names = [cell_text(name) for name in columns["id"][:]]
    facts = {column: columns[column][:] for column in columns}
    if matrix.shape != (len(names), len(rows["id"])):
        raise InputError(
            f"its matrix is {matrix.shape}, its tables are of {len(names)} profiles and {len(rows['id'])} genes",
            where=str(path),
            remedy="fetch it again",
        )
    wells = [well_of(name, {c: values[i] for c, values in facts.items()}) for i, name in enumerate(names)]
    places = _chosen(wells, cell, matrix.shape[1], path)
    column = next((name for name in _SYMBOLS if name in rows), None)
    symbols = [cell_text(one) for one in rows[column or "id"][:]]
    values = np.asarray(matrix[places], np.float64)
    values, genes, notes = one_row_a_gene(values, symbols)
    if column is None:
        notes = (*notes, "its row table has no symbols: genes go by their row ids")
    return Profiles(str(path), "gctx", genes, values, tuple(wells[i] for i in places), notes)


def _database(file: Any, path: Path, cell: str | None) -> Profiles:
    names = [cell_text(name) for name in np.ravel(file["colnames"][:])]
    genes = [cell_text(gene) for gene in np.ravel(file["rownames"][:])]
    wells = [_named(name) for name in names]
    places = _chosen(wells, cell, len(genes), path)
    values, once, notes = one_row_a_gene(np.asarray(file["assay"][places], np.float64), genes)
    notes = (*notes, "a database of signatureSearch: genes go by its row names, no dose and no time is in it")
    return Profiles(str(path), "signatureSearch", once, values, tuple(wells[i] for i in places), notes)


def _named(name: str) -> Well:
    drug, cell, *_ = [*name.split("__"), "", ""]
    return Well(name=name, drug=drug, cell=cell, vehicle=False)


def _chosen(wells: list[Well], cell: str | None, genes: int, path: Path) -> list[int]:
    places = [i for i, well in enumerate(wells) if cell is None or drug_key(well.cell) == drug_key(cell)]
    cells = sorted({well.cell for well in wells if well.cell})
    if not places:
        raise InputError(
            f"no profile of cell line {cell!r}", where=str(path), remedy=f"it has: {', '.join(cells[:10]) or 'none'}"
        )
    if len(places) * genes > _MOST:
        raise InputError(
            f"{len(places)} profiles of {genes} genes are more than fit in memory",
            where=str(path),
            remedy=f"name one cell line with --cell, such as {cells[0] if cells else 'A375'}",
        )
    return places
