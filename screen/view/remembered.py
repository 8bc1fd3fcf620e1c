"""Results that hold as long as nobody writes to the store: a page opened again, the lists of a cohort.

The state is the file's, its log's with it: whatever another process does to the store, an erasure too, ends them all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
State = tuple[tuple[int, int, int] | None, ...]
MOST = 64


def state_of(path: Path) -> State:
    """Identity, time and size of a store's file and of its log."""
    return tuple(_stamp(file) for file in (path, path.with_name(f"{path.name}.wal")))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class Remembered:
    """At most ``MOST`` results of one state of the store, the last used."""

    def __init__(self) -> None:
        self._state: State = ()
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, list[Any]] = {}
        """(state, key) -> lock and threads that hold or want it."""
        self._lock = Lock()

    def get(self, state: State, key: Hashable, make: Callable[[], T]) -> T:
        """The result of ``make``, made once in a state: who wants it meanwhile waits for it."""
        with self._alone(state, key):
            found = self.held(state, key)
            if found is not None:
                held: T = found
                return held
            made = make()
            with self._lock:
                if state == self._state:
                    self._results[key] = made
                    while len(self._results) > MOST:
                        self._results.popitem(last=False)
        return made

    def held(self, state: State, key: Hashable) -> Any:
        """The result of a key where it was made in this state, else ``None``; those of another state go."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._results.clear()
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    @contextmanager
    def _alone(self, state: State, key: Hashable) -> Iterator[None]:
        """One thread at a time for a key of a state; what makes a result may need those of other keys."""
        with self._lock:
            waiting = self._making.setdefault((state, key), [Lock(), 0])
            waiting[1] += 1
        try:
            with waiting[0]:
                yield
        finally:
            with self._lock:
                waiting[1] -= 1
                if not waiting[1]:
                    self._making.pop((state, key), None)
