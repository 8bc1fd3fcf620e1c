"""Cell lines of two platforms on one scale, and the check that a line is the same cells on both."""

from dataclasses import replace

import numpy as np
import pytest

from screen.expression.joining import JOINED_UNIT, join_lines, mismatched
from screen.records import Floats, Profiles

RNG = np.random.default_rng(4)
GENES = tuple(f"G{i:03}" for i in range(120))
LINES = tuple(f"ACH-{i:03}" for i in range(60))
TRUTH = RNG.normal(size=(60, 120)).astype(np.float32)


def of(name: str, levels: Floats, lines: tuple[str, ...], genes: tuple[str, ...], unit: str) -> Profiles:
    return Profiles("cell_line", lines, lines, (name,) * len(lines), (name,) * len(lines), genes, levels, unit)


def sequenced() -> Profiles:
    """40 lines x 100 genes, z-scored across the lines."""
    levels = TRUTH[:40, :100] + RNG.normal(0, 0.3, (40, 100))
    return of("reads", levels.astype(np.float32), LINES[:40], GENES[:100], "zscore")


def arrayed() -> Profiles:
    """Lines 10 to 59 and genes 40 to 119, on another scale and with another level of each gene."""
    levels = TRUTH[10:, 40:] + RNG.normal(0, 0.3, (50, 80))
    wide = np.asarray(levels * RNG.uniform(0.2, 3, 80) + RNG.normal(0, 5, 80), np.float32)
    return of("array", wide, LINES[10:], GENES[40:], "zscore-within-sample")


def test_each_gene_is_on_one_scale_whatever_its_platforms() -> None:
    joined = join_lines([sequenced(), arrayed()])
    found = joined.profiles
    assert found.subject_ids == LINES
    assert found.genes == GENES
    assert found.unit == JOINED_UNIT
    assert joined.disagreeing == ()
    for gene in (3, 60, 110):
        there = np.isfinite(found.levels[:, gene])
        assert np.corrcoef(found.levels[there, gene], TRUTH[there, gene])[0, 1] > 0.9
        assert abs(found.levels[there, gene].mean()) < 0.2
        assert found.levels[there, gene].std() == pytest.approx(1, abs=0.15)


def test_lines_of_one_platform_lack_the_genes_of_the_other() -> None:
    found = join_lines([sequenced(), arrayed()]).profiles
    assert np.isnan(found.levels[:10, 100:]).all()
    assert np.isnan(found.levels[40:, :40]).all()
    assert np.isfinite(found.levels[:40, :100]).all()
    assert np.isfinite(found.levels[10:, 40:]).all()


def test_a_line_on_both_has_the_mean_of_both() -> None:
    reads, array = sequenced(), arrayed()
    joined, one, other = (join_lines(parts).profiles for parts in ([reads, array], [reads], [array]))
    both = (one.levels[20, 50] + other.levels[10, 10]) / 2
    assert joined.levels[20, 50] == pytest.approx(both, abs=1e-5)


def test_a_swapped_pair_is_found_and_only_the_first_data_set_has_them() -> None:
    reads, array = sequenced(), arrayed()
    swapped = array.levels.copy()
    swapped[[5, 9]] = swapped[[9, 5]]
    joined = join_lines([reads, replace(array, levels=swapped)])
    assert joined.disagreeing == (LINES[15], LINES[19])
    alone = join_lines([reads]).profiles
    np.testing.assert_allclose(joined.profiles.levels[15, :100], alone.levels[15], rtol=1e-5)
    assert np.isnan(joined.profiles.levels[15, 100:]).all()


def test_a_shift_or_stretch_of_a_gene_on_one_platform_is_without_effect() -> None:
    reads, array = sequenced(), arrayed()
    moved = replace(array, levels=np.asarray(array.levels * 7 - 3, np.float32))
    np.testing.assert_allclose(
        join_lines([reads, array]).profiles.levels, join_lines([reads, moved]).profiles.levels, atol=1e-4
    )


def test_few_lines_or_genes_in_common_are_not_compared() -> None:
    reads, array = sequenced(), arrayed()
    assert mismatched(reads.take(list(range(15))), array) == set()
    few = replace(array, genes=tuple(f"X{g}" for g in array.genes))
    assert mismatched(reads, few) == set()


def test_an_outlier_counts_as_four_standard_deviations() -> None:
    reads = sequenced()
    reads.levels[0, 0] = 30_000
    assert np.nanmax(np.abs(join_lines([reads]).profiles.levels)) <= 4
