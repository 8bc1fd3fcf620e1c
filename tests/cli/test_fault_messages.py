import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from screen.cli.fault_messages import as_screen_error
from screen.errors import InputError
from tests.command import crescreen

MAIN = "import sys; sys.argv[0] = 'crescreen'; from screen.cli import main; main()"


def run(*words: str, code: str = MAIN, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | variables,
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("fault", "what", "remedy"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x/a.csv"), "/x/a.csv: no space", "free some space"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "permission denied", "permission"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "can only be read", "can be written"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/x"), "is a folder", "name a file"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "not enough memory", "workers"),
        (OSError(errno.EXDEV, "Invalid cross-device link", "/x"), "cross-device", "disk"),
        (OSError("odd"), "odd", "disk"),
        (MemoryError(), "not enough memory", "more memory"),
        (RecursionError("maximum recursion depth"), "nested too deeply", "Fetch it again"),
        (
            UnicodeEncodeError("ascii", "Zürich", 1, 2, "ordinal not in range"),
            "'ü' cannot be written as ascii",
            "UTF-8",
        ),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "not UTF-8", "UTF-8"),
        (duckdb.IOException("IO Error: Could not write: No space left on device"), "no space", "free some space"),
        (duckdb.IOException('IO Error: Cannot open file "/x/s": Permission denied'), "/x/s: permission", "permission"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), "not enough memory", "workers"),
        (duckdb.FatalException("FATAL Error: corrupt block"), "damaged", "backup"),
        (duckdb.ConversionException("Conversion Error: 'x'"), "Conversion Error", "doctor"),
        (pl.exceptions.ComputeError("cut"), "a table cannot be read: cut", "fetch it again"),
        (pl.exceptions.PanicException("index out of bounds"), "a table cannot be read", "fetch it again"),
    ],
    ids=str,
)
def test_a_fault_of_the_machine_is_one_sentence_with_a_fitting_remedy(
    fault: BaseException, what: str, remedy: str
) -> None:
    shown = as_screen_error(fault)
    assert shown is not None
    first, *rest = str(shown).split("\n  -> ")
    assert what in first
    assert "\n" not in first
    assert remedy in rest[0]


def test_an_error_meant_for_the_user_stays_as_it_is_and_a_defect_is_no_such_error() -> None:
    known = InputError("x")
    assert as_screen_error(known) is known
    assert as_screen_error(KeyError("x")) is None


@pytest.mark.parametrize(
    ("out", "what"), [("file/x.csv", "not a folder"), ("n" * 300 + ".csv", "too long"), ("/proc/x/y.csv", "no such")]
)
def test_an_export_that_cannot_be_written_is_one_error(
    out: str, what: str, small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("", encoding="utf-8")
    outcome = crescreen("export", "edp", "--out", out, "--store", str(small_store))
    assert outcome.code == 2
    assert outcome.err.count("error:") == 1
    assert what in outcome.err


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))\n"
    done = run("init", "--store", str(tmp_path / "s.duckdb"), code=limit + MAIN)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("error:") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("epoch", ["yesterday", "-5", "1e9", " 1", "٣", "9" * 30])
def test_a_source_date_that_is_no_number_is_refused_before_any_work(
    epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    outcome = crescreen("demo", "--out", str(tmp_path / "demo"))
    assert outcome.code == 2
    assert outcome.err.startswith("error: SOURCE_DATE_EPOCH: ")
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("epoch", ["", "0", "1700000000"])
def test_a_source_date_that_is_a_number_or_empty_is_taken(
    epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert crescreen("init", "--store", str(tmp_path / "s.duckdb")).code == 0


def test_a_traceback_is_shown_where_it_is_wanted() -> None:
    assert "Traceback" not in run("status", "--store", "missing.duckdb", CRESCREEN_DEBUG="0").stderr
    done = run("status", "--store", "missing.duckdb", CRESCREEN_DEBUG="1")
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.rstrip().splitlines()[-2].startswith("error: missing.duckdb: there is no store")


@pytest.mark.parametrize("seconds", [0.0, 1.0, 4.0])
def test_an_interrupt_ends_with_130_and_one_line(seconds: float, tmp_path: Path) -> None:
    words = [sys.executable, "-c", MAIN, "demo", "--out", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "demo.duckdb").exists():
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.count("error:") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "work",
    [
        "os.kill(os.getpid(), signal.SIGINT)",
        # what a library makes of it
        "\n    try: os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
        "    except KeyboardInterrupt: raise RuntimeError('Query interrupted') from None",
        "\n    try: os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n    except KeyboardInterrupt: sys.exit(1)",
    ],
    ids=["plain", "translated", "exit 1"],
)
def test_an_interrupt_stays_one_whatever_a_library_makes_of_it(work: str) -> None:
    code = (
        "import os, signal, sys, time\nfrom screen.cli import app, main\n"
        f"@app.command()\ndef busy() -> None:\n    {work}\n    time.sleep(5)\nmain(['busy'])"
    )
    done = run(code=code)
    assert done.returncode == 130, done.stderr
    assert done.stderr == "error: interrupted; run the same command again to go on\n"
