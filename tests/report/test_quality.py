"""What may be said of a model beside the naive predictors."""

import pytest

from screen.report.provenance import current_run
from screen.report.quality import Measure, quality
from screen.store import Store
from tests.report.filled import fill


@pytest.fixture
def full(store: Store) -> Store:
    fill(store, patients=(3, 3, 3))
    return store


def test_apart_in_their_intervals_is_better_or_worse(full: Store) -> None:
    found = quality(full, current_run(full, "BRCA"))
    assert found.verdict.endswith("better than drug mean and mean effects; worse than ridge.")
    assert found.unbeaten == ("ridge",)


def test_overlapping_intervals_are_not_told_apart(full: Store) -> None:
    full.run("UPDATE evaluations SET low = -1 WHERE model = 'dsn-adv'")
    assert "not told apart from drug mean and mean effects" in quality(full, current_run(full, "BRCA")).verdict


def test_a_paired_difference_decides_where_it_was_measured(full: Store) -> None:
    full.run("""INSERT INTO evaluations
                SELECT * REPLACE ('r_drug_less_mean effects' AS metric, -0.2 AS low, 0.1 AS high)
                FROM evaluations WHERE model = 'dsn-adv' AND metric = 'r_drug'""")
    found = quality(full, current_run(full, "BRCA"))
    assert "not told apart from mean effects" in found.verdict


def test_the_model_comes_first_and_everything_is_listed(full: Store) -> None:
    found = quality(full, current_run(full, "BRCA"))
    assert [c.own for c in found.compared] == [True, False, False, False]
    assert len(found.all) == 8
    assert isinstance(found.all[0], Measure)
