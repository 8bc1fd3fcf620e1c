"""Single cells as Cell Ranger writes them: an HDF5 file (version 1 to 2, and from 3 on) or a folder."""

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.ingest.cells.cell_batch import RawCells, cell_batch
from screen.ingest.cells.folders import tenx_folder
from screen.ingest.cells.hdf5_matrix import check_sparse
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.readers.hdf5_probe import top_groups
from screen.records import Batch, ReadOptions

if TYPE_CHECKING:
    import h5py
    from scipy.sparse import csr_matrix

_EXPRESSION = "Gene Expression"
_OLD = {"genes", "barcodes", "data", "indices", "indptr", "shape"}


def _is_h5(head: Head) -> bool:
    if head.magic != "hdf5":
        return False
    groups = top_groups(head.path)
    if "obs" in groups:
        return False
    import h5py

    with h5py.File(head.path, "r") as file:
        return bool(_genomes(file)) or _is_new(file)


def _is_new(file: "h5py.File") -> bool:
    return "matrix/features" in file and "matrix/barcodes" in file


def _genomes(file: "h5py.File") -> list[str]:
    return [name for name, item in file.items() if hasattr(item, "keys") and set(item) >= _OLD]


def _read_h5(head: Head, options: ReadOptions) -> Batch:
    import h5py

    top_groups(head.path)
    with h5py.File(head.path, "r") as file:
        if _is_new(file):
            raw = _new(file["matrix"], head.path, options)
        else:
            name = _one_genome(_genomes(file), options, head.path)
            item = file[name]
            raw = RawCells(
                head.path, _matrix(item, head.path), _texts(item["gene_names"]), _cells(_texts(item["barcodes"]))
            )
    return cell_batch("cells-10x-h5", raw, options)


def _new(item: "h5py.Group", path: Path, options: ReadOptions) -> RawCells:
    features = item["features"]
    kinds = _texts(features["feature_type"]) if "feature_type" in features else ()
    genomes = _texts(features["genome"]) if "genome" in features else ()
    several = sorted({one for one in genomes if one})
    wanted = _one_genome(several, options, path) if several else ""
    columns = np.array(
        [
            i
            for i in range(len(features["id"]))
            if (not kinds or kinds[i] == _EXPRESSION) and (not wanted or genomes[i] == wanted)
        ],
        np.intp,
    )
    names, values = _texts(features["name"]), _matrix(item, path)
    notes = _left(len(names) - len(columns))
    return RawCells(
        path, values[:, columns], tuple(names[i] for i in columns), _cells(_texts(item["barcodes"])), None, notes
    )


def _left(features: int) -> tuple[str, ...]:
    return (f"{features} features left out: antibodies, guides or another genome",) if features else ()


def _one_genome(genomes: list[str], options: ReadOptions, path: Path) -> str:
    wanted = options.cells.genome
    if wanted and wanted not in genomes:
        raise InputError(f"no genome {wanted!r}", where=str(path), remedy=f"there are: {', '.join(genomes)}")
    if not wanted and len(genomes) != 1:
        raise InputError(
            f"{len(genomes)} genomes in one file: {', '.join(genomes) or 'none'}",
            where=str(path),
            remedy=f"name one, e.g. --genome {genomes[0]}" if genomes else "is it a file of Cell Ranger?",
        )
    return wanted or genomes[0]


def _matrix(item: "h5py.Group", path: Path) -> "csr_matrix":
    """Cell Ranger stores genes by cells, column after column: rows of cells by genes."""
    from scipy.sparse import csr_matrix

    genes, cells = (int(one) for one in item["shape"][()])
    parts = (item["data"][()].astype(np.float32), item["indices"][()], item["indptr"][()])
    check_sparse(*parts, (genes, cells), True, str(path))
    return csr_matrix(parts, shape=(cells, genes))


def _texts(item: Any) -> tuple[str, ...]:
    return tuple(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in item[()].tolist())


def _cells(names: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame({"cell_id": names}, schema={"cell_id": pl.String})


def _is_folder(head: Head) -> bool:
    return head.path.is_dir()


def _read_folder(head: Head, options: ReadOptions) -> Batch:
    from scipy.io import mmread
    from scipy.sparse import csr_matrix

    files = tenx_folder(head.path)
    with gzip.open(files.matrix) if files.matrix.suffix == ".gz" else files.matrix.open("rb") as stream:
        try:
            values = csr_matrix(mmread(stream)).T.tocsr().astype(np.float32)
        except ValueError as fault:
            raise InputError(
                f"not a whole matrix: {str(fault).splitlines()[0]}", where=str(files.matrix), remedy="fetch it again"
            ) from None
    features, barcodes = _rows(files.genes), [row[0] for row in _rows(files.barcodes)]
    if values.shape != (len(barcodes), len(features)):
        raise InputError(
            f"a matrix of {values.shape[1]} genes x {values.shape[0]} cells beside {len(features)} genes and "
            f"{len(barcodes)} barcodes",
            where=str(head.path),
            remedy="take the three files of one run of Cell Ranger",
        )
    columns = np.array([i for i, row in enumerate(features) if len(row) < 3 or row[2] == _EXPRESSION], np.intp)
    genes = tuple(features[i][1 if len(features[i]) > 1 else 0] for i in columns)
    notes = _left(len(features) - len(columns))
    raw = RawCells(head.path, values[:, columns], genes, _cells(tuple(barcodes)), None, notes)
    return cell_batch("cells-10x-mtx", raw, options)


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        text = stream.read().decode("utf-8", "replace")
    return [line.rstrip("\r").split("\t") for line in text.split("\n") if line.strip()]


KINDS = (
    Kind("cells-10x-h5", "single cells (10x Genomics HDF5)", _is_h5, _read_h5),
    Kind("cells-10x-mtx", "single cells (10x Genomics folder)", _is_folder, _read_folder),
)
