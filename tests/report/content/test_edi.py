"""Shares with their intervals."""

import pytest

from screen.report.content.edi import histogram, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_intervals(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


def test_a_tenth_belongs_to_the_lower_bin() -> None:
    bins = histogram({"a": 1, "b": 2, "c": 10}, 5, 10)
    assert [b.drugs for b in bins] == [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
