"""The unit told from the values, and a declared one held against them."""

import numpy as np
import pytest

from screen.errors import UnitError
from screen.expression import check_unit, detect_unit, rebased
from screen.records import Floats

RNG = np.random.default_rng(1)


def whole_tpm(samples: int = 3) -> Floats:
    levels = RNG.gamma(0.3, 10.0, (samples, 12_000)) * RNG.integers(0, 2, (samples, 12_000))
    return np.asarray(levels / levels.sum(axis=1, keepdims=True) * 1e6, np.float32)


def rsem() -> Floats:
    levels = np.exp2(RNG.normal(7, 3, (3, 12_000)))
    return np.asarray(levels / np.quantile(levels, 0.75, axis=1, keepdims=True) * 1000, np.float32)


def scaled_within(samples: int) -> Floats:
    levels = RNG.gamma(1, 3, (samples, 400))
    return np.asarray((levels - levels.mean(1, keepdims=True)) / levels.std(1, keepdims=True), np.float32)


def whole_cpm() -> Floats:
    counts = RNG.poisson(RNG.gamma(0.3, 400.0, (3, 12_000)))
    return np.asarray(counts / counts.sum(axis=1, keepdims=True) * 1e6, np.float32)


def fpkm(samples: int = 3) -> Floats:
    return np.asarray(whole_tpm(samples) * RNG.uniform(0.45, 0.7, (samples, 1)), np.float32)


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
        (scaled_within(2), "zscore-within-sample"),
        (np.round(rsem() * 20 / 1000), "counts"),
        (np.log2(np.round(whole_tpm()) + 1), "log2counts1"),
        (whole_cpm(), "cpm"),
        (np.where(RNG.uniform(size=(3, 50)) < 0.8, np.round(RNG.gamma(0.5, 800, (3, 50))), 3.21), "counts"),
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
        np.log2(whole_tpm()[:, :400] + 0.001),  # the offset of the logarithm, and not of what
        np.log2(fpkm() + 0.001),
        np.log2(fpkm() + 1),
        fpkm(),
        RNG.normal(size=(1, 400)),  # one sample: a z-score, a log ratio, a score
        RNG.normal(0, 0.4, (60, 100)),  # log ratios of copy number
        RNG.normal(0, RNG.gamma(2, 0.4, 200), (60, 200)),  # two-colour log ratios: each gene its own spread
        (RNG.normal(7, 2, 12_000) + RNG.normal(0, 0.5, (5, 12_000))).clip(2.1, 15),  # log2 intensities
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


@pytest.mark.parametrize(
    ("unit", "levels", "what"),
    [
        ("fpkm", np.log2(fpkm() + 1), "looks logged"),
        ("rsem", np.log2(rsem() + 1), "looks logged"),
        ("counts", np.log2(rsem() + 1), "looks logged"),
        ("counts", fpkm(), "hardly any value is a whole number"),
        ("log2tpm1", np.log2(rsem().clip(0, 5e5) + 1), "sums to"),
        ("log2tpm1", np.round(RNG.gamma(2, 2, (3, 500))).clip(0, 18), "all values are whole numbers"),
        ("fpkm", whole_tpm(), "sums to a million: this is TPM"),
        ("zscore", np.log2(fpkm() + 0.001), r"log2\(0.001\)"),
        ("zscore", RNG.normal(0, 0.28, (60, 100)), "z-scores lie about 0 with 1"),
        ("zscore", RNG.normal(-4, 2, (60, 100)), "z-scores lie about 0 with 1"),
        ("array", np.log2(whole_tpm() + 1), "zeros of sequencing"),
    ],
)
def test_a_declared_unit_is_held_to_sums_whole_numbers_and_spread(unit: str, levels: Floats, what: str) -> None:
    with pytest.raises(UnitError, match=what):
        check_unit(np.asarray(levels, np.float32), unit)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("tcga_RSEM_gene_tpm.gz", "log2tpm0.001"),
        ("TcgaTargetGtex_rsem_gene_fpkm.gz", "log2fpkm0.001"),
        ("xena_log2tpm_stad.csv.gz", "log2tpm0.001"),
    ],
)
def test_the_name_of_a_file_tells_what_its_floor_does_not(name: str, unit: str) -> None:
    levels = np.asarray(np.log2(whole_tpm()[:, :400] + 0.001), np.float32)
    assert detect_unit(levels, name) == (unit, detect_unit(levels, name)[1])
    assert "the file's name says" in detect_unit(levels, name)[1]


def test_the_name_of_a_file_never_overrules_its_values() -> None:
    assert detect_unit(whole_tpm(), "cohort_fpkm.tsv")[0] == "tpm"
    with pytest.raises(UnitError):
        detect_unit(np.asarray(np.log2(rsem() * 50 + 1), np.float32), "cohort_tpm.tsv")
    with pytest.raises(UnitError):
        detect_unit(fpkm(), "fpkm_and_tpm.tsv")


@pytest.mark.parametrize(("base", "offset"), [(np.e, 1.0), (10.0, 1.0), (2.0, 0.01), (np.e, 0.001)])
def test_tpm_under_another_logarithm_is_brought_to_base_2(base: float, offset: float) -> None:
    plain = whole_tpm()
    found = rebased(np.asarray(np.log(plain + offset) / np.log(base), np.float32))
    assert found is not None
    np.testing.assert_allclose(found[0], np.log2(plain + 1), atol=2e-3)
    assert rebased(np.asarray(np.log(fpkm() + offset) / np.log(base), np.float32)) is None


@pytest.mark.real
def test_real_files_are_told(real_data: object) -> None:
    from pathlib import Path

    import polars as pl

    folder = Path(str(real_data))
    lines = pl.read_parquet(folder / "cell_lines" / "expression_zscore.parquet").drop("cell_line_id").to_numpy()
    xena = pl.read_csv(folder / "patients" / "xena_log2tpm_stad.csv.gz")[:, 1:].to_numpy()
    assert detect_unit(lines)[0] == "zscore"
    assert detect_unit(xena.astype(np.float32), "xena_log2tpm_stad.csv.gz")[0] == "log2tpm0.001"
