"""The command's way: store in, rows and manifest out; again and after a kill the same."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screen import pipeline
from screen.errors import InputError
from screen.evaluation.printing import meanings_of, table_of
from screen.evaluation.run import evaluate
from screen.settings import Settings
from screen.store import open_store


@pytest.fixture
def settings(demo_store: Path, tmp_path: Path) -> Settings:
    actual = tmp_path / "own.duckdb"
    pipeline.backup(Settings(store=demo_store), actual)
    return Settings(store=actual, workers=1)


def exported(settings: Settings) -> list[tuple[object, ...]]:
    with open_store(settings.store) as store:
        return store.query("evaluation").rows()


@pytest.mark.slow
def test_models_join_an_evaluation_one_by_one(settings: Settings) -> None:
    first = evaluate(settings, "lines", models=["drug-mean"])
    once = exported(settings)
    evaluate(settings, "lines", models=["mean-effects"])
    joined = exported(settings)
    evaluate(settings, "lines", models=["mean-effects"])
    assert set(once) < set(joined) == set(exported(settings))
    assert {"drug-mean", "drug-lineage-mean", "ridge"} <= {row.model for row in first}
    rows = table_of(first)
    assert {row["on"] for row in rows} == {"all"}
    assert len({row["model"] for row in rows}) == len(rows)
    assert list(rows[0])[3:5] == ["r_drug", "r_res"]
    assert meanings_of(rows)[0].startswith("r_drug: ")
    with open_store(settings.store) as store:
        (about,) = store.sql("SELECT manifest FROM evaluation_manifests")["manifest"]
        manifest = json.loads(about)
    assert {"drug-mean", "mean-effects", "ridge"} <= manifest["models"].keys()
    assert manifest["data"]["pairs"] > 1000
    assert pipeline.export(settings, "evaluation", settings.store.with_name("e.csv")) == len(joined)


@pytest.mark.parametrize(
    ("protocol", "models", "message"),
    [
        ("line", [], "no protocol 'line'"),
        ("lines", ["rigde"], "no model 'rigde'"),
        ("drugs", ["ridge"], "ridge cannot predict a new drug"),
    ],
)
def test_what_is_unknown_is_one_clear_error(settings: Settings, protocol: str, models: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(settings, protocol, models=models)


@pytest.mark.slow
def test_a_kill_in_the_middle_loses_no_finished_fold(settings: Settings) -> None:
    work = settings.work / "evaluate"
    code = (
        "import sys\nfrom pathlib import Path\nfrom screen.settings import Settings\n"
        "from screen.evaluation.run import evaluate\n"
        "evaluate(Settings(store=Path(sys.argv[1]), workers=1), 'lines', models=['ridge', 'drug-mean'])"
    )
    running = subprocess.Popen([sys.executable, "-c", code, str(settings.store)])
    while len(list(work.glob("*.safetensors"))) < 12:
        time.sleep(0.02)
        assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    finished = {path: path.stat().st_mtime_ns for path in work.glob("*.safetensors")}
    assert exported(settings) == []
    evaluate(settings, "lines", models=["ridge", "drug-mean"])
    after = exported(settings)
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    for path in work.glob("*"):
        path.unlink()
    evaluate(settings, "lines", models=["ridge", "drug-mean"])
    assert exported(settings) == after
