"""Tasks as job arrays of the users' SLURM, through submitit.

Small tasks are grouped into jobs. A job makes the files of its tasks in the shared folder they are named in, passing
over those that are there; nothing else comes back. What submitit keeps of a job (pickles of its tasks, and of a result
that is always ``None``) is not read here. It holds profiles of patients, so it is removed at the end, or by the next
call where this process was killed. Whether a job still waits or runs is known from ``squeue``, which every SLURM has,
with or without accounting.
"""

import shutil
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from screen.errors import InputError
from screen.settings import Cluster
from screen.tasks.files import made

T = TypeVar("T")

ATTEMPTS = 3
"""How often a task is handed in before it is given up."""
_LOOK = 2.0
"""Seconds between two looks at the files and the queue."""
_ROOM = 6
"""A job may take this many times the minutes it is meant to hold before SLURM ends it."""
_FOLDER, _JOB, _FAULTS = ".slurm-", "job", "faults"
_WHERE = "--cluster slurm"


def complete_on_slurm(
    make: Callable[[T], bytes], todo: Mapping[Path, T], cluster: Cluster, seconds: float
) -> Iterator[Path]:
    """Make the file of every task in job arrays; tasks of jobs that were lost are handed in again.

    Notes
    -----
    When this process is interrupted its jobs are cancelled. Where it is killed they go on, and the next call finds the
    files they have made.
    """
    require()
    missing = dict(todo)
    for path in missing:  # what is there and yet to be made is damaged
        path.unlink(missing_ok=True)
    for folder in {path.absolute().parent for path in missing}:
        _clear(folder)
    for _ in range(ATTEMPTS):
        if missing:
            with _handed_in(make, missing, cluster, seconds) as (job, folder):
                yield from _finished(missing, job, folder)
    if missing:
        raise InputError(
            f"{len(missing)} tasks were lost {ATTEMPTS} times, the first is {next(iter(missing)).name}",
            where=_WHERE,
            remedy="look at why SLURM ended the jobs (sacct); more memory_gib or minutes in "
            "[cluster]? Then run the same command again: finished tasks are kept",
        )


def require() -> None:
    """Raise an ``InputError`` where jobs cannot be handed in from here."""
    try:
        import submitit  # noqa: F401
    except ImportError:
        raise InputError(
            "the package submitit is missing",
            where=_WHERE,
            remedy="pip install 'crescreen[cluster]', or leave --cluster out",
        ) from None
    for command in ("sbatch", "srun", "squeue", "scancel"):
        if shutil.which(command) is None:
            raise InputError(
                f"SLURM's command {command} is not on the PATH",
                where=_WHERE,
                remedy="run it on a login node of the cluster, or leave --cluster out",
            )


def chunks(tasks: Sequence[T], seconds: float, minutes: int) -> list[list[T]]:
    """Tasks grouped so that each group takes about so many minutes, the groups about equally long."""
    number = max(1, min(len(tasks), round(len(tasks) * seconds / (60 * minutes))))
    return [list(tasks[start::number]) for start in range(number)]


@contextmanager
def _handed_in(
    make: Callable[[T], bytes], missing: Mapping[Path, T], cluster: Cluster, seconds: float
) -> Iterator[tuple[str, Path]]:
    """One job array; its number, and the folder of what submitit and the jobs write beside the results."""
    import submitit

    shared = next(iter(missing)).absolute().parent
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=shared))
    (folder / _FAULTS).mkdir()
    job = ""
    try:
        executor = submitit.SlurmExecutor(folder=folder)
        executor.update_parameters(**_parameters(cluster))
        grouped = chunks([(path.absolute(), task) for path, task in missing.items()], seconds, cluster.minutes)
        handed = executor.map_array(_Chunk(make, folder / _FAULTS), grouped)
        job = handed[0].job_id.split("_")[0]
        (folder / _JOB).write_text(job, encoding="utf-8")
        yield job, folder
    except BaseException:
        if job:
            subprocess.run(["scancel", job], check=False, capture_output=True)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parameters(cluster: Cluster) -> dict[str, Any]:
    options = dict(option.lstrip("-").split("=", 1) for option in cluster.options)
    parameters = {
        "job_name": "crescreen",
        "time": cluster.minutes * _ROOM,
        "cpus_per_task": cluster.cores,
        "mem": f"{cluster.memory_gib}GB",
        "additional_parameters": options,
    }
    return parameters | ({"partition": cluster.partition} if cluster.partition else {})


class _Chunk:
    """What one job does."""

    def __init__(self, make: Callable[[Any], bytes], faults: Path) -> None:
        self._make, self._faults = make, faults

    def __call__(self, tasks: Sequence[tuple[Path, Any]]) -> None:
        for path, task in tasks:
            if path.exists():  # made by a job that was thought lost
                continue
            try:
                made(self._make, path, task)
            except Exception:
                (self._faults / f"{path.name}.txt").write_text(traceback.format_exc(), encoding="utf-8")
                raise


def _finished(missing: dict[Path, Any], job: str, folder: Path) -> Iterator[Path]:
    """Files as they appear, taken out of ``missing``; ends when no job of the array is left."""
    running = True
    while running:
        running = _in_queue(job)
        time.sleep(_LOOK)  # also lets files of ended jobs appear, where the folder is on another machine
        for path in [path for path in missing if path.exists()]:
            del missing[path]
            yield path
        for fault in (folder / _FAULTS).iterdir():
            lines = fault.read_text(encoding="utf-8").strip().splitlines()
            raise InputError(
                f"task {fault.stem} failed on the cluster: {lines[-1]}",
                where=_WHERE,
                remedy="without --cluster the same task fails here, where it can be looked at",
            )


def _clear(shared: Path) -> None:
    """Remove what a killed call left behind, once none of its jobs waits or runs."""
    for note in shared.glob(f"{_FOLDER}*/{_JOB}"):
        if not _in_queue(note.read_text(encoding="utf-8")):
            shutil.rmtree(note.parent, ignore_errors=True)


def _in_queue(job: str) -> bool:
    reply = subprocess.run(
        ["squeue", "--noheader", f"--jobs={job}", "--format=%i"], check=False, capture_output=True, text=True
    )
    if reply.returncode:  # a job long gone is unknown; a controller that does not answer says nothing of it
        return "invalid job id" not in reply.stderr.lower()
    return bool(reply.stdout.strip())
