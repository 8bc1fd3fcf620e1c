"""What a SLURM says of itself and of our jobs: its limits, asked once; its queue, asked seldom."""

import re
import shutil
import subprocess
import time
from collections.abc import Collection
from dataclasses import dataclass

PAUSE = 30.0
"""Seconds between two questions to the queue: a controller serves everybody."""
_USUAL_ARRAY = 1001
"""``MaxArraySize`` of a SLURM that was not configured otherwise."""
_UNBOUNDED = 2**31
_OF_ALL_JOBS = 2
"""``MaxJobCount`` is for all users of the cluster: at most one part of so many is taken."""


@dataclass(frozen=True)
class Limits:
    """How much may be submitted."""

    array: int = _USUAL_ARRAY
    """Jobs of one array."""
    submitted: int = _UNBOUNDED
    """Jobs of this user that wait or run at a time."""


def limits() -> Limits:
    """Those of the cluster's configuration (``scontrol show config``), and of this user where SLURM knows them.

    Notes
    -----
    Indices of an array begin at 0 and stay below ``MaxArraySize``. A SLURM that does not answer is taken for one with
    the usual limits: what it refuses is told when jobs are submitted.
    """
    found = _numbers(_scontrol("show", "config"))
    of_user = _numbers(_scontrol("show", "assoc_mgr", "flags=assoc,qos", "--oneliner"))
    submitted = [
        value
        for name, value in (*found, *of_user)
        if name in ("MaxSubmitJobs", "MaxSubmitJobsPerUser", "MaxSubmitJobsPU")
    ]
    array = [value for name, value in found if name == "MaxArraySize"]
    jobs = [max(1, value // _OF_ALL_JOBS) for name, value in found if name == "MaxJobCount"]
    return Limits(max(1, *array) if array else _USUAL_ARRAY, max(1, min([*submitted, *jobs, _UNBOUNDED])))


def _scontrol(*words: str) -> str:
    if shutil.which("scontrol") is None:
        return ""
    return subprocess.run(["scontrol", *words], check=False, capture_output=True, text=True).stdout


def _numbers(text: str) -> list[tuple[str, int]]:
    """``Name=12``, ``Name = 12`` and ``Name=12(3)`` (limit and what is used of it)."""
    return [(hit[1], int(hit[2])) for hit in re.finditer(r"(\w+)\s*=\s*(\d+)\b", text)]


class Queue:
    """The queue, asked for all our arrays at once, and not again before :data:`PAUSE` is over.

    The first question also waits so long: a run that is killed and begun again asks no more often than one that was
    not.
    """

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._next = time.monotonic() + pause

    def may_ask(self) -> bool:
        """Whether the pause is over."""
        return time.monotonic() >= self._next

    def left(self, jobs: Collection[str]) -> set[str]:
        """Which of these arrays (by job number) still wait or run; all, where the controller does not answer."""
        self._next = time.monotonic() + self._pause
        reply = subprocess.run(
            ["squeue", "--noheader", f"--jobs={','.join(jobs)}", "--format=%i"],
            check=False,
            capture_output=True,
            text=True,
        )
        if reply.returncode:  # a job long gone is unknown; a controller that does not answer says nothing of it
            return set() if "invalid job id" in reply.stderr.lower() else set(jobs)
        return {line.strip().split("_")[0] for line in reply.stdout.splitlines()} & set(jobs)


def cancel(name: str) -> None:
    """End all jobs of this name, whether their numbers are known or not."""
    subprocess.run(["scancel", f"--name={name}"], check=False, capture_output=True)
