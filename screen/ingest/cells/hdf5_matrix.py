"""A matrix of an HDF5 file as sparse rows, read a part at a time: CSR, CSC or dense, of every version of AnnData."""

from typing import TYPE_CHECKING, Any

import numpy as np

from screen.errors import InputError

if TYPE_CHECKING:
    import h5py
    from scipy.sparse import csr_matrix

_AT_ONCE = 20_000_000
"""Values of a dense matrix in memory together."""


def read_matrix(item: Any, where: str) -> "csr_matrix":
    """Rows of ``X``, a layer or ``raw/X``, float32.

    Raises
    ------
    InputError
        Neither a matrix of numbers nor one of the sparse forms.
    """
    if hasattr(item, "keys"):
        return _sparse(item, where)
    if item.ndim != 2 or item.dtype.kind not in "fiub":
        raise InputError("no matrix of numbers", where=where, remedy="write the file with a current anndata")
    return _dense(item)


def _sparse(item: "h5py.Group", where: str) -> "csr_matrix":
    from scipy.sparse import csc_matrix, csr_matrix

    form = _attribute(item, "encoding-type") or _attribute(item, "h5sparse_format")
    shape = item.attrs.get("shape", item.attrs.get("h5sparse_shape"))
    kinds = {"csr_matrix": csr_matrix, "csr": csr_matrix, "csc_matrix": csc_matrix, "csc": csc_matrix}
    if form not in kinds or shape is None:
        raise InputError(f"a matrix stored as {form or 'nothing known'}", where=where, remedy="store it as CSR")
    parts = (item["data"][()].astype(np.float32), item["indices"][()], item["indptr"][()])
    check_sparse(*parts, (int(shape[0]), int(shape[1])), form.startswith("csc"), where)
    return kinds[form](parts, shape=(int(shape[0]), int(shape[1]))).tocsr()


def check_sparse(data: Any, indices: Any, indptr: Any, shape: tuple[int, int], by_column: bool, where: str) -> None:
    """Raise an ``InputError`` where a sparse matrix's parts do not fit: scipy would read beyond them."""
    long, wide = (shape[1], shape[0]) if by_column else shape
    fits = (
        len(indptr) == long + 1
        and len(indices) == len(data) == int(indptr[-1])
        and int(indptr[0]) == 0
        and bool((np.diff(indptr.astype(np.int64)) >= 0).all())
        and (not len(indices) or (int(indices.min()) >= 0 and int(indices.max()) < wide))
    )
    if not fits:
        raise InputError("a sparse matrix whose parts do not fit each other", where=where, remedy="fetch it again")


def _dense(item: "h5py.Dataset") -> "csr_matrix":
    from scipy.sparse import csr_matrix, vstack

    step = max(1, _AT_ONCE // max(1, item.shape[1]))
    parts = [csr_matrix(item[start : start + step].astype(np.float32)) for start in range(0, item.shape[0], step)]
    return vstack(parts, format="csr") if parts else csr_matrix(item.shape, dtype=np.float32)


def _attribute(item: Any, name: str) -> str:
    value = item.attrs.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)
