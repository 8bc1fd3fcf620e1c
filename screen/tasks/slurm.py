"""Tasks as job arrays of the users' SLURM, through submitit.

Small tasks are grouped into jobs, jobs into arrays as large as the cluster takes them. A job makes the files of its
tasks in the shared folder they are named in, passing over those that are there; nothing else comes back. What submitit
keeps of a job (pickles of its tasks, and of a result that is always ``None``) is not read here. It holds profiles of
patients, so it is removed at the end, or by the next call where this process was killed. Jobs that a killed call left
in the queue are waited for, not submitted again. Whether a job still waits or runs is known from ``squeue``, which
every SLURM has, with or without accounting; that its files are there, from one listing of their folder.
"""

import re
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from screen.errors import InputError
from screen.settings import Cluster
from screen.tasks.slurm_arrays import WHERE, Group, JobArray, Refused, left_behind, look, raise_fault, submit
from screen.tasks.slurm_queue import PAUSE, Limits, Queue, limits

T = TypeVar("T")

ATTEMPTS = 3
"""How often a task is submitted before it is given up."""
LOOK = 2.0
"""Seconds between two looks at the files."""
_FULL = re.compile(r"limit|too many|temporarily|try again|maxsubmit|maxjob", re.IGNORECASE)
"""In sbatch's words: there is no room now."""


def complete_on_slurm(
    make: Callable[[T], bytes], todo: Mapping[Path, T], cluster: Cluster, seconds: float
) -> Iterator[Path]:
    """Make the file of every task in job arrays; tasks of jobs that were lost are submitted again.

    Notes
    -----
    A file that is there counts as made, even where a job of a killed call makes it just now.
    When this process is interrupted its jobs are cancelled. Where it is killed they go on, and the next call finds the
    files they have made and waits for the jobs that are left.

    Raises
    ------
    InputError
        SLURM cannot be reached or refuses the jobs; a task fails; tasks are lost again and again.
    """
    require()
    missing: dict[Path, Any] = {path.absolute(): task for path, task in todo.items()}
    submission = Submission(make, cluster, limits(), Queue(PAUSE))
    try:
        submission.begin(missing, seconds)
        while missing:
            submission.fill()
            time.sleep(LOOK)
            made, notes = look(missing)
            for path in made:
                del missing[path]
                yield path
            submission.settle(missing, notes, seconds)
    finally:
        submission.end()


def require() -> None:
    """Raise an ``InputError`` where jobs cannot be submitted from here."""
    try:
        import submitit  # noqa: F401
    except ImportError:
        raise InputError(
            "the package submitit is missing",
            where=WHERE,
            remedy="pip install 'crescreen[cluster]', or leave --cluster out",
        ) from None
    for command in ("sbatch", "srun", "squeue", "scancel"):
        if shutil.which(command) is None:
            raise InputError(
                f"SLURM's command {command} is not on the PATH",
                where=WHERE,
                remedy="run it on a login node of the cluster, or leave --cluster out",
            )


def chunks(tasks: Sequence[T], seconds: float, minutes: int) -> list[list[T]]:
    """Tasks grouped so that each group takes about so many minutes, the groups about equally long."""
    number = max(1, min(len(tasks), round(len(tasks) * seconds / (60 * minutes))))
    return [list(tasks[start::number]) for start in range(number)]


class Submission:
    """The job arrays of one call: as many in flight as the cluster takes, the rest waiting."""

    def __init__(self, make: Callable[[Any], bytes], cluster: Cluster, most: Limits, queue: Queue) -> None:
        self._make, self._cluster, self._most, self._queue = make, cluster, most, queue
        self._waiting: deque[Group] = deque()
        self._flying: list[JobArray] = []
        self._lost: Counter[Path] = Counter()
        self._array = min(most.array, most.submitted)
        self._not_before = 0.0

    def begin(self, missing: Mapping[Path, Any], seconds: float) -> None:
        """Take over what a killed call left in flight; the other tasks wait to be submitted."""
        for folder in {path.parent for path in missing}:
            self._flying += left_behind(folder, missing)
        adopted = {path for array in self._flying for path in array.paths}
        self._put([(path, task) for path, task in missing.items() if path not in adopted], seconds)

    def _put(self, tasks: Group, seconds: float) -> None:
        if tasks:
            self._waiting.extend(chunks(tasks, seconds, self._cluster.minutes))

    def fill(self) -> None:
        """Submit arrays while the cluster has room for them.

        Raises
        ------
        InputError
            Sbatch refuses them, and not for want of room.
        """
        while self._waiting and time.monotonic() >= self._not_before:
            room = self._most.submitted - sum(array.size for array in self._flying)
            size = min(self._array, room, len(self._waiting))
            if size < 1:
                return
            groups = [self._waiting.popleft() for _ in range(size)]
            try:
                self._flying.append(submit(self._make, groups, self._cluster))
            except Refused as refusal:
                self._waiting.extendleft(reversed(groups))
                self._give_way(str(refusal), size)

    def _give_way(self, words: str, size: int) -> None:
        if _FULL.search(words) and self._flying:
            self._not_before = time.monotonic() + PAUSE
        elif _FULL.search(words) and size > 1:
            self._array = size // 2
        else:
            raise InputError(
                f"sbatch refused the jobs: {words}",
                where=WHERE,
                remedy="mend partition, minutes, cores, memory_gib or options in [cluster], then run it again",
            )

    def settle(self, missing: Mapping[Path, Any], notes: Sequence[Path], seconds: float) -> None:
        """After a look at the files: arrays that are done go, tasks of lost jobs wait to be submitted again.

        Raises
        ------
        InputError
            A task failed, or was lost too often.
        """
        raise_fault(notes, self._flying)
        for array in list(self._flying):
            array.paths &= missing.keys()
            if array.settled:
                self._flying.remove(array)
                array.remove()
                self._put_lost([(path, missing[path]) for path in sorted(array.paths)], seconds)
        if self._flying and self._queue.may_ask():
            left = self._queue.left([array.job for array in self._flying])
            for array in self._flying:  # settled after one more look: files may come late
                array.ended = array.job not in left

    def _put_lost(self, tasks: Group, seconds: float) -> None:
        self._lost.update(path for path, _ in tasks)
        if tasks and (given_up := [path for path, _ in tasks if self._lost[path] >= ATTEMPTS]):
            raise InputError(
                f"{len(given_up)} tasks were lost {ATTEMPTS} times, the first is {given_up[0].name}",
                where=WHERE,
                remedy="look at why SLURM ended the jobs (sacct); more memory_gib or minutes in "
                "[cluster]? Then run the same command again: finished tasks are kept",
            )
        self._put(tasks, seconds)

    def end(self) -> None:
        """Cancel what is left, remove the folders."""
        for array in self._flying:
            array.cancel()
        self._flying.clear()
