"""Tasks under a stand-in SLURM whose arrays are small, the call killed again and again: nothing lost, nothing doubled.

``python -m tests.attack.cluster --tasks 100000 --kills 20``
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.attack.stand_in_slurm import install, questions

_CALL = """
import sys
from pathlib import Path
from screen.settings import Cluster
from screen.tasks import complete, slurm
from tests.attack.cluster import note_made

slurm.LOOK, slurm.PAUSE = {look}, {pause}
folder = Path({folder!r})
todo = {{folder / f"task-{{n:06d}}": (folder, n) for n in range({tasks}) if not (folder / f"task-{{n:06d}}").exists()}}
done = sum(1 for _ in complete(note_made, todo, 1, Cluster(kind="slurm", minutes=1), seconds=60 / {each}))
print("made", done)
"""


def note_made(task: tuple[Path, int]) -> bytes:
    """A task: its content, and a line that it was done."""
    folder, number = task
    with (folder.parent / "made").open("a") as log:
        log.write(f"{number}\n")
    return f"{number * number}".encode()


@dataclass(frozen=True)
class Seen:
    """What was there at the end."""

    files: int
    wrong: int
    left: list[str]
    """Other names in the folder."""
    doubled: int
    """Tasks that were computed more than once."""
    kills: int
    shortest: float
    """Seconds between two questions to the queue."""
    questions: int
    arrays: int


def attack(
    home: Path,
    *,
    tasks: int,
    each: int = 5,
    array: int = 1001,
    submitted: int = 5000,
    kills: int = 20,
    within: float = 40.0,
    look: float = 2.0,
    pause: float = 30.0,
    lose: float = 0.0005,
    seed: int = 0,
) -> Seen:
    """Run the tasks, killed so many times at moments ``within`` seconds of each call, then to the end."""
    folder, rng = home / "work", random.Random(seed)
    folder.mkdir(parents=True)
    (home / "made").touch()
    path = install(home / "slurm", array, submitted)
    environment = os.environ | {"PATH": f"{path}:{os.environ['PATH']}"}
    code = _CALL.format(look=look, pause=pause, folder=str(folder), tasks=tasks, each=each)
    node = subprocess.Popen([sys.executable, "-m", "tests.attack.stand_in_slurm", home / "slurm", str(lose), str(seed)])
    killed = 0
    try:
        for _ in range(kills):
            call = subprocess.Popen([sys.executable, "-c", code], env=environment, start_new_session=True)
            try:
                call.wait(rng.uniform(0.02, 1) * within)
                break
            except subprocess.TimeoutExpired:
                os.killpg(call.pid, signal.SIGKILL)
                call.wait()
                killed += 1
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    finally:
        (home / "slurm" / "stop").touch()
        node.wait()
    return _seen(home, tasks, killed)


def _seen(home: Path, tasks: int, killed: int) -> Seen:
    folder = home / "work"
    names = {f"task-{n:06d}": f"{n * n}".encode() for n in range(tasks)}
    there = [path for path in folder.iterdir() if path.name in names]
    moments = questions(home / "slurm")
    made = Counter((home / "made").read_text().split())
    return Seen(
        files=len(there),
        wrong=sum(path.read_bytes() != names[path.name] for path in there),
        left=sorted(path.name for path in folder.iterdir() if path.name not in names)[:5],
        doubled=sum(count > 1 for count in made.values()),
        kills=killed,
        shortest=min((b - a for a, b in pairwise(moments)), default=float("inf")),
        questions=len(moments),
        arrays=len(list((home / "slurm" / "jobs").glob("*.json"))),
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-") as home:
        begun = time.monotonic()
        print(attack(Path(home), tasks=words.tasks, kills=words.kills, seed=words.seed))
        print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
