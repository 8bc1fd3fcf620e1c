"""A work file is believed while its digest is right; whatever was done to it, the result is the one computed anew."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from screen.tasks.cache import WorkPlace, content_key, intact, load_or_compute, store_file


@dataclass(frozen=True)
class Doubled:
    text: str

    @property
    def file_name(self) -> str:
        return f"doubled-{content_key(self.text)}.txt"

    def compute(self) -> bytes:
        return self.text.encode() * 2


TASKS = [Doubled("one"), Doubled("two"), Doubled("three")]


def computed(folder: Path, workers: int = 1) -> tuple[list[bytes], list[int]]:
    """Contents, and what progress counted: the first number is of files that were believed."""
    counted: list[int] = []
    place = WorkPlace(folder=folder, workers=workers, progress=lambda label, done, total: counted.append(done))
    return [file.read_bytes() for file in load_or_compute(TASKS, place, "doubling")], counted


def test_what_is_there_and_whole_is_not_computed_again(tmp_path: Path) -> None:
    assert computed(tmp_path / "work") == ([b"oneone", b"twotwo", b"threethree"], [0, 1, 2, 3])
    assert computed(tmp_path / "work") == ([b"oneone", b"twotwo", b"threethree"], [3])


def test_two_processes_leave_the_same_files_as_one(tmp_path: Path) -> None:
    assert computed(tmp_path / "two", 2)[0] == computed(tmp_path / "one")[0]
    assert computed(tmp_path / "two")[1] == [3]


def flipped(file: Path, bit: int = 13) -> None:
    content = bytearray(file.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    file.write_bytes(content)


def digest_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.sha256")


def foreign(file: Path) -> None:
    """Another task's file with its digest under this name."""
    other = next(one for one in sorted(file.parent.glob("doubled-*")) if one != file)
    file.write_bytes(other.read_bytes())
    digest_of(file).write_bytes(digest_of(other).read_bytes())


DAMAGE: dict[str, Callable[[Path], object]] = {
    "flipped": flipped,
    "truncated": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "emptied": lambda file: file.write_bytes(b""),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b" "),
    "gone": lambda file: file.unlink(),
    "foreign": foreign,
    "digest flipped": lambda file: flipped(digest_of(file)),
    "digest emptied": lambda file: digest_of(file).write_bytes(b""),
    "digest no text": lambda file: digest_of(file).write_bytes(b"\xff\xfe"),
    "digest gone": lambda file: digest_of(file).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_computed_again_and_the_others_are_not(tmp_path: Path, damage: str) -> None:
    whole, _ = computed(tmp_path)
    DAMAGE[damage](tmp_path / TASKS[1].file_name)
    assert computed(tmp_path) == (whole, [2, 3])
    assert computed(tmp_path)[1] == [3]


def test_every_single_bit_counts(tmp_path: Path) -> None:
    computed(tmp_path)
    file = tmp_path / TASKS[0].file_name
    whole = file.read_bytes()
    for bit in range(8 * len(whole)):
        flipped(file, bit)
        assert not intact(file)
        file.write_bytes(whole)
    assert intact(file)


def test_the_digests_are_read_by_sha256sum(tmp_path: Path) -> None:
    computed(tmp_path)
    names = [digest_of(tmp_path / task.file_name).name for task in TASKS]
    done = subprocess.run(["sha256sum", "--check", *names], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stored_file_is_written_once_and_mended(tmp_path: Path) -> None:
    file = store_file(tmp_path / "some.bin", b"content")
    os.utime(file, ns=(1, 1))
    assert store_file(file, b"content").stat().st_mtime_ns == 1
    flipped(file)
    assert store_file(file, b"content").read_bytes() == b"content"
    assert store_file(file, b"other").read_bytes() == b"other"
    assert intact(file)


def test_a_key_follows_words_shapes_types_and_values() -> None:
    array = np.arange(6, dtype=np.float32)
    keys = {
        content_key(["a"]),
        content_key(["b"]),
        content_key(["a"], [array]),
        content_key(["a"], [array.reshape(2, 3)]),
        content_key(["a"], [array.astype(np.float64)]),
        content_key(["a"], [array + 1]),
    }
    assert len(keys) == 6
    assert content_key("a") == hashlib.sha256(b'"a"').hexdigest()[:16]
