"""Files are whole, private, and written through no link."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screen.tasks import files
from screen.tasks.files import draft_of, private_folder, write_whole


def _mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_a_folder_and_those_above_are_private(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "store.work" / "evaluate")
    assert {_mode(made), _mode(made.parent)} == {"0o700"}
    assert private_folder(made) == made


def test_a_file_is_whole_and_private(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", b"x" * 10)
    assert ((tmp_path / "a").read_bytes(), _mode(tmp_path / "a")) == (b"x" * 10, "0o600")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_in_the_place_of_the_file_is_replaced_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    os.symlink(victim, tmp_path / "out.csv")
    write_whole(tmp_path / "out.csv", b"new")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "out.csv").is_symlink()


def test_a_failed_draft_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with draft_of(tmp_path / "out.csv") as draft:
            draft.write_text("half")
            raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_names_the_file_and_not_its_draft(tmp_path: Path) -> None:
    missing = tmp_path / "none" / "x.csv"
    with pytest.raises(FileNotFoundError) as fault:
        write_whole(missing, b"x")
    assert fault.value.filename == str(missing)
    with pytest.raises(OSError, match=r"x\.csv") as other, draft_of(Path("/proc/x.csv")):
        pass
    assert other.value.filename == "/proc/x.csv"


_KILLED = """
import os, signal, sys
from pathlib import Path
from screen.tasks import files
from screen.tasks.files import draft_of
with draft_of(Path(sys.argv[1])) as draft:
    draft.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_draft_of_a_killed_process_is_removed_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / "a.csv")], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.endswith(".draft")
    files._remove_left.cache_clear()
    with draft_of(tmp_path / "b.csv") as mine:
        assert not left.exists()
        files._remove_left.cache_clear()
        write_whole(tmp_path / "c.csv", b"whole")
        assert mine.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.csv", "c.csv"]
