"""Every command killed at random moments: nothing lost, doubled or unfinished after the same command again.

``python -m tests.attack.kills --count 200``
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from contextlib import nullcontext
from pathlib import Path

from tests.attack.command_road import road
from tests.attack.commands import PATIENT, Command, End, Runner, end_of, fresh, state

_TRIES = 3
"""Kills of a step that may come too late before it is left out of a round."""


def attack(
    home: Path, count: int, seed: int = 0, only: Collection[str] = (), through: Collection[str] = ()
) -> tuple[Counter[str], list[str]]:
    """Kill the steps in rounds, each once a round; how often each was met alive, and what went wrong.

    The first round goes along the road, the others begin with the quickest step, so that what is cut short has met
    every step as often as it could.
    """
    runner, rng = Runner(home), random.Random(seed)
    commands = [one for one in road(home, runner, through=through) if not only or one.name in only]
    met: Counter[str] = Counter()
    wrong: list[str] = []
    ends: dict[str, End] = {}
    turns = list(commands)
    while met.total() < count and turns:
        missed = []
        for command in turns[: count - met.total()]:
            end = ends[command.name] = end_of(command, runner, home / "killed")
            if not _kill(command, runner, home / "killed", end, rng):
                missed.append(command)
                continue
            met[command.name] += 1
            found = [f"kill {met.total()}, {command.name}: {fault}" for fault in _faults(command, runner, home, end)]
            print(met.total(), command.name, f"{end.cpu_s:.1f} s", *found, sep="\n  ", flush=True)
            wrong += found
        turns = sorted((one for one in commands if one not in missed), key=lambda one: ends[one.name].cpu_s)
    return met, wrong


def _kill(command: Command, runner: Runner, folder: Path, end: End, rng: random.Random) -> bool:
    """Kill it at a random moment of its time; whether it was met alive."""
    for _ in range(_TRIES):
        fresh(command.before, folder)
        if runner.kill(command, folder, rng.uniform(0.02, 0.98) * end.cpu_s):
            return True
    print(f"{command.name} ended before it was killed", flush=True)
    return False


def _faults(command: Command, runner: Runner, home: Path, end: End) -> list[str]:
    """What is wrong after the kill and a rerun."""
    found, folder = [], home / "killed"
    drafts_before = {path.name for path in folder.rglob("*.draft")}
    code, log, _ = runner.finish(command, folder)
    finished = command.name == "backup" and "already exists" in log and state(folder) == end.state
    if finished:  # killed between its end and its exit: the copy is whole, and no backup writes over one
        return []
    if code or "Traceback" in log:
        return [f"the rerun ended with {code}: {log[-300:]}"]
    after = state(folder)
    if after != end.state:
        other = [name for name in {*after, *end.state} if after.get(name) != end.state.get(name)]
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
    parser.add_argument("--home", type=Path, help="folder in which the road is kept for other attacks")
    words = parser.parse_args()
    begun = time.monotonic()
    with nullcontext(words.home) if words.home else tempfile.TemporaryDirectory(prefix="kills-") as home:
        met, wrong = attack(Path(home), words.count, words.seed, [one for one in words.only.split(",") if one])
    print(*wrong, sep="\n")
    print(f"{met.total()} kills of a live process, {len(met)} steps: {dict(met)}; {time.monotonic() - begun:.0f} s")
    print(f"{len(wrong)} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
