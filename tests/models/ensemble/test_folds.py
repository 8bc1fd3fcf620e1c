"""Folds split cell lines: each is held out once, lineages are spread."""

from collections import Counter

import numpy as np

from screen.models.ensemble.folds import line_folds, validation_rows

LINEAGES = ["Lung"] * 50 + ["Skin"] * 13 + ["Bone"]


def test_each_line_is_in_one_fold_of_even_size() -> None:
    folds = line_folds(LINEAGES, 5, seed=0)
    assert sorted(Counter(folds.tolist()).values()) == [12, 13, 13, 13, 13]


def test_each_lineage_is_spread() -> None:
    folds = line_folds(LINEAGES, 5, seed=0)
    assert set(Counter(folds[:50].tolist()).values()) == {10}
    assert set(Counter(folds[50:63].tolist()).values()) == {2, 3}


def test_the_seed_decides() -> None:
    assert np.array_equal(line_folds(LINEAGES, 5, 1), line_folds(LINEAGES, 5, 1))
    assert not np.array_equal(line_folds(LINEAGES, 5, 1), line_folds(LINEAGES, 5, 2))


def test_about_an_eighth_is_held_back() -> None:
    assert validation_rows(LINEAGES, 1 / 8, seed=0).sum() == 8
