"""Ctrl-C: noted when it comes, because what it turns into on its way up depends on the library that was at work."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit code: 128 and the number of the signal, as shells have it."""


@contextmanager
def interrupts_noted() -> Iterator[list[int]]:
    """A list that is empty until the first interrupt; a second one ends the process at once.

    Elsewhere than in the main thread, and where a program has a handler of its own, nothing is changed.
    """
    noted: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield noted
        return

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
