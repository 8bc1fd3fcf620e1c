"""Results that hold as long as nobody writes to the store: a page opened again, the lists of a cohort.

The state is the file's, its log's with it: whatever another process does to the store, an erasure too, ends them all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
State = tuple[tuple[int, int, int] | None, ...]
MOST = 24


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
        self._lock = Lock()

    def get(self, state: State, key: Hashable, make: Callable[[], T]) -> T:
        """The result of ``make``, made once in a state."""
        with self._lock:
            if state != self._state:
                self._state = state
                self._results.clear()
            if key in self._results:
                self._results.move_to_end(key)
                found: T = self._results[key]
                return found
        made = make()
        with self._lock:
            if state == self._state:
                self._results[key] = made
                while len(self._results) > MOST:
                    self._results.popitem(last=False)
        return made
