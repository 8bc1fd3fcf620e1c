"""The table of benchmarks says what it means: medians, ratios the right way round, a fault in its own row."""

from functools import partial

import pytest

from tests.benchmarks import suite
from tests.benchmarks.table import in_turn, row


def test_calls_are_taken_in_turn_and_warm_rounds_are_not_counted() -> None:
    order: list[str] = []
    taken = in_turn({name: partial(order.append, name) for name in ("ours", "peer")}, repeats=2, warm=1)
    assert order == ["ours", "peer"] * 3
    assert {name: len(seconds) for name, seconds in taken.items()} == {"ours": 2, "peer": 2}


def test_less_time_and_more_work_a_second_are_both_a_ratio_above_one() -> None:
    taken = {"ours": [1.0, 2.0, 4.0], "peer": [4.0, 4.0, 4.0], "limit": [0.5, 1.0, 1.0]}
    seconds, rate = row("work", taken), row("work", taken, unit="things/s", amount=8)
    assert (seconds.ours, seconds.peer, seconds.limit) == (2.0, 4.0, 1.0)
    assert (rate.ours, rate.peer, rate.limit) == (4.0, 2.0, 8.0)
    for one in (seconds, rate):
        assert (one.ratio_peer, one.low, one.high, one.ratio_limit) == (2.0, 1.0, 4.0, 0.5)


def test_amounts_may_differ_and_a_limit_may_be_given() -> None:
    one = row("work", {"ours": [2.0], "peer": [1.0]}, unit="pages/s", amount={"ours": 40, "peer": 5}, limit=40)
    assert (one.ours, one.peer, one.ratio_peer, one.ratio_limit) == (20.0, 5.0, 4.0, 0.5)


@pytest.mark.slow
def test_a_module_that_fails_says_so_in_its_row(capfd: pytest.CaptureFixture[str]) -> None:
    (notes,) = suite.measured("no_such_module")
    assert notes.work == "no_such_module"
    assert "ModuleNotFoundError" in notes.note
