"""AnnData files: layers, raw counts, natural logarithms."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from screen.errors import InputError
from tests.ingest.omics_files import genes, profiles, read

TPM = np.array([[3.0, 7.0, 0.0], [1.0, 0.0, 15.0]], np.float32)


def write(path: Path, values: Any, names: tuple[str, ...] = ("TP53", "EGFR", "KRAS"), **more: Any) -> Path:
    import anndata

    obs = pd.DataFrame({"cohort": ["BRCA", "STAD"]}, index=["P1", "P2"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        anndata.AnnData(values, obs=obs, var=pd.DataFrame(index=list(names)), **more).write_h5ad(path)
    return path


def test_observations_are_patients(tmp_path: Path) -> None:
    batch = read(write(tmp_path / "a.h5ad", csr_matrix(TPM)), unit="tpm")
    assert batch.kind == "h5ad-expression"
    assert genes(batch) == ["TP53", "EGFR", "KRAS"]
    assert profiles(batch) == {"P1": [3.0, 7.0, 0.0], "P2": [1.0, 0.0, 15.0]}
    assert batch.tables["patient_records"]["indication"].to_list() == ["BRCA", "STAD"]


def test_scanpys_natural_logarithm_is_brought_to_base_2(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5ad", np.log1p(TPM), uns={"log1p": {}})
    batch = read(path, unit="log2tpm1")
    assert profiles(batch)["P1"] == pytest.approx([2.0, 3.0, 0.0])
    assert any("natural logarithm" in note for note in batch.notes)


def test_a_layer_of_the_declared_unit_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5ad", np.log1p(TPM), uns={"log1p": {}}, layers={"TPM": TPM})
    batch = read(path, unit="tpm")
    assert profiles(batch)["P2"] == [1.0, 0.0, 15.0]
    assert "layer TPM taken" in batch.notes


def test_direct_identifiers_in_obs_are_refused(tmp_path: Path) -> None:
    import anndata

    obs = pd.DataFrame({"patient_name": ["x", "y"]}, index=["P1", "P2"])
    anndata.AnnData(TPM, obs=obs, var=pd.DataFrame(index=["TP53", "EGFR", "KRAS"])).write_h5ad(tmp_path / "a.h5ad")
    with pytest.raises(InputError, match="patient_name"):
        read(tmp_path / "a.h5ad", unit="tpm")


def test_another_hdf5_file_is_one_clear_error(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["weights"] = TPM
    with pytest.raises(InputError):
        read(tmp_path / "a.h5")
