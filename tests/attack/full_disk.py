"""Commands on a disk that fills at random moments, and on places that can only be read: one error, then the rerun ends.

``python -m tests.attack.full_disk --count 20`` needs root: it mounts small file systems in memory.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attack.command_road import road
from tests.attack.commands import Command, Runner, fresh, state

_ROOM = 512 << 20
"""Bytes of the file system: the rest is taken by a file of ours."""


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "small", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, how: str) -> None:
    """``ro`` or ``rw``."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def _one_error(code: int, log: str) -> str | None:
    if code not in (0, 2):
        return f"exit code {code}: {log[-300:]}"
    if "Traceback" in log or (code and log.count("error:") != 1):
        return f"not one error: {log[-300:]}"
    return None


def full(home: Path, count: int, seed: int = 0) -> list[str]:
    """What went wrong on a disk that fills."""
    runner, rng = Runner(home), random.Random(seed)
    commands, wrong = road(home, runner), []
    with small_disk(home / "disk") as disk:
        for number in range(count):
            command = rng.choice(commands)
            wrong += [f"{number} {command.name}: {fault}" for fault in _full_once(command, runner, disk, rng)]
            print(number, command.name, flush=True)
    return wrong


def _full_once(command: Command, runner: Runner, disk: Path, rng: random.Random) -> list[str]:
    end_folder = fresh(command.before, disk / "end")
    runner.finish(command, end_folder)
    end = state(end_folder)
    grown = _size(end_folder) - _size(command.before)
    shutil.rmtree(end_folder)
    folder = fresh(command.before, disk / "run")
    left = int(rng.uniform(0, 1.2) * max(grown, 1 << 20))
    free = shutil.disk_usage(disk).free
    with (disk / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, max(1, free - left))
    code, log, _ = runner.finish(command, folder)
    fault = _one_error(code, log)
    (disk / "filler").unlink()
    again, log, _ = runner.finish(command, folder)
    found = [fault] if fault else []
    if again or state(folder) != end:
        found.append(f"the rerun ended with {again}: {log[-200:]}")
    shutil.rmtree(folder)
    return found


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read_only(home: Path) -> list[str]:
    """What went wrong where store and out, or the home folder, can only be read."""
    runner, wrong = Runner(home), []
    commands = road(home, runner)
    with small_disk(home / "disk") as disk:
        for command in commands:
            folder = fresh(command.before, disk / "run")
            remount(disk, "ro")
            code, log = _run(runner.words(command, folder))
            remount(disk, "rw")
            if fault := _one_error(code, log):
                wrong.append(f"read-only store and out, {command.name}: {fault}")
            remount(disk, "ro")
            free = fresh(command.before, home / "free")
            code, log = _run(runner.words(command, free), HOME=str(disk))
            remount(disk, "rw")
            if code or "Traceback" in log:
                wrong.append(f"read-only home, {command.name}: {code} {log[-300:]}")
            print(command.name, flush=True)
    return wrong


def _run(words: list[str], **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "screen.cli", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    return done.returncode, done.stdout + done.stderr


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="disk-") as home:
        wrong = full(Path(home), words.count, words.seed)
    with tempfile.TemporaryDirectory(prefix="read-only-") as home:
        wrong += read_only(Path(home))
    print(*wrong, sep="\n")
    print(f"{words.count} moments on a full disk, every command on a read-only place: {len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
