"""Idempotent tasks with one file each: what is there is kept, what is missing is made, in several processes.

A file takes its name only when it is whole, so a killed run leaves finished files and nothing half-written.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def cores(asked: int) -> int:
    """``asked`` processes, or with 0 one for each core this process may use."""
    return asked or len(os.sched_getaffinity(0))


def complete(make: Callable[[T], bytes], todo: Mapping[Path, T], workers: int) -> Iterator[Path]:
    """Make the file of every task, yielding each as it is done.

    Parameters
    ----------
    make : a function of a module's top level; its result is the file's content
    todo : file -> what ``make`` is given
    workers : processes; with one, or one task, it is done in this process

    Notes
    -----
    Workers end with this process, also when it is killed: each watches a pipe that only this process holds open.
    """
    if min(workers, len(todo)) <= 1:
        for path, task in todo.items():
            yield _make(make, path, task)
        return
    context = get_context("spawn")
    watched, held = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(todo)), context, _begin, (watched,))
    try:
        for future in as_completed([pool.submit(_make, make, path, task) for path, task in todo.items()]):
            yield future.result()
    except BaseException:
        held.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there in full or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, path)


def _make(make: Callable[[T], bytes], path: Path, task: T) -> Path:
    write_whole(path, make(task))
    return path


def _begin(watched: Connection) -> None:
    # An interrupt is for the parent to answer: it closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()


def _end_with_parent(watched: Connection) -> None:
    watched.poll(None)
    os._exit(1)
