"""The trail shows when it was changed."""

import pytest

from screen.store import Store, audit


@pytest.fixture
def trail(store: Store) -> Store:
    for action in ("init", "ingest", "train"):
        with store.transaction():
            audit.record(store, action, rows=3)
    return store


def test_an_untouched_trail_is_whole(trail: Store) -> None:
    assert audit.first_broken(trail) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET detail = '{}' WHERE seq = 2",
        "UPDATE audit SET moment = '2020-01-01' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
    ],
)
def test_a_change_in_the_middle_shows(trail: Store, tampering: str) -> None:
    trail.run(tampering)
    assert audit.first_broken(trail) in (2, 3)


def test_the_clock_can_be_fixed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    with store.transaction():
        audit.record(store, "init")
    assert store.scalar("SELECT moment FROM audit") == "1970-01-01T00:00:00+00:00"
