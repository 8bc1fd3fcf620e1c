"""Every command that writes, with the store before it and what is compared after it."""

import ast
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


@dataclass(frozen=True)
class End:
    """How a command ends that nothing interrupts."""

    state: dict[str, object]
    cpu_s: float


def run(words: list[str], log: Path) -> None:
    """Body of a process: one command line, as a user would; the processor's seconds beside its log."""
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
            _note_cpu(log)
            os._exit(int(str(end.code or 0)))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            _note_cpu(log)


def _note_cpu(log: Path) -> None:
    log.with_suffix(".cpu").write_text(str(sum(os.times()[:4])))


def cpu_of_session(leader: int) -> float:
    """Seconds of processor that a session's processes have used, those that ended among them."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == leader:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


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
        """Run it to its end: exit code, output, seconds of processor."""
        process = self.start(command, folder)
        process.join(3600)
        cpu = self.log.with_suffix(".cpu")
        seconds = float(cpu.read_text()) if cpu.exists() else 0.0
        return process.exitcode or 0, self.log.read_text() if self.log.exists() else "", seconds

    def kill(self, command: Command, folder: Path, after: float) -> bool:
        """Kill it and all its processes once they have used so many seconds of processor; whether it was still there.

        The clock on the wall would say little on a machine that does other things too.
        """
        process = self.start(command, folder)
        assert process.pid is not None
        while process.is_alive() and cpu_of_session(process.pid) < after:
            time.sleep(0.005)
        alive = process.is_alive()
        if alive:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:  # before it had its group
                process.kill()
        process.join()
        return alive


def fresh(before: Path, folder: Path) -> Path:
    """A copy of a folder, which is there whole or not at all."""
    shutil.rmtree(folder, ignore_errors=True)
    draft = folder.with_name(f"{folder.name}.copy")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(before, draft)
    return draft.rename(folder)


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


def write_end(command: Command, end: End) -> End:
    """Write down how a command ended, beside the folder before it."""
    command.before.with_suffix(".end").write_text(repr((end.state, end.cpu_s)))
    return end


def written_end(command: Command) -> End | None:
    """How a command ended, where that is written down."""
    file = command.before.with_suffix(".end")
    return End(*ast.literal_eval(file.read_text())) if file.exists() else None


def end_of(command: Command, runner: Runner, folder: Path) -> End:
    """How a command ends: as written down, or as it ends now."""
    if found := written_end(command):
        return found
    fresh(command.before, folder)
    code, log, seconds = runner.finish(command, folder)
    assert code == 0, (command.name, log)
    return write_end(command, End(state(folder), seconds))
