"""Idempotent tasks with one file each: what is there is kept, what is missing is made, here or on a cluster.

A file takes its name only when it is whole, so a killed run leaves finished files and nothing half-written. Its name
says everything it depends on, so it does not matter where or how often it is made: results are read from the files.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from screen.settings import Cluster
from screen.tasks.files import write_whole
from screen.tasks.pool import complete_here, cores

__all__ = ["LOCAL", "complete", "cores", "write_whole"]

T = TypeVar("T")

LOCAL = Cluster()
SECONDS = 60.0
"""Taken for a task of unknown length."""


def complete(
    make: Callable[[T], bytes], todo: Mapping[Path, T], workers: int, cluster: Cluster = LOCAL, seconds: float = SECONDS
) -> Iterator[Path]:
    """Make the file of every task, yielding each as it is done.

    Parameters
    ----------
    make : a function of a module's top level; its result is the file's content
    todo : file -> what ``make`` is given; on a cluster, files of one folder that every node sees
    workers : processes on this machine; with one, or one task, it is done in this process
    cluster : where the tasks run
    seconds : what a task takes, about: on a cluster as many go into one job as fill ``cluster.minutes``

    Raises
    ------
    InputError
        A cluster is requested that cannot be reached from here, or that lost the same tasks again and again.
    """
    if cluster.kind == "slurm":
        from screen.tasks.slurm import complete_on_slurm

        return complete_on_slurm(make, todo, cluster, seconds)
    return complete_here(make, todo, workers)
