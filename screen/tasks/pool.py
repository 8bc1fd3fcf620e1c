"""Tasks in several processes of this machine."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from screen.tasks.files import made

T = TypeVar("T")

_LOOK = 0.2
"""Seconds between two looks at an interrupt: polars handles the signal so that a wait without end goes on."""


def cores(requested: int) -> int:
    """``requested`` processes, or with 0 one for each core this process may use."""
    return requested or len(os.sched_getaffinity(0))


def complete_here(make: Callable[[T], bytes], todo: Mapping[Path, T], workers: int) -> Iterator[Path]:
    """Make the file of every task; see :func:`screen.tasks.complete`.

    Notes
    -----
    Workers end with this process, also when it is killed: each watches a pipe that only this process holds open.
    """
    if min(workers, len(todo)) <= 1:
        for path, task in todo.items():
            yield made(make, path, task)
        return
    context = get_context("spawn")
    watched, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(todo)), context, _begin, (watched,))
    try:
        pending = {pool.submit(made, make, path, task) for path, task in todo.items()}
        while pending:
            done, pending = wait(pending, _LOOK, FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except BaseException:
        held.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()


def _begin(watched: Connection) -> None:
    # An interrupt is for the parent to answer: it closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()


def _end_with_parent(watched: Connection) -> None:
    watched.poll(None)
    os._exit(1)
