"""Every command killed at random moments: nothing lost, doubled or unfinished after the same command again.

``python -m tests.attack.kills --count 200``
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.attack.command_road import road
from tests.attack.commands import PATIENT, Command, Runner, fresh, state

_LONG = ("evaluate", "evaluate patients", "train", "train network", "library", "part", "report all", "demo")
"""Killed a quarter as often as the others."""


def attack(home: Path, count: int, seed: int = 0, only: Sequence[str] = ()) -> tuple[Counter[str], list[str]]:
    """Kill the commands in turn; how often each was met alive, and what went wrong."""
    runner, rng = Runner(home), random.Random(seed)
    commands = [one for one in road(home, runner) if not only or one.name in only]
    ends: dict[str, tuple[object, float]] = {}
    met: Counter[str] = Counter()
    wrong: list[str] = []
    turns = [one for one in commands for _ in range(1 if one.name in _LONG else 4)]
    rng.shuffle(turns)
    for number in range(count):
        command = turns[number % len(turns)]
        folder = home / "killed"
        if command.name not in ends:
            fresh(command.before, folder)
            _, _, seconds = runner.finish(command, folder)
            ends[command.name] = (state(folder), seconds)
        end, seconds = ends[command.name]
        fresh(command.before, folder)
        met[command.name] += runner.kill(command, folder, rng.uniform(0.05, 1.0) * seconds)
        found = [f"kill {number}, {command.name}: {fault}" for fault in _faults(command, runner, folder, end)]
        print(number, command.name, f"{seconds:.1f} s", *found, sep="\n  ", flush=True)
        wrong += found
    return met, wrong


def _faults(command: Command, runner: Runner, folder: Path, end: object) -> list[str]:
    """What is wrong after the kill and a rerun."""
    found = []
    drafts_before = {path.name for path in folder.rglob("*.draft")}
    code, log, _ = runner.finish(command, folder)
    finished = command.name == "backup" and "already exists" in log and state(folder) == end
    if finished:  # killed between its end and its exit: the copy is whole, and no backup writes over one
        return []
    if code or "Traceback" in log:
        return [f"the rerun ended with {code}: {log[-300:]}"]
    after = state(folder)
    if after != end:
        other = [name for name in {*after, *end} if after.get(name) != end.get(name)]  # type: ignore[misc,attr-defined]
        found.append(f"the rerun differs in {sorted(other)[:5]}")
    if command.name == "forget":
        left = [
            p.name
            for p in folder.rglob("*")
            if p.is_file() and "out" not in p.parts and PATIENT.encode() in p.read_bytes()
        ]
        found += [f"bytes of the patient in {left}"] if left else []
    if drafts_before and {path.name for path in folder.rglob("*.duckdb*draft")}:
        found.append("a draft of the store is left")
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    words = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as home:
        met, wrong = attack(Path(home), words.count, words.seed, [one for one in words.only.split(",") if one])
    print(*wrong, sep="\n")
    print(f"{words.count} kills, {sum(met.values())} of a live process: {dict(met)}; {time.monotonic() - begun:.0f} s")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
