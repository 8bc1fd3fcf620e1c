"""Job arrays with a folder each: what is in flight, adopted from a killed run, ended, or lost."""

import fcntl
import json
import os
import secrets
import shutil
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from screen.errors import InputError
from screen.settings import Cluster
from screen.tasks.files import made, write_whole
from screen.tasks.slurm_queue import cancel

WHERE = "--cluster slurm"
Group = list[tuple[Path, Any]]
"""Tasks of one job, each with its file."""
_ROOM = 6
"""A job may take this many times the minutes it is meant to hold before SLURM ends it."""
_FOLDER, _NAME, _JOB, _TASKS, _FAULT = ".slurm-", "name", "job", "tasks", ".fault-"


class Refused(Exception):
    """SLURM's sbatch does not take the jobs; its words."""


@dataclass(eq=False)
class JobArray:
    """One array in flight."""

    folder: Path
    name: str
    job: str
    paths: set[Path]
    """Files of its tasks that are not there yet."""
    size: int
    """Jobs of it, at first."""
    foreign: bool = False
    """Of a killed run that made other files: left to end by itself."""
    ended: bool = False
    """The queue does not know it any more."""
    lock: IO[str] | None = None

    @property
    def settled(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.ended or not (self.paths or self.foreign)

    def cancel(self) -> None:
        """End its jobs and remove its folder; those of another run go on."""
        if not self.foreign:
            cancel(self.name)
            self.remove()
        elif self.lock is not None:
            self.lock.close()

    def remove(self) -> None:
        """Remove its folder: it holds profiles of patients."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for note in self.folder.parent.glob(f"{self.folder.name}{_FAULT}*"):
            note.unlink(missing_ok=True)
        if self.lock is not None:
            self.lock.close()


def submit(make: Callable[[Any], bytes], groups: Sequence[Group], cluster: Cluster) -> JobArray:
    """Submit groups of tasks as one job array.

    The name of its jobs is written down before they are submitted: a run that is killed in between leaves no job that
    the next one cannot find.

    Raises
    ------
    Refused
        With sbatch's words.
    """
    import submitit
    from submitit.core.utils import FailedJobError, FailedSubmissionError

    paths = {path for group in groups for path, _ in group}
    array = _prepared(groups[0][0][0].parent, paths, len(groups))
    try:
        executor = submitit.SlurmExecutor(folder=array.folder)
        executor.update_parameters(**_parameters(cluster, array.name))
        submitted = executor.map_array(JobTasks(make, array.folder), groups)
        array.job = submitted[0].job_id.split("_")[0]
        write_whole(array.folder / _JOB, array.job.encode())
    except (FailedJobError, FailedSubmissionError) as fault:
        array.remove()
        raise Refused(_words(str(fault))) from None
    except BaseException:
        array.cancel()
        raise
    return array


def _prepared(shared: Path, paths: set[Path], size: int) -> JobArray:
    token = secrets.token_hex(6)
    folder, name = shared / f"{_FOLDER}{token}", f"crescreen-{token}"
    folder.mkdir(mode=0o700)
    lock = _locked(folder)
    write_whole(folder / _TASKS, json.dumps(sorted(path.name for path in paths)).encode())
    write_whole(folder / _NAME, name.encode())
    return JobArray(folder, name, "", paths, size, lock=lock)


def left_behind(shared: Path, missing: Iterable[Path]) -> list[JobArray]:
    """Arrays of killed runs that make some of the missing files; those that do not are removed.

    An array of a run that is still there is left alone.
    """
    wanted = {path.name: path for path in missing}
    found = []
    for folder in sorted(path for path in shared.glob(f"{_FOLDER}*") if path.is_dir()):
        try:
            lock = _locked(folder)
        except OSError:  # its run is still there, or it was removed meanwhile
            continue
        name, job, tasks = (_read(folder / note) for note in (_NAME, _JOB, _TASKS))
        of_it = json.loads(tasks or "[]")
        paths = {wanted[task] for task in of_it if task in wanted}
        array = JobArray(folder, name or f"crescreen-{folder.name.removeprefix(_FOLDER)}", job, paths, len(of_it))
        array.lock = lock
        array.foreign = not paths and len(there(shared / task for task in of_it)) < len(of_it)
        if job and not array.settled:
            found.append(array)
        else:
            array.foreign = False
            array.cancel()
    return found


def _read(note: Path) -> str:
    try:
        return note.read_text(encoding="utf-8")
    except OSError:
        return ""


def _locked(folder: Path) -> IO[str] | None:
    """A lock that ends with this process; none on a file system that has no locks."""
    stream = (folder / "owner").open("w", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise
    except OSError:
        stream.close()
        return None
    return stream


def _words(text: str) -> str:
    """What sbatch said, in one line."""
    lines = [line.removeprefix("sbatch: ").removeprefix("error: ").strip() for line in text.splitlines()]
    return "; ".join(dict.fromkeys(line for line in lines if line)) or "it gave no reason"


def _parameters(cluster: Cluster, name: str) -> dict[str, Any]:
    options = dict(option.lstrip("-").split("=", 1) for option in cluster.options)
    parameters = {
        "job_name": name,
        "time": cluster.minutes * _ROOM,
        "cpus_per_task": cluster.cores,
        "mem": f"{cluster.memory_gib}GB",
        "additional_parameters": options,
    }
    return parameters | ({"partition": cluster.partition} if cluster.partition else {})


class JobTasks:
    """What one job does."""

    def __init__(self, make: Callable[[Any], bytes], folder: Path) -> None:
        self._make, self._folder = make, folder

    def __call__(self, tasks: Sequence[tuple[Path, Any]]) -> None:
        for path, task in tasks:
            if path.exists():  # made by a job that was thought lost
                continue
            try:
                made(self._make, path, task)
            except Exception:
                note = self._folder.with_name(f"{self._folder.name}{_FAULT}{path.name}.txt")
                write_whole(note, traceback.format_exc().encode("utf-8", "replace"))
                raise


def there(paths: Iterable[Path]) -> set[Path]:
    """Which files are there: each folder is listed once, however many they are."""
    return look(paths)[0]


def look(paths: Iterable[Path]) -> tuple[set[Path], list[Path]]:
    """Which files are there, and the notes that failed tasks left beside them, from one listing of each folder."""
    paths = set(paths)
    names: dict[Path, set[str]] = {}
    for folder in {path.parent for path in paths}:
        with os.scandir(folder) as listing:
            names[folder] = {entry.name for entry in listing}
    notes = [
        folder / name
        for folder in names
        for name in names[folder]
        if name.startswith(_FOLDER) and _FAULT in name and name.endswith(".txt")
    ]
    return {path for path in paths if path.name in names[path.parent]}, sorted(notes)


def raise_fault(notes: Iterable[Path], arrays: Iterable[JobArray]) -> None:
    """Raise the first fault that a task of these arrays left.

    Raises
    ------
    InputError
        With the task's name and its reason.
    """
    ours = {array.folder.name for array in arrays if not array.foreign}
    for note in notes:
        token, _, task = note.stem.partition(_FAULT)
        if token in ours:
            lines = _read(note).strip().splitlines() or ["no reason given"]
            raise InputError(
                f"task {task} failed on the cluster: {lines[-1]}",
                where=WHERE,
                remedy="without --cluster the same task fails here, where it can be looked at",
            )
