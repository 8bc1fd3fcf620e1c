"""Tasks as job arrays of a real SLURM: the same files, whatever is lost on the way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.settings import Cluster
from screen.tasks import complete
from screen.tasks.slurm import chunks, require

SLURM = Cluster(kind="slurm", minutes=1, memory_gib=1)


@pytest.fixture
def slurm() -> None:
    """A SLURM that answers; skips where there is none."""
    if shutil.which("sbatch") is None or subprocess.run(["sinfo"], capture_output=True, check=False).returncode:
        pytest.skip("SLURM MISSING: no sbatch, or no controller answers; job arrays were not checked")


def _double(text: str) -> bytes:
    if text == "bad":
        raise ValueError("a bad task")
    return (text * 2).encode()


def _lost_once(marker: Path) -> bytes:
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return b"done"


def _endless(_: str) -> bytes:
    time.sleep(600)
    return b""


def test_small_tasks_are_grouped_evenly_and_none_is_left_out() -> None:
    assert chunks(range(10), seconds=60, minutes=20) == [list(range(10))]
    grouped = chunks(range(100), seconds=60, minutes=20)
    assert [len(group) for group in grouped] == [20] * 5
    assert sorted(task for group in grouped for task in group) == list(range(100))
    assert len(chunks(range(3), seconds=7200, minutes=20)) == 3


def test_without_slurm_one_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="sbatch is not on the PATH"):
        list(complete(_double, {tmp_path / "a": "a"}, 1, SLURM))
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(InputError, match="submitit is missing"):
        require()


@pytest.mark.slow
@pytest.mark.usefixtures("slurm")
def test_what_a_killed_call_left_behind_is_removed_once_its_jobs_are_gone(tmp_path: Path) -> None:
    left = tmp_path / ".slurm-left"
    left.mkdir()
    (left / "job").write_text("999999")
    (left / "tasks.pkl").write_text("profiles of patients")
    assert list(complete(_double, {tmp_path / "a": "a"}, 1, SLURM)) == [tmp_path / "a"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.slow
@pytest.mark.usefixtures("slurm")
def test_an_array_leaves_the_files_that_this_machine_makes_and_nothing_else(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, cluster in ((here, Cluster()), (there, SLURM)):
        folder.mkdir()
        done = list(complete(_double, {folder / name: name for name in "abc"}, 1, cluster, seconds=60))
        assert sorted(path.name for path in done) == ["a", "b", "c"]
    assert {p.name: p.read_bytes() for p in here.iterdir()} == {p.name: p.read_bytes() for p in there.iterdir()}


@pytest.mark.slow
@pytest.mark.usefixtures("slurm")
def test_a_lost_job_is_handed_in_again(tmp_path: Path) -> None:
    todo = {tmp_path / "first": tmp_path / "marker-1", tmp_path / "second": tmp_path / "marker-2"}
    assert sorted(complete(_lost_once, todo, 1, SLURM, seconds=60)) == sorted(todo)
    assert all(path.read_bytes() == b"done" for path in todo)


@pytest.mark.slow
@pytest.mark.usefixtures("slurm")
def test_a_fault_of_a_task_is_told_and_the_others_files_stay(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="task wrong failed on the cluster: ValueError: a bad task"):
        list(complete(_double, {tmp_path / "right": "ab", tmp_path / "wrong": "bad"}, 1, SLURM, seconds=1))
    assert [path.name for path in tmp_path.iterdir()] == ["right"]


@pytest.mark.slow
@pytest.mark.usefixtures("slurm")
def test_an_interrupt_cancels_the_jobs(tmp_path: Path) -> None:
    makes = complete(_endless, {tmp_path / "long": ""}, 1, SLURM)

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(15)
    try:
        with pytest.raises(KeyboardInterrupt):
            next(makes)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert list(tmp_path.iterdir()) == []
    for _ in range(60):
        queue = subprocess.run(
            ["squeue", "--noheader", "--name=crescreen", "--states=PENDING,RUNNING"],
            capture_output=True,
            text=True,
            check=True,
        )
        if not queue.stdout.strip():
            return
        time.sleep(0.5)
    raise AssertionError(queue.stdout)
