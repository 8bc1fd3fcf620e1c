"""Readers beside a long write, and two writers: none is refused before the stated bound.

``python -m tests.attack.concurrency --readers 20 --seconds 60``
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from screen.store.opening import WAIT_SECONDS

_WRITER = """
import sys, time
from pathlib import Path
from screen.store import audit, open_store
with open_store(Path(sys.argv[1]), write=True) as store, store.transaction():
    print("writing", flush=True)
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        audit.record(store, "attack")
        time.sleep(0.2)
"""
_READER = """
import sys, time
begun = time.monotonic()
import contextlib, io
from screen.cli import main
out, err, code = io.StringIO(), io.StringIO(), 0
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    try:
        main(sys.argv[1:])
    except SystemExit as end:
        code = end.code or 0
print(code, round(time.monotonic() - begun, 1), err.getvalue().replace("\\n", " "))
"""
_WORDS = (["status"], ["export", "drugs"], ["export", "patients"], ["status", "--json"])


def attack(store: Path, readers: int, seconds: float) -> tuple[list[str], list[str]]:
    """What became of each reader, and what is wrong."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(store), str(seconds)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    started = []
    for number in range(readers):
        words = list(_WORDS[number % len(_WORDS)])
        if words[0] == "export":
            words += ["--out", str(store.with_name(f"out-{number}.csv"))]
        command = [sys.executable, "-c", _READER, *words, "--store", str(store)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
        time.sleep(seconds / 4 / readers)
    second = [sys.executable, "-c", _READER, "forget", "NOBODY", "--store", str(store)]
    started.append(subprocess.Popen(second, stdout=subprocess.PIPE, text=True, env=environment))
    replies = [process.communicate()[0].strip() for process in started]
    writer.communicate()
    return replies, [fault for reply in replies[:-1] if (fault := _wrong(reply))] + _second(replies[-1])


def _wrong(reply: str) -> str | None:
    code, waited, words = [*reply.split(" ", 2), ""][:3]
    if code == "0":
        return None
    early = float(waited) < WAIT_SECONDS
    return f"refused after {waited} s: {words}" if early or "Traceback" in words else None


def _second(reply: str) -> list[str]:
    code, _, words = [*reply.split(" ", 2), ""][:3]
    return [] if code == "2" and "Traceback" not in words else [f"the second writer: {reply}"]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=50.0)
    words = parser.parse_args()
    from screen import pipeline
    from screen.settings import Settings

    with tempfile.TemporaryDirectory() as home:
        store = Path(home) / "busy.duckdb"
        pipeline.init(Settings(store=store))
        replies, wrong = attack(store, words.readers, words.seconds)
    print(*replies, sep="\n")
    print(
        f"{words.readers} readers and a second writer beside a write of {words.seconds:.0f} s: {len(wrong)} wrong",
        *wrong,
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
