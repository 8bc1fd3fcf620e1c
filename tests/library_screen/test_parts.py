"""Parts of a screen: any order, any number at once, one pass or several; gathered they are one run, byte for byte."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from screen.errors import InputError, NotReady
from screen.library_screen import Part, gather, screen_library, screen_part
from screen.library_screen.screening import made_ready
from screen.models import device
from screen.settings import Settings
from screen.tasks.progress import silent
from tests.command import crescreen
from tests.library_screen.applied import ALCOHOLS, KINDS, applicants, requests
from tests.library_screen.test_library import contents

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(workers=1)
THERE: dict[int, set[str]] = {1: set(), 2: {"0/5", "2/5"}, 3: set()}
"""Parts that find, in the first and second pass, all pieces embedded and all thresholds bracketed."""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A hundred molecules, some twice, some unreadable."""
    lines = [f"{smiles} drug{n}" for n, smiles in enumerate(ALCOHOLS[:90])]
    lines[7:7] = ["nonsense odd", f"{ALCOHOLS[60]} again", f"{ALCOHOLS[3]} early"]
    path = tmp_path / "some.smi"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("passes", [1, 2, 3])
def test_gathered_parts_are_one_run(library: Path, tmp_path: Path, kind: str, passes: int) -> None:
    screen_library(requests(library, tmp_path / "one", 8), applicants(kind), silent)
    request = requests(library, tmp_path / "parts", 8)
    for _ in range(passes):
        done = [screen_part(request, applicants(kind), Part(i, 5), 0, silent) for i in (3, 1, 4, 0, 2)]
    assert [one.scored for one in done] == [
        one.pieces if passes == 3 or one.part in THERE[passes] else 0 for one in done
    ]
    (first,) = gather(SETTINGS, tmp_path / "parts")
    (again,) = gather(SETTINGS, tmp_path / "parts")
    assert first == again
    assert contents(tmp_path / "parts" / "BRCA") == contents(tmp_path / "one" / "BRCA")


def test_missing_parts_are_named_and_nothing_is_written(library: Path, tmp_path: Path) -> None:
    request = requests(library, tmp_path / "out", 8)
    for number in (0, 2):
        screen_part(request, applicants("process"), Part(number, 4), 0, silent)
    with pytest.raises(NotReady, match=r"2 of 4 parts are missing: 1/4, 3/4"):
        gather(SETTINGS, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["work"]
    with pytest.raises(InputError, match="no part of a screen is here"):
        gather(SETTINGS, tmp_path)


def test_parts_of_two_screens_are_not_mixed(library: Path, tmp_path: Path) -> None:
    request = requests(library, tmp_path / "out", 8)
    screen_part(request, applicants("process"), Part(0, 2), 0, silent)
    with pytest.raises(InputError, match="were computed with another model or device"):
        screen_part(request, applicants("pairs"), Part(1, 2), 0, silent)
    screen_part(request, applicants("process"), Part(1, 2), 0, silent)
    gather(SETTINGS, tmp_path / "out")
    screen_part(request, applicants("pairs"), Part(0, 2), 0, silent)
    screen_part(request, applicants("pairs"), Part(1, 2), 0, silent)
    gather(SETTINGS, tmp_path / "out")
    screen_library(requests(library, tmp_path / "one", 8), applicants("pairs"), silent)
    assert contents(tmp_path / "out" / "BRCA") == contents(tmp_path / "one" / "BRCA")


@pytest.mark.parametrize("text", ["", "3", "0/0", "5/4", "-1/4", "1/4/4", "a/b", "1/99999999", "²/4"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no part"):
        Part.parse(text)


def test_parts_count_from_zero_or_from_one() -> None:
    assert {Part.parse(f"{i}/4") for i in range(4)} == {Part.parse(f"{i}/4") for i in range(1, 5)}


def test_a_screen_begun_on_a_gpu_is_not_gone_on_with_on_a_cpu(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = requests(library, tmp_path, 8)
    monkeypatch.setattr(device, "_has_gpu", lambda: True)
    auto = type(request)(**{**vars(request), "device": "auto"})
    assert made_ready(auto, applicants("process")).patients.device == "cuda"
    monkeypatch.setattr(device, "_has_gpu", lambda: False)
    with pytest.raises(InputError, match="was begun on a GPU"):
        made_ready(auto, applicants("process"))
    assert made_ready(request, applicants("process")).patients.device == "cpu"
    monkeypatch.setattr(device, "_has_gpu", lambda: True)
    assert made_ready(auto, applicants("process")).patients.device == "cpu"


def test_run_by_xargs_as_a_user_would(ranked_store: Path, tmp_path: Path) -> None:
    (tmp_path / "some.smi").write_text("".join(f"{smiles} d{n}\n" for n, smiles in enumerate(ALCOHOLS[:12])))
    words = ["rank", "STAD", "--library", str(tmp_path / "some.smi"), "--shard", "3", "--device", "cpu"]
    words += ["--store", str(ranked_store)]
    assert crescreen(*words, "--out", str(tmp_path / "one")).code == 0
    command = [sys.executable, "-m", "screen.cli", *words, "--out", str(tmp_path / "parts"), "--part", "{}/2"]
    xargs = subprocess.run(
        [shutil.which("xargs") or "xargs", "-P", "2", "-I", "{}", *command],
        input="1\n2\n",
        text=True,
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert xargs.returncode == 0, xargs.stderr
    gathered = crescreen("gather", str(tmp_path / "parts"), "--json")
    assert gathered.code == 0, gathered.err
    assert json.loads(gathered.out)[0]["drugs"] == 12
    assert contents(tmp_path / "parts" / "STAD") == contents(tmp_path / "one" / "STAD")
    missing = crescreen(*words, "--out", str(tmp_path / "half"), "--part", "1/2", "--wait", "0.001")
    assert (missing.code, crescreen("gather", str(tmp_path / "half")).code) == (0, 3)
