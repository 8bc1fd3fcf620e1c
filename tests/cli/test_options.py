import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from screen.cli import app
from screen.cli.options import Given, settings_for
from screen.settings import Settings
from tests.command import crescreen
from tests.test_docs import COMMANDS


def rows(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def context(store: str | None = None, settings: Path | None = None) -> typer.Context:
    made = typer.Context(get_command(app))
    made.obj = Given(None if store is None else Path(store), settings)
    return made


@pytest.fixture
def half(tmp_path: Path) -> Path:
    """Half of the drugs are efficient."""
    (tmp_path / "half.toml").write_text("[ranking]\nefficient_fraction = 0.5\n", encoding="utf-8")
    return tmp_path / "half.toml"


def test_a_call_leaves_nothing_behind_for_the_next(half: Path, small_store: Path, tmp_path: Path) -> None:
    before, store = dict(os.environ), str(small_store)
    files = [tmp_path / f"{name}.csv" for name in ("before", "with", "after")]
    crescreen("--store", store, "export", "edp", "--out", str(files[0]))
    crescreen("--settings", str(half), "--store", store, "export", "edp", "--out", str(files[1]))
    assert crescreen("export", "edp", "--out", str(tmp_path / "none.csv"), "--store", "missing.duckdb").code == 2
    crescreen("export", "edp", "--out", str(files[2]), "--store", store)
    assert rows(files[0]) == rows(files[2])
    assert rows(files[1]) > 5 * rows(files[0])
    assert dict(os.environ) == before


def test_the_environment_names_store_and_settings(
    half: Path, small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRESCREEN_STORE", str(small_store))
    crescreen("export", "edp", "--out", str(tmp_path / "plain.csv"))
    monkeypatch.setenv("CRESCREEN_SETTINGS", str(half))
    crescreen("export", "edp", "--out", str(tmp_path / "half.csv"))
    assert rows(tmp_path / "half.csv") > 5 * rows(tmp_path / "plain.csv")


def test_the_store_nearest_to_the_command_is_taken(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "lab.toml"
    file.write_text('store = "of-the-file.duckdb"\n', encoding="utf-8")
    given = ("--settings", str(file))
    assert "of-the-file.duckdb" in crescreen(*given, "status").err
    monkeypatch.setenv("CRESCREEN_STORE", "of-the-environment.duckdb")
    assert "of-the-environment.duckdb" in crescreen(*given, "status").err
    assert "before.duckdb" in crescreen(*given, "--store", "before.duckdb", "status").err
    after = crescreen(*given, "--store", "before.duckdb", "status", "--store", "after.duckdb")
    assert "after.duckdb" in after.err
    assert crescreen("status", "--store", str(small_store)).code == 0


def test_without_any_name_the_store_is_the_default_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRESCREEN_STORE", raising=False)
    assert crescreen("init").out.endswith("-> crescreen.duckdb\n")
    assert (tmp_path / "crescreen.duckdb").is_file()


def test_an_option_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    file = tmp_path / "lab.toml"
    file.write_text('device = "cuda"\nseed = 5\n[training]\nseeds = 4\n[cluster]\nkind = "slurm"\n', encoding="utf-8")
    heeded = settings_for(context(settings=file), None, device=None, seeds=None, cluster=None, seed=None)
    assert (heeded.device, heeded.seed, heeded.training.seeds, heeded.cluster.kind) == ("cuda", 5, 4, "slurm")
    changed = settings_for(context(settings=file), Path("x"), device="cpu", seeds=1, cluster="local", seed=0)
    assert (changed.device, changed.seed, changed.training.seeds, changed.cluster.kind) == ("cpu", 0, 1, "local")
    assert settings_for(context()) == Settings()


SHARED = {"device", "cluster", "seeds", "store", "seed"}


@pytest.mark.parametrize("words", COMMANDS)
def test_no_option_that_is_also_a_setting_has_a_default_of_its_own(words: str) -> None:
    defaults = {p.name: p.default for p in COMMANDS[words].params if p.name in SHARED}  # type: ignore[attr-defined]
    assert set(defaults.values()) <= {None}


@pytest.mark.parametrize("words", [words for words in COMMANDS if words not in ("completion", "view")])
def test_every_command_prints_its_result_as_json_too(words: str) -> None:
    assert "--json" in [name for p in COMMANDS[words].params for name in p.opts]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["", "report", *COMMANDS])
def test_the_short_help_is_the_long_help(words: str) -> None:
    short, long = crescreen(*words.split(), "-h"), crescreen(*words.split(), "--help")
    assert "Usage" in short.out
    assert short == long


def test_results_as_json_are_one_document(small_store: Path, tmp_path: Path) -> None:
    out, store = tmp_path / "edp.csv", ("--store", str(small_store))
    exported = crescreen("export", "edp", "--out", str(out), "--json", *store)
    assert json.loads(exported.out) == {"file": str(out), "rows": rows(out) - 1}
    copy = tmp_path / "copy.duckdb"
    assert json.loads(crescreen("backup", str(copy), "--json", *store).out) == [str(copy)]
    assert json.loads(crescreen("init", "--json", "--store", str(copy)).out) == {"migrations": [], "store": str(copy)}
    patient = crescreen("export", "run_patients", "--out", str(tmp_path / "p.csv"), *store)
    assert patient.code == 0
    written = crescreen("report", "indication", "BRCA", "--format", "json", "--out", str(tmp_path), "--json", *store)
    assert [Path(name).is_file() for name in json.loads(written.out)] == [True]


def test_a_shell_completes_commands() -> None:
    script = crescreen("completion", "bash")
    assert "complete -o default -F" in script.out
    assert subprocess.run(["bash", "-n"], input=script.out, text=True, check=False).returncode == 0
    code = "import sys; sys.argv[:] = ['crescreen']; from screen.cli import main; main()"
    requested = {"_CRESCREEN_COMPLETE": "complete_bash", "COMP_WORDS": "crescreen ex", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | requested, text=True, capture_output=True, check=False
    )
    assert done.stdout.split() == ["export"]
