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


WIDE = np.random.default_rng(2).gamma(0.5, 40, (2, 60)).astype(np.float32)
SYMBOLS = tuple(f"GENE{i}" for i in range(60))


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (np.random.default_rng(1).normal(size=(2, 60)).astype(np.float32), "zscore"),
        (np.round(WIDE), "counts"),
        (WIDE, "tpm"),
    ],
)
def test_a_stale_log1p_changes_nothing_that_is_no_logarithm(tmp_path: Path, values: Any, unit: str) -> None:
    path = write(tmp_path / "a.h5ad", values, SYMBOLS, uns={"log1p": {"base": None}})
    assert profiles(read(path, unit=unit))["P1"] == pytest.approx(values[0].tolist())


def test_a_logarithm_of_another_base_is_brought_to_base_2(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5ad", np.log10(TPM + 1), uns={"log1p": {"base": 10}})
    assert profiles(read(path, unit="log2tpm1"))["P1"] == pytest.approx([2.0, 3.0, 0.0], abs=1e-6)
    path = write(tmp_path / "b.h5ad", np.log2(TPM + 1), uns={"log1p": {"base": 2}})
    assert profiles(read(path, unit="log2tpm1"))["P1"] == pytest.approx([2.0, 3.0, 0.0])


def test_values_overrule_what_uns_says_of_the_base(tmp_path: Path) -> None:
    plain = np.vstack([WIDE, WIDE[::-1]])[:2] / WIDE.sum(axis=1, keepdims=True) * 1e6
    path = write(tmp_path / "a.h5ad", np.log2(plain + 1).astype(np.float32), SYMBOLS, uns={"log1p": {}})
    batch = read(path, unit="log2tpm1")
    assert profiles(batch)["P1"] == pytest.approx(np.log2(plain[0] + 1).tolist(), rel=1e-5)
    assert not any("natural logarithm" in note for note in batch.notes)


def test_without_x_a_layer_is_named_by_its_unit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.h5ad", None, layers={"counts": np.round(TPM), "TPM": TPM})
    with pytest.raises(InputError, match="no X, and 2 layers: TPM, counts") as fault:
        read(path)
    assert "--unit" in str(fault.value.remedy)
    assert profiles(read(path, unit="tpm"))["P2"] == [1.0, 0.0, 15.0]
    alone = read(write(tmp_path / "b.h5ad", None, layers={"raw_counts": np.round(TPM)}), unit="counts")
    assert "layer raw_counts taken" in alone.notes


def test_cells_are_refused(tmp_path: Path) -> None:
    import anndata

    obs = pd.DataFrame({"leiden": ["0"] * 250}, index=[f"c{i}" for i in range(250)])
    var = pd.DataFrame(index=["TP53", "EGFR", "KRAS"])
    values = np.random.default_rng(1).poisson(1, (250, 3)).astype(np.float32)
    anndata.AnnData(values, obs=obs, var=var).write_h5ad(tmp_path / "a.h5ad")
    with pytest.raises(InputError, match="with leiden beside them: single cells"):
        read(tmp_path / "a.h5ad", unit="counts", kind="h5ad-expression")


def test_cells_of_10x_genomics_are_called_so(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "filtered.h5", "w") as file:
        file["matrix/data"] = np.arange(3)
    with pytest.raises(InputError, match="cells of 10x Genomics"):
        read(tmp_path / "filtered.h5")


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_one_error_in_bounded_time(tmp_path: Path, seed: int) -> None:
    path = write(tmp_path / "a.h5ad", csr_matrix(TPM))
    damaged = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, 3000, 40):
        damaged[place] ^= 1 << int(rng.integers(8))
    path.write_bytes(damaged)
    try:
        batch = read(path, unit="tpm")
    except InputError as fault:
        assert "a.h5ad" in str(fault)  # noqa: PT017
    else:
        assert len(profiles(batch)) == 2


def test_a_file_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from screen.ingest.readers import hdf5_probe

    monkeypatch.setattr(hdf5_probe, "_SECONDS", 0.2)
    monkeypatch.setattr(hdf5_probe, "_WALK", "import time; time.sleep(60)")
    with pytest.raises(InputError, match="cannot be read to its end within 0 seconds"):
        read(write(tmp_path / "a.h5ad", TPM))
