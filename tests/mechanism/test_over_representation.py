"""Over-representation against its own definition: counting lists."""

from itertools import combinations

import pytest
from scipy.stats import fisher_exact, hypergeom

from screen.mechanism.over_representation import over_represented

BACKGROUND = [f"G{i}" for i in range(9)]


def test_p_is_the_share_of_all_lists_of_this_length_that_overlap_as_much() -> None:
    members = frozenset(BACKGROUND[:4])
    (row,) = over_represented(["G0", "G1", "G7"], {"S": members}, BACKGROUND)
    lists = list(combinations(BACKGROUND, 3))
    assert row.p == pytest.approx(sum(len(members & set(one)) >= 2 for one in lists) / len(lists))
    assert row.expected == pytest.approx(sum(len(members & set(one)) for one in lists) / len(lists))
    assert (row.overlap, row.size, row.genes) == (2, 4, ("G0", "G1"))


def test_it_is_scipys_hypergeometric_and_fishers_exact_test() -> None:
    background = [f"G{i}" for i in range(400)]
    sets = {f"S{k}": frozenset(background[k : k + 20 + k]) for k in range(0, 200, 7)}
    genes = background[::9]
    for row in over_represented(genes, sets, background):
        assert row.p == hypergeom.sf(row.overlap - 1, 400, row.size, len(genes))
        table = [
            [row.overlap, row.size - row.overlap],
            [len(genes) - row.overlap, 400 - row.size - len(genes) + row.overlap],
        ]
        assert row.p == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def test_genes_outside_the_background_count_nowhere() -> None:
    inside = over_represented(["G0"], {"S": frozenset(["G0", "G1"])}, BACKGROUND)
    outside = over_represented(["G0", "X"], {"S": frozenset(["G0", "G1", "Y"]), "T": frozenset("Z")}, BACKGROUND)
    assert inside == outside
