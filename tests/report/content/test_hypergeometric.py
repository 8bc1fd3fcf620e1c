"""Lists drawn at random."""

from math import comb

import pytest

from screen.report.content.hypergeometric import chance_of


def test_two_of_two_in_four_by_hand() -> None:
    found = chance_of(2, 2, 2, 4)
    assert found is not None
    assert found.expected == 1.0
    assert found.p == pytest.approx(1 / comb(4, 2))


def test_at_least_none_is_certain() -> None:
    found = chance_of(0, 10, 15, 67)
    assert found is not None
    assert found.p == pytest.approx(1.0)


def test_without_drugs_there_is_no_baseline() -> None:
    assert chance_of(0, 0, 0, 0) is None
