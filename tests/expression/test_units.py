"""Units by name, and from one to another."""

import numpy as np
import pytest

from screen.errors import UnitError
from screen.expression import WHOLE, convert, named_unit


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("TPM", "tpm"),
        ("log2(TPM + 1)", "log2tpm1"),
        ("log2(TPM+0.001)", "log2tpm0.001"),
        ("Z-score", "zscore"),
        ("log2 RSEM 1", "log2rsem1"),
    ],
)
def test_a_unit_may_be_written_as_people_do(written: str, key: str) -> None:
    assert named_unit(written) == key


def test_an_unknown_unit_lists_the_known_ones() -> None:
    with pytest.raises(UnitError, match="'furlongs'") as fault:
        named_unit("furlongs")
    assert "log2tpm1" in str(fault.value.remedy)


def test_xena_zero_becomes_zero() -> None:
    zero_and_one = np.array([[-9.9658, np.log2(1.001)]], np.float32)
    assert convert(zero_and_one, "log2tpm0.001", "log2tpm1") == pytest.approx(np.array([[0.0, 1.0]]), abs=1e-6)


@pytest.mark.parametrize("unit", ["tpm", "log2tpm1"])
def test_there_and_back(unit: str) -> None:
    levels = np.array([[0.0, 0.5, 12.0, np.nan]], np.float32)
    there = convert(levels, unit, "log2tpm0.001")
    np.testing.assert_allclose(convert(there, "log2tpm0.001", unit), levels, atol=1e-4)


@pytest.mark.parametrize(
    ("unit", "target"),
    [("zscore", "log2tpm1"), ("log2tpm1", "zscore"), ("counts", "tpm"), ("rsem", "tpm"), ("fpkm", "log2tpm1")],
)
def test_what_has_no_common_scale_is_refused_with_a_remedy(unit: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot be brought to") as fault:
        convert(np.ones((2, 3), np.float32), unit, target)
    assert fault.value.remedy


def test_fpkm_of_a_whole_transcriptome_sums_to_a_million_tpm() -> None:
    fpkm = np.random.default_rng(0).gamma(1.0, 5.0, (2, 12_000)).astype(np.float32)
    assert convert(fpkm, "fpkm", "tpm").sum(axis=1) == pytest.approx([1e6, 1e6], rel=1e-4)


def test_counts_become_cpm_over_a_whole_transcriptome() -> None:
    counts = np.random.default_rng(1).poisson(3.0, (2, WHOLE)).astype(np.float32)
    found = convert(counts, "counts", "log2cpm1")
    expected = np.log2(counts / counts.sum(axis=1, keepdims=True, dtype=np.float64) * 1e6 + 1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_allclose(convert(counts * 7, "counts", "log2cpm1"), expected, rtol=1e-5)  # depth does not count
    np.testing.assert_allclose(convert(np.log2(counts + 1), "log2counts1", "cpm").sum(axis=1), 1e6, rtol=1e-5)
    with pytest.raises(UnitError, match="read counts cannot be brought to CPM") as fault:
        convert(counts[:, :500], "counts", "cpm")
    assert "whole transcriptome" in str(fault.value.remedy)


@pytest.mark.parametrize("unit", ["log2fpkm1", "log2fpkm0.001"])
def test_logged_fpkm_become_tpm(unit: str) -> None:
    plain = np.random.default_rng(1).gamma(0.5, 30, (2, WHOLE)).astype(np.float32)
    logged = np.log2(plain + float(unit.removeprefix("log2fpkm"))).astype(np.float32)
    np.testing.assert_allclose(convert(logged, unit, "tpm"), convert(plain, "fpkm", "tpm"), rtol=1e-3, atol=1e-2)
