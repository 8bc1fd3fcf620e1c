"""What the view keeps between visits: made once however many ask, and gone with the state of the store."""

from threading import Barrier, Thread

import pytest

from screen.view.remembered import MOST, Remembered, State

ONE: State = ((1, 1, 1), None)
TWO: State = ((1, 2, 1), None)


def test_who_asks_meanwhile_waits_and_nothing_is_made_twice() -> None:
    kept, made, answers, begin = Remembered(), [], [], Barrier(8)

    def make() -> str:
        made.append("made")
        return "page"

    def ask() -> None:
        begin.wait()
        answers.append(kept.get(ONE, "key", make))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert made == ["made"]
    assert answers == ["page"] * 8


def test_another_state_of_the_store_has_nothing_kept() -> None:
    kept = Remembered()
    kept.get(ONE, "key", lambda: "before")
    assert kept.held(ONE, "key") == "before"
    assert kept.held(TWO, "key") is None
    assert kept.get(TWO, "key", lambda: "after") == "after"
    assert kept.held(ONE, "key") is None


def test_a_result_made_from_others_of_the_same_state_does_not_wait_for_itself() -> None:
    kept = Remembered()
    assert kept.get(ONE, "outer", lambda: kept.get(ONE, "inner", lambda: 1) + 1) == 2


def test_what_could_not_be_made_is_tried_again_and_only_so_much_is_kept() -> None:
    kept = Remembered()
    with pytest.raises(ZeroDivisionError):
        kept.get(ONE, "key", lambda: 1 // 0)
    assert kept.get(ONE, "key", lambda: 5) == 5
    for number in range(MOST):
        kept.get(ONE, number, lambda: 0)
    assert kept.held(ONE, "key") is None
    assert kept.held(ONE, MOST - 1) == 0
