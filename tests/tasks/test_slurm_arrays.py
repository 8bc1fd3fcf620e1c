"""Job arrays under a stand-in SLURM: split at its limits, adopted after a kill, refused in its words."""

import json
import os
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.settings import Cluster
from screen.tasks import complete, slurm, slurm_queue
from tests.attack.cluster import attack
from tests.attack.stand_in_slurm import install


def _double(text: str) -> bytes:
    return (text * 2).encode()


@pytest.mark.slow
def test_a_killed_call_loses_and_doubles_nothing_and_seldom_asks_the_queue(tmp_path: Path) -> None:
    seen = attack(
        tmp_path, tasks=400, each=2, array=11, submitted=60, kills=3, within=6, look=0.1, pause=2.0, lose=0.02, seed=3
    )
    assert (seen.files, seen.wrong, seen.left) == (400, 0, [])
    assert seen.kills >= 1  # a fast machine is done before the others
    assert seen.arrays >= 200 / 11
    assert seen.shortest >= 2.0
    assert seen.doubled <= 4  # of arrays whose call was killed while it submitted them


def test_limits_are_read_from_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{install(tmp_path, 1001, 4000)}:{os.environ['PATH']}")
    assert slurm_queue.limits() == slurm_queue.Limits(array=1001, submitted=4000)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert slurm_queue.limits().array == 1001


def test_what_sbatch_says_is_in_the_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'slurm', 1001, 4000)}:{os.environ['PATH']}")
    nowhere = Cluster(kind="slurm", partition="nowhere")
    with pytest.raises(InputError, match="sbatch refused the jobs: invalid partition specified: nowhere"):
        list(complete(_double, {tmp_path / "a": "a"}, 1, nowhere))
    assert [path.name for path in tmp_path.iterdir()] == ["slurm"]


def test_a_limit_that_was_not_told_is_found_by_smaller_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{install(tmp_path / 'slurm', 1001, 3)}:{os.environ['PATH']}")
    monkeypatch.setattr(slurm, "limits", lambda: slurm_queue.Limits(1001, 4000))
    (tmp_path / "work").mkdir()
    todo = {tmp_path / "work" / name: name for name in "abcdefgh"}
    submission = slurm.Submission(_double, Cluster(kind="slurm", minutes=1), slurm.limits(), slurm_queue.Queue())
    submission.begin(todo, seconds=60)
    submission.fill()
    jobs = sorted((tmp_path / "slurm" / "jobs").glob("*.json"))
    assert [json.loads(job.read_text())["size"] for job in jobs] == [2]
    submission.end()
    assert list((tmp_path / "work").iterdir()) == []
