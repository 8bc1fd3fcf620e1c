"""``kill -9`` at random moments: the store opens, nothing is half there, the rerun ends where it would have.

``CRESCREEN_KILLS=20`` kills each step twenty times; the default keeps the suite short.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command import fingerprint

KILLS = int(os.environ.get("CRESCREEN_KILLS", "2"))
PATIENT = "SYN-STAD-001"
QUICK = "[training]\nfolds = 2\nseeds = 1\nalign_epochs = 4\nadversarial_epochs = 4\ntune_epochs = 6\n"


def _start(store: Path, words: list[str]) -> subprocess.Popen[bytes]:
    settings = store.with_name("quick.toml")
    settings.write_text(QUICK)
    return subprocess.Popen(
        [sys.executable, "-m", "screen.cli", "--settings", str(settings), *words, "--store", str(store)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _run(store: Path, words: list[str]) -> float:
    begun = time.monotonic()
    process = _start(store, words)
    _, err = process.communicate()
    assert process.returncode == 0, err.decode()
    return time.monotonic() - begun


def _kill(store: Path, words: list[str], after: float) -> None:
    process = _start(store, words)
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _copy(store: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Path(shutil.copy(store, folder / "store.duckdb"))


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[str], float]]:
    """step -> the store before it, the command, the seconds it takes; made by running the road once."""
    from screen import pipeline
    from screen.settings import Settings
    from screen.synthetic import write_cohort

    folder = tmp_path_factory.mktemp("killed")
    store = folder / "road.duckdb"
    cohort = write_cohort(folder / "input")
    pipeline.init(Settings(store=store))
    made = {}
    files = [str(file.path) for file in cohort.files]
    for step, words in {
        "ingest": ["ingest", *files, "--unit", "log2tpm1"],
        "train": ["train", "STAD"],
        "rank": ["rank", "STAD"],
    }.items():
        before = _copy(store, folder / step)
        made[step] = (before, words, _run(store, words))
    made["end"] = (store, [], 0.0)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("step", ["ingest", "train", "rank"])
def test_killed_and_run_again(step: str, steps: dict[str, tuple[Path, list[str], float]], tmp_path: Path) -> None:
    before, words, seconds = steps[step]
    order = list(steps)
    after = steps[order[order.index(step) + 1]][0]
    start, end = fingerprint(before, audit=False), fingerprint(after, audit=False)
    for moment in random.Random(step).choices([i / 100 for i in range(5, 105)], k=KILLS):
        store = _copy(before, tmp_path / f"{moment}")
        _kill(store, words, moment * seconds)
        assert fingerprint(store, audit=False) in (start, end), moment
        _run(store, words)
        assert fingerprint(store, audit=False) == end, moment


@pytest.mark.slow
def test_an_erasure_killed_and_run_again_is_whole(
    steps: dict[str, tuple[Path, list[str], float]], tmp_path: Path
) -> None:
    words, whole = ["forget", PATIENT], _copy(steps["end"][0], tmp_path / "whole")
    seconds = _run(whole, words)
    end = _without_tombstones(whole)
    for moment in random.Random("forget").choices([i / 100 for i in range(30, 105)], k=KILLS):
        store = _copy(steps["end"][0], tmp_path / f"{moment}")
        _kill(store, words, moment * seconds)
        _run(store, words)
        assert _without_tombstones(store) == end, moment
        left = [path for path in store.parent.rglob("*") if path.is_file() and PATIENT.encode() in path.read_bytes()]
        assert left == [], moment


def _without_tombstones(store: Path) -> dict[str, tuple[int, object]]:
    """Each store has a key of its own, so tombstones differ."""
    return {name: held for name, held in fingerprint(store, audit=False).items() if name != "forgotten"}
