"""A command in a process of its own: its seconds, and the most memory that it and its children held at once."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK = 0.05
"""Seconds between two looks at the children's memory."""


@dataclass(frozen=True)
class Spent:
    """What a command took."""

    seconds: float
    """Of the clock."""
    cpu: float
    """Seconds of all its processes that have ended."""
    peak: float
    """MiB; pages that several processes share are counted in each."""
    out: str
    """What it wrote to standard output."""


def crescreen(*words: str | Path, codes: Collection[int] = (0,)) -> Spent:
    """``crescreen WORDS``; another exit code than these is a fault."""
    return spent([sys.executable, "-m", "screen.cli", *map(str, words)], codes)


def python(code: str, *words: str | Path) -> Spent:
    """``python -c CODE WORDS``."""
    return spent([sys.executable, "-c", code, *map(str, words)])


def spent(command: Sequence[str], codes: Collection[int] = (0,)) -> Spent:
    """Run a command, its modules compiled as after an installation; another exit code than these is a fault."""
    before, begun, most = _cpu(), time.perf_counter(), 0.0
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=compiled)
    while True:
        try:
            out, output = running.communicate(timeout=_LOOK)
            break
        except subprocess.TimeoutExpired:
            most = max(most, sum(map(_resident, _tree(running.pid))))
    seconds = time.perf_counter() - begun
    if running.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit code {running.returncode}: {output.strip()[-500:]}")
    return Spent(seconds, _cpu() - before, most, out)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _tree(int(child))


def _children(pid: int) -> list[str]:
    try:
        return [child for listed in Path(f"/proc/{pid}/task").glob("*/children") for child in _read(listed).split()]
    except OSError:  # it ended between two looks
        return []


def _resident(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * resource.getpagesize() / 2**20 if fields else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
