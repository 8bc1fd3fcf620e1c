"""Genes of groups of cells, their scores, and the test against random lists."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import ranksums

from screen.cells.group_differences import differences, rank_sums
from screen.cells.module_scores import ModuleScores

CELLS, GENES, HIGH = 120, 80, 10
FIRST = np.arange(CELLS) % 3 == 0


@pytest.fixture(scope="module")
def levels() -> csr_matrix:
    rng = np.random.default_rng(0)
    means = np.exp(rng.normal(0, 0.7, GENES))[None].repeat(CELLS, axis=0)
    means[np.ix_(FIRST, range(HIGH))] *= 3
    return csr_matrix(np.log1p(rng.poisson(means)).astype(np.float32))


def test_genes_of_a_group_stand_on_its_list_and_on_no_other(levels: csr_matrix) -> None:
    found = differences(levels, FIRST)
    assert set(found.top(True)[:HIGH].tolist()) == set(range(HIGH))
    assert len(found.top(True)) <= HIGH + 2
    assert set(found.top(False).tolist()).isdisjoint(range(HIGH))
    assert (found.log_fold[:HIGH] > 0.5).all()
    shuffled = differences(levels, np.random.default_rng(1).permutation(FIRST))
    assert len(shuffled.top(True)) <= 1


def test_p_is_that_of_scipy_where_there_are_no_ties() -> None:
    values = np.random.default_rng(2).normal(size=(60, 3))
    first = np.arange(60) < 25
    p, higher = rank_sums(values, first)
    plain = ranksums(values[first], values[~first])
    np.testing.assert_allclose(p, plain.pvalue, rtol=0.05)  # scipy's ranksums has no correction for continuity
    assert (higher == (plain.statistic > 0)).all()


def test_a_list_of_the_same_cells_agrees_and_a_random_one_does_not(levels: csr_matrix) -> None:
    scores = ModuleScores(levels)
    half, other = np.arange(HIGH // 2), np.arange(HIGH // 2, HIGH)
    same = scores.agreement(half, other, np.random.default_rng(0), lists=200)
    assert (same.correlation > 0.5, same.p) == (True, 1 / 201)
    assert abs(same.random_mean) < 0.2
    beside = scores.agreement(np.arange(40, 45), other, np.random.default_rng(0), lists=200)
    assert beside.p > 0.05


def test_depth_of_a_cell_is_no_score(levels: csr_matrix) -> None:
    """A score is against genes of the same level: raising every gene of a cell leaves it about where it was."""
    raised = csr_matrix(levels.toarray() + np.linspace(0, 2, CELLS, dtype=np.float32)[:, None])
    r = np.corrcoef(ModuleScores(raised).of(range(HIGH)), np.linspace(0, 2, CELLS))[0, 1]
    assert abs(r) < 0.2
