"""Features of a pretrained model, read from a file that the user brings: a row a sample, a column a dimension.

The model itself never runs here: its features of cell lines and patients come as a table, and the reports name the file
by its SHA-256. Parquet (first text column: the sample's id), npz (arrays ``ids`` and ``features``) and h5ad (``X``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError
from screen.records import Floats

_REMEDY = "give Parquet (first column the sample's id), npz (ids, features) or h5ad, a row a sample"


@dataclass(frozen=True)
class FeatureFile:
    """n samples x k features."""

    name: str
    digest: str
    """SHA-256 of the file."""
    ids: tuple[str, ...]
    values: Floats

    @property
    def width(self) -> int:
        """k."""
        return int(self.values.shape[1])

    @classmethod
    def read(cls, path: Path) -> "FeatureFile":
        """Read a file by its ending.

        Raises
        ------
        InputError
            No such file, another format, a sample that stands twice, or a value that is no finite number.
        """
        if not path.is_file():
            raise InputError("no such file", where=str(path), remedy=_REMEDY)
        readers = {".parquet": _parquet, ".npz": _npz, ".h5ad": _h5ad}
        reader = readers.get(path.suffix.lower())
        if reader is None:
            raise InputError(
                f"features in {path.suffix or 'a file without an ending'}", where=str(path), remedy=_REMEDY
            )
        try:
            ids, values = reader(path)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            first = (str(fault).splitlines() or ["not readable"])[0]
            raise InputError(f"no table of features: {first}", where=str(path), remedy=_REMEDY) from None
        _require(path, ids, values)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return cls(path.name, digest, tuple(str(one) for one in ids), np.ascontiguousarray(values, np.float32))

    def of(self, samples: Sequence[str]) -> Floats:
        """The rows of some samples.

        Raises
        ------
        InputError
            Some of them are not in the file.
        """
        place = {one: row for row, one in enumerate(self.ids)}
        missing = [one for one in samples if one not in place]
        if missing:
            raise InputError(
                f"{len(missing)} of {len(samples)} samples have no features, {missing[0]} among them",
                where=self.name,
                remedy="give a row for each cell line with responses (and, for resistance, each patient)",
            )
        return self.values[[place[one] for one in samples]]


def _require(path: Path, ids: Sequence[object], values: NDArray[np.generic]) -> None:
    shape = values.shape
    what = ""
    if values.ndim != 2 or len(ids) != shape[0] or 0 in shape:
        what = f"{len(ids)} samples and values of shape {shape}"
    elif not np.isfinite(values.astype(np.float64)).all():
        what = "a value is missing or no finite number"
    elif len({str(one) for one in ids}) < len(ids):
        what = "a sample stands twice"
    if what:
        raise InputError(what, where=str(path), remedy=_REMEDY)


def _parquet(path: Path) -> tuple[Sequence[object], NDArray[np.generic]]:
    import polars as pl

    try:
        table = pl.read_parquet(path)
    except pl.exceptions.PolarsError as fault:
        raise ValueError(str(fault)) from None
    names = [name for name, kind in table.schema.items() if kind == pl.String]
    if not names:
        raise ValueError("no text column with the samples' ids")
    return table[names[0]].to_list(), table.drop(names).to_numpy()


def _npz(path: Path) -> tuple[Sequence[object], NDArray[np.generic]]:
    with np.load(path, allow_pickle=False) as held:
        return held["ids"].astype(str).tolist(), held["features"]


def _h5ad(path: Path) -> tuple[Sequence[object], NDArray[np.generic]]:
    import anndata

    found = anndata.read_h5ad(path)
    values = found.X.toarray() if hasattr(found.X, "toarray") else np.asarray(found.X)
    return found.obs_names.to_list(), values
