"""The unit told from the values, and a declared one held against them."""

import numpy as np
import pytest

from screen.errors import UnitError
from screen.expression import check_unit, detect_unit
from screen.records import Floats

RNG = np.random.default_rng(1)


def whole_tpm(samples: int = 3) -> Floats:
    levels = RNG.gamma(0.3, 10.0, (samples, 12_000)) * RNG.integers(0, 2, (samples, 12_000))
    return np.asarray(levels / levels.sum(axis=1, keepdims=True) * 1e6, np.float32)


def rsem() -> Floats:
    levels = np.exp2(RNG.normal(7, 3, (3, 12_000)))
    return np.asarray(levels / np.quantile(levels, 0.75, axis=1, keepdims=True) * 1000, np.float32)


@pytest.mark.parametrize(
    ("levels", "unit"),
    [
        (whole_tpm(), "tpm"),
        (np.log2(whole_tpm() + 1), "log2tpm1"),
        (np.log2(whole_tpm() + 0.001), "log2tpm0.001"),
        (np.round(RNG.gamma(0.5, 800, (3, 50))), "counts"),
        (rsem(), "rsem"),
        (np.log2(rsem() + 1), "log2rsem1"),
        (RNG.normal(size=(40, 30)), "zscore"),
        (RNG.normal(size=(1, 400)), "zscore"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_values_tell(levels: Floats, unit: str) -> None:
    found, why = detect_unit(levels.astype(np.float32))
    assert found == unit
    assert why


def test_outliers_of_published_z_scores_do_not_mislead() -> None:
    levels = RNG.normal(size=(60, 50)).astype(np.float32)
    levels[3, 7] = 36_893
    assert detect_unit(levels)[0] == "zscore"


@pytest.mark.parametrize(
    "levels",
    [
        RNG.gamma(1, 20, (5, 100)),  # TPM, FPKM or RSEM of some genes
        RNG.uniform(0, 12, (5, 100)),  # logged, of what
        RNG.normal(-4, 5, (20, 100)),  # neither centred nor with a floor
        np.full((2, 3), np.nan),
    ],
)
def test_what_cannot_be_told_asks_for_the_unit(levels: Floats) -> None:
    with pytest.raises(UnitError) as fault:
        detect_unit(levels.astype(np.float32))
    assert "--unit" in str(fault.value.remedy)


@pytest.mark.parametrize(
    ("unit", "levels"),
    [
        ("tpm", [[-1.0, 2.0]]),
        ("log2tpm1", [[3.0, 250.0]]),
        ("tpm", [[2e6, 1.0]]),
        ("log2tpm0.001", [[-12.0, 3.0]]),
        ("zscore", [[-9.96578, 3.0]]),
        ("zscore", [np.arange(1.0, 30.0)]),
        ("counts", [[-3.0, 4.0]]),
    ],
)
def test_a_declared_unit_the_values_contradict(unit: str, levels: list[list[float]]) -> None:
    with pytest.raises(UnitError, match="declared"):
        check_unit(np.array(levels, np.float32), unit)


def test_logged_values_are_not_tpm() -> None:
    with pytest.raises(UnitError, match="looks logged"):
        check_unit(np.log2(whole_tpm() + 1), "tpm")


@pytest.mark.real
def test_real_files_are_told(real_data: object) -> None:
    from pathlib import Path

    import polars as pl

    folder = Path(str(real_data))
    lines = pl.read_parquet(folder / "cell_lines" / "expression_zscore.parquet").drop("cell_line_id").to_numpy()
    xena = pl.read_csv(folder / "patients" / "xena_log2tpm_stad.csv.gz")[:, 1:].to_numpy()
    assert detect_unit(lines)[0] == "zscore"
    assert detect_unit(xena.astype(np.float32))[0] == "log2tpm0.001"
