"""Read counts become TPM where the file says how long its genes are and the user asks for TPM."""

from pathlib import Path

import numpy as np
import pytest

from screen.errors import UnitError
from tests.ingest.omics_files import profiles, read

GENES = 10_000
RNG = np.random.default_rng(3)
COUNTS = RNG.poisson(RNG.gamma(0.4, 300, GENES), (2, GENES))
LENGTHS = RNG.integers(200, 12_000, GENES)


def feature_counts(lengths: np.ndarray = LENGTHS, genes: int = GENES) -> str:
    header = "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/data/P01.bam\t/data/P02.bam"
    rows = [f"G{i:05d}\tchr1\t{i}\t{i + 9}\t+\t{lengths[i]}\t{COUNTS[0, i]}\t{COUNTS[1, i]}" for i in range(genes)]
    return "\n".join(["# Program:featureCounts v2.0.6", header, *rows]) + "\n"


def test_tpm_are_counts_over_lengths_a_million_a_profile(tmp_path: Path) -> None:
    batch = read(tmp_path / "m.tsv", feature_counts(), unit="tpm")
    rates = COUNTS / LENGTHS
    expected = 1e6 * rates / rates.sum(axis=1, keepdims=True)
    found = profiles(batch)
    assert np.allclose(found["P01"], expected[0], rtol=1e-5)
    assert np.allclose(found["P02"], expected[1], rtol=1e-5)
    assert "unit: TPM (declared)" in batch.notes
    assert "read counts over the lengths in column Length make TPM" in batch.notes


@pytest.mark.parametrize("unit", ["counts", None])
def test_counts_stay_counts_and_ingest_says_what_else_they_can_be(tmp_path: Path, unit: str | None) -> None:
    batch = read(tmp_path / "m.tsv", feature_counts(), unit=unit)
    assert profiles(batch)["P01"] == COUNTS[0].tolist()
    assert any("with --unit tpm" in note for note in batch.notes)


def test_a_few_genes_make_no_tpm(tmp_path: Path) -> None:
    with pytest.raises(UnitError, match="declared TPM"):
        read(tmp_path / "m.tsv", feature_counts(genes=400), unit="tpm")


def test_a_gene_without_a_length_makes_no_tpm(tmp_path: Path) -> None:
    lengths = LENGTHS.copy()
    lengths[7] = 0
    with pytest.raises(UnitError, match="declared TPM"):
        read(tmp_path / "m.tsv", feature_counts(lengths), unit="tpm")
