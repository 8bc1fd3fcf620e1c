"""Tasks leave whole files, whatever happens to the process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screen.tasks import complete, cores, write_whole


def _double(text: str) -> bytes:
    if text == "bad":
        raise ValueError(text)
    return (text * 2).encode()


def test_every_file_is_made(tmp_path: Path) -> None:
    todo = {tmp_path / name: name for name in ("a", "b", "c")}
    assert sorted(complete(_double, todo, workers=1)) == sorted(todo)
    assert (tmp_path / "b").read_text() == "bb"


def test_workers_make_the_same_and_pass_on_what_went_wrong(tmp_path: Path) -> None:
    assert len(list(complete(_double, {tmp_path / name: name for name in ("a", "b")}, workers=2))) == 2
    with pytest.raises(ValueError, match="bad"):
        list(complete(_double, {tmp_path / name: name for name in ("bad", "c")}, workers=2))


def test_a_file_appears_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"one")
    write_whole(tmp_path / "file", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"two"


def test_zero_workers_is_one_a_core() -> None:
    assert cores(3) == 3
    assert cores(0) == len(os.sched_getaffinity(0))


def _slow(seconds: float) -> bytes:
    time.sleep(seconds)
    return str(os.getpid()).encode()


# Once polars has computed, an interrupt no longer ends a wait without a time limit.
_PARENT = """
from pathlib import Path
import polars
from tests.tasks.test_pool import _slow
from screen.tasks import complete
if __name__ == "__main__":
    folder = Path({folder!r})
    polars.LazyFrame({{"a": range(100_000)}}).select(polars.col("a").sum()).collect()
    list(complete(_slow, {{folder / "quick": 0.0, folder / "long": 120.0, folder / "also": 120.0}}, workers=2))
"""


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, blow: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(folder=str(tmp_path)))
    root = Path(__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL
    )
    worker = int(_wait(tmp_path / "quick"))
    parent.send_signal(blow)
    parent.wait(timeout=20)
    for _ in range(100):
        if not _alive(worker):
            break
        time.sleep(0.1)
    assert not _alive(worker)
    assert not (tmp_path / "long").exists()


def _wait(path: Path) -> str:
    for _ in range(300):
        if path.exists():
            return path.read_text()
        time.sleep(0.1)
    raise TimeoutError(path)


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
