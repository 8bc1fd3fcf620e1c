"""Every command that writes, with the store before it and what is compared after it."""

import hashlib
import multiprocessing as mp
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

QUICK = "[training]\nfolds = 2\nseeds = 1\nalign_epochs = 2\nadversarial_epochs = 2\ntune_epochs = 2\n"
PATIENT = "SYN-STAD-001"
_PRELOAD = ["screen.cli", "screen.pipeline", "screen.ingest.registry", "screen.ranking.apply_model", "weasyprint"]
_CLOCKS = ("evaluation_manifests", "forgotten")
"""Tables that hold seconds, or a secret of each store."""


@dataclass(frozen=True)
class Command:
    """One command on a store."""

    name: str
    words: Callable[[Path], list[str]]
    """From its folder, which holds ``store.duckdb`` and ``out``."""
    before: Path
    """Folder that it starts from."""


def run(words: list[str], log: Path) -> None:
    """Body of a process: one command line, as a user would."""
    os.setsid()
    with log.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        from screen.cli import main

        try:
            main(words)
        except SystemExit as end:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(int(str(end.code or 0)))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()


class Runner:
    """Starts commands in processes that have loaded the libraries already.

    Their output goes to a file in ``home``: on the disk that is made full it could not be written.
    """

    def __init__(self, home: Path) -> None:
        self._context = mp.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOAD)
        self.settings, self.log = home / "quick.toml", home / "log"
        self.settings.write_text(QUICK)

    def words(self, command: Command, folder: Path) -> list[str]:
        """The whole command line."""
        store = ["--store", str(folder / "store.duckdb")]
        return ["--settings", str(self.settings), *store, *command.words(folder)]

    def start(self, command: Command, folder: Path) -> mp.process.BaseProcess:
        """Start it in its folder."""
        process = self._context.Process(target=run, args=(self.words(command, folder), self.log))
        process.start()
        return process

    def finish(self, command: Command, folder: Path) -> tuple[int, str, float]:
        """Run it to its end: exit code, output, seconds."""
        begun = time.monotonic()
        process = self.start(command, folder)
        process.join(600)
        return process.exitcode or 0, self.log.read_text() if self.log.exists() else "", time.monotonic() - begun

    def kill(self, command: Command, folder: Path, after: float) -> bool:
        """Kill it and all its processes at a moment; whether it was still there."""
        process = self.start(command, folder)
        process.join(after)
        alive = process.is_alive()
        if alive and process.pid:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:  # before it had its group
                process.kill()
        process.join()
        return alive


def fresh(before: Path, folder: Path) -> Path:
    """A copy of a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before, folder)
    return folder


def state(folder: Path) -> dict[str, object]:
    """What a command is for: the store's tables but for clocks, and the files under ``out`` but for unfinished work."""
    from tests.command import fingerprint

    tables: dict[str, object] = dict(fingerprint(folder / "store.duckdb", audit=False, order=False))
    files: dict[str, object] = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "out").rglob("*"))
        if path.is_file() and "work" not in path.parts and path.suffix != ".duckdb"
    }
    return {name: held for name, held in tables.items() if name not in _CLOCKS} | files
