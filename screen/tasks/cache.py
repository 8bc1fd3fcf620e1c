"""Fitted members as files, named by everything they depend on: those that are there are read, the others made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from screen.settings import Cluster
from screen.tasks import complete
from screen.tasks.files import private_folder

Progress = Callable[[str, int, int], None]
Tensors = dict[str, NDArray[Any]]
T = TypeVar("T")


def load_or_compute(
    make: Callable[[T], bytes],
    tasks: Mapping[Path, T],
    members: Callable[[T], int],
    label: str,
    progress: Progress,
    workers: int,
    cluster: Cluster,
    seconds: float,
) -> list[Tensors]:
    """The tensors of every task, in order. An interrupt leaves the files of finished tasks.

    Parameters
    ----------
    make : a function of a module's top level; safetensors of a task
    tasks : file -> task, all in one folder
    members : of a task, what progress is counted in
    workers, cluster : where the tasks run
    seconds : what a member takes, about
    """
    for folder in {file.parent for file in tasks}:
        private_folder(folder)
    missing = {file: task for file, task in tasks.items() if not _whole(file)}
    total = sum(map(members, tasks.values()))
    finished = total - sum(map(members, missing.values()))
    progress(label, finished, total)
    for file in complete(make, missing, workers, cluster, seconds * total / max(len(tasks), 1)):
        finished += members(missing[file])
        progress(label, finished, total)
    return [load_file(file) for file in tasks]


def _whole(file: Path) -> bool:
    try:
        load_file(file)
    except (FileNotFoundError, SafetensorError):
        return False
    return True
