"""What the view keeps between visits: made once however many ask, and gone with the state of the store."""

from threading import Barrier, Thread

import pytest

from screen.view.remembered import MOST, Remembered, State

ONE: State = ((1, 1, 1), None)
TWO: State = ((1, 2, 1), None)


def test_who_asks_meanwhile_waits_and_nothing_is_made_twice() -> None:
    remembered, made, answers, begin = Remembered(), [], [], Barrier(8)

    def make() -> str:
        made.append("made")
        return "page"

    def ask() -> None:
        begin.wait()
        answers.append(remembered.get(ONE, "key", make))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert made == ["made"]
    assert answers == ["page"] * 8


def test_another_state_of_the_store_has_nothing_kept() -> None:
    remembered = Remembered()
    remembered.get(ONE, "key", lambda: "before")
    assert remembered.held(ONE, "key") == "before"
    assert remembered.held(TWO, "key") is None
    assert remembered.get(TWO, "key", lambda: "after") == "after"
    assert remembered.held(ONE, "key") is None


def test_a_result_made_from_others_of_the_same_state_does_not_wait_for_itself() -> None:
    remembered = Remembered()
    assert remembered.get(ONE, "outer", lambda: remembered.get(ONE, "inner", lambda: 1) + 1) == 2


def test_what_could_not_be_made_is_tried_again_and_only_so_much_is_kept() -> None:
    remembered = Remembered()
    with pytest.raises(ZeroDivisionError):
        remembered.get(ONE, "key", lambda: 1 // 0)
    assert remembered.get(ONE, "key", lambda: 5) == 5
    for number in range(MOST):
        remembered.get(ONE, number, lambda: 0)
    assert remembered.held(ONE, "key") is None
    assert remembered.held(ONE, MOST - 1) == 0
