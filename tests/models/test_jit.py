"""Machine code is stored by the sources it is made from, wherever there is a folder to write to."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba import config

from screen.models import jit

TEXT = """from screen.models.jit import compiled
from screen.helper_for_test import ADDED


@compiled
def plus(x):
    return x + ADDED
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which ``screen`` takes modules too, and in which machine code is stored."""
    import screen

    monkeypatch.setattr(screen, "__path__", [*screen.__path__, str(tmp_path)])
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "stored"))
    (tmp_path / "kernel_for_test.py").write_text(TEXT)
    yield tmp_path
    _forget()


def _forget() -> None:
    for name in ("screen.kernel_for_test", "screen.helper_for_test"):
        sys.modules.pop(name, None)
    jit.sources_digest.cache_clear()


def plus_one(package: Path, added: int) -> tuple[int, int]:
    """1 + ``added`` by machine code, and how many folders of it there are."""
    (package / "helper_for_test.py").write_text(f"ADDED = {added}\n")
    _forget()
    importlib.invalidate_caches()
    found = importlib.import_module("screen.kernel_for_test").plus(1)
    return found, len([*(package / "stored").iterdir()])


def test_a_change_in_an_imported_file_is_never_answered_by_old_machine_code(package: Path) -> None:
    assert plus_one(package, 1) == (2, 1)
    assert plus_one(package, 1) == (2, 1)
    assert plus_one(package, 5) == (6, 2)


def test_machine_code_is_stored_and_read_again(package: Path) -> None:
    plus_one(package, 1)
    (index,) = (package / "stored").rglob("*.nbi")
    made = index.stat().st_mtime_ns
    plus_one(package, 1)
    assert index.stat().st_mtime_ns == made


def test_the_digest_covers_what_a_kernel_calls() -> None:
    kernels = ("screen.models.pair_gp.gp_kernel", "screen.models.networks.pair_head_kernel", "screen.models.simd")
    assert len({jit.sources_digest(name) for name in kernels}) == 3


def test_without_a_folder_to_write_to_code_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "_folder", lambda digest: None)
    assert jit.compiled(lambda x: x + 1)(1) == 2
