"""Whatever is done to a library or to a screen's work files: the right tables, or one error."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from screen.errors import InputError, ScreenError
from screen.library_screen import screen_library
from screen.library_screen.pieces import entries, split_library
from screen.tasks.progress import silent
from tests.library_screen.applied import ALCOHOLS, applicants, requests

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "flipped": lambda content: bytes([*content[:-9], content[-9] ^ 4, *content[-8:]]),
    "truncated": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("library") / "some.smi"
    file.write_text("\n".join(ALCOHOLS[:30]) + "\n")
    return file


def tables(library: Path, out: Path) -> dict[str, bytes]:
    screen_library(requests(library, out, 16), applicants("pairs"), silent)
    return {str(file.relative_to(out)): file.read_bytes() for file in sorted((out / "BRCA").rglob("*.*"))}


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_kind_of_work_file_is_made_again(library: Path, tmp_path: Path, damage: str) -> None:
    whole = tables(library, tmp_path)
    for file in [one for one in (tmp_path / "work").iterdir() if not one.name.startswith(".")]:
        content = file.read_bytes()
        file.write_bytes(DAMAGE[damage](content))
        assert tables(library, tmp_path) == whole, file.name
        assert file.read_bytes() == content, file.name


def test_the_kinds_of_work_files_are_these(library: Path, tmp_path: Path) -> None:
    tables(library, tmp_path)
    kinds = {file.name.split("-")[0] for file in (tmp_path / "work").iterdir() if not file.name.startswith(".")}
    assert kinds == {
        "bracket",
        "brackets",
        "device",
        "drugs",
        "encoder",
        "gathered",
        "model",
        "patients",
        "sample",
        "scored",
    }


@pytest.mark.parametrize("kind", [".smi", ".parquet"])
def test_a_library_that_changes_while_it_is_read_is_one_error_and_stays_right_afterwards(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"lib{kind}"
    write = {
        ".smi": lambda rows: file.write_text("".join(f"{smiles} {name}\n" for smiles, name in rows)),
        ".parquet": lambda rows: pl.DataFrame(rows, schema=["smiles", "name"], orient="row").write_parquet(file),
    }[kind]
    rows = [(smiles, f"n{i}") for i, smiles in enumerate(ALCOHOLS[:6])]
    write(rows)
    first, second = split_library(file, 3)
    write([*rows[:3], (rows[3][0], "other"), *rows[4:]])
    assert [entry.name for entry in entries(first)] == ["n0", "n1", "n2"]
    with pytest.raises(InputError, match="changed while it was read"):
        entries(second)
    file.unlink()
    with pytest.raises(InputError):
        entries(first)
    write(rows)
    assert [entry.name for entry in entries(second)] == ["n3", "n4", "n5"]


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x1d", "\x85", "\u2028", "\u2029"])
def test_a_name_with_a_strange_separator_is_one_molecule(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "lib.smi"
    file.write_bytes(f"CCO first{separator}half\r\nCCC second\n".encode())
    found = [entry for piece in split_library(file, 1) for entry in entries(piece)]
    assert [entry.smiles for entry in found] == ["CCO", "CCC"]
    assert found[1].name == "second"


@pytest.mark.parametrize("cut", [0, 3, 4, 60, -12, -1])
def test_a_damaged_parquet_library_is_one_error(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "lib.parquet"
    pl.DataFrame({"name": ["a", "b"], "smiles": ["CCO", "CCN"]}).write_parquet(file)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ScreenError):
        screen_library(requests(file, tmp_path / "out"), applicants("pairs"), silent)
    assert not (tmp_path / "out" / "BRCA").exists()


@pytest.mark.parametrize("smiles", [[["CCO"], ["CCN"]], [b"\xff\xfe", b"\xff"]], ids=["lists", "bytes"])
def test_a_parquet_column_that_holds_no_text_is_one_error(tmp_path: Path, smiles: list[object]) -> None:
    file = tmp_path / "lib.parquet"
    pl.DataFrame({"smiles": smiles}).write_parquet(file)
    with pytest.raises(ScreenError):
        screen_library(requests(file, tmp_path / "out"), applicants("pairs"), silent)


@pytest.mark.parametrize("suffix", [".smi", ".sdf"])
@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\x00" * 100, b"CC\x00O name\n", b"$$$$\n" * 3, b"\xff\xfeC\x00C\x00\n\x00"]
)
def test_a_library_of_rubbish_is_one_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    file = tmp_path / f"lib{suffix}"
    file.write_bytes(content)
    with pytest.raises(ScreenError):
        screen_library(requests(file, tmp_path / "out"), applicants("pairs"), silent)
