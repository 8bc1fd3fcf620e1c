"""Features of a pretrained model: the three formats that are read, and what is refused."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import polars as pl
import pytest

from screen.errors import InputError
from screen.resistance.feature_files import FeatureFile

IDS, VALUES = ["ACH-1", "ACH-2", "P1"], np.arange(12, dtype=np.float32).reshape(3, 4)


def write(path: Path, ids: list[str] = IDS, values: np.ndarray = VALUES) -> Path:
    if path.suffix == ".parquet":
        pl.DataFrame({"sample": ids, **{f"f{k}": values[:, k] for k in range(values.shape[1])}}).write_parquet(path)
    elif path.suffix == ".npz":
        np.savez(path, ids=np.array(ids), features=values)
    else:
        anndata.AnnData(values, obs=pd.DataFrame(index=ids)).write_h5ad(path)
    return path


@pytest.mark.parametrize("ending", [".parquet", ".npz", ".h5ad"])
def test_each_format_gives_the_same_features(tmp_path: Path, ending: str) -> None:
    found = FeatureFile.read(write(tmp_path / f"features{ending}"))
    assert found.width == 4
    assert len(found.digest) == 64
    assert np.array_equal(found.of(["P1", "ACH-1"]), VALUES[[2, 0]])


def test_a_sample_without_features_is_named(tmp_path: Path) -> None:
    found = FeatureFile.read(write(tmp_path / "features.npz"))
    with pytest.raises(InputError, match="1 of 2 samples have no features, ACH-9"):
        found.of(["ACH-1", "ACH-9"])


def test_what_is_no_table_of_features_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        FeatureFile.read(tmp_path / "none.npz")
    (tmp_path / "x.pkl").write_bytes(b"x")
    with pytest.raises(InputError, match=r"features in \.pkl"):
        FeatureFile.read(tmp_path / "x.pkl")
    with pytest.raises(InputError, match="stands twice"):
        FeatureFile.read(write(tmp_path / "twice.npz", ["A", "A", "B"]))
    broken = VALUES.copy()
    broken[1, 1] = np.nan
    with pytest.raises(InputError, match="no finite number"):
        FeatureFile.read(write(tmp_path / "nan.parquet", values=broken))
    np.savez(tmp_path / "pickled.npz", ids=np.array([{"a": 1}], dtype=object), features=VALUES)
    with pytest.raises(InputError, match="no table of features"):
        FeatureFile.read(tmp_path / "pickled.npz")
