import json
import pickle
from dataclasses import asdict
from pathlib import Path

import pytest

from screen.settings import Cluster, Ranking, Settings, Training, read_settings


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "lab.toml"
    file.write_text(
        'store = "lab.duckdb"\nworkers = 3\n'
        "[training]\nhidden = [64, 32]\nmmd = 2\n"
        '[ranking]\nexcluded_drugs = ["Gemcitabine"]\n'
        '[cluster]\noptions = ["account=lab", "--qos=night"]\n',
        encoding="utf-8",
    )
    assert read_settings(file) == Settings(
        store=Path("lab.duckdb"),
        workers=3,
        training=Training(hidden=(64, 32), mmd=2.0),
        ranking=Ranking(excluded_drugs=("Gemcitabine",)),
        cluster=Cluster(options=("account=lab", "--qos=night")),
    )


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("", encoding="utf-8")
    assert read_settings(None) == read_settings(tmp_path / "empty.toml") == Settings()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "notepad.toml").write_text("seed = 4\n", encoding="utf-8-sig")
    assert read_settings(tmp_path / "notepad.toml").seed == 4


@pytest.mark.parametrize("value", ["1", "1.0"])
def test_one_value_prints_the_same_bytes_however_it_is_written(value: str, tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(f"[training]\nmmd = {value}\n", encoding="utf-8")
    assert json.dumps(read_settings(tmp_path / "lab.toml").printed()) == json.dumps(Settings().printed())


def test_what_a_report_prints_is_the_decisions_without_paths() -> None:
    settings = Settings(store=Path("somewhere/private.duckdb"), seed=3)
    assert settings.printed() == {"seed": 3, "training": asdict(Training()), "ranking": asdict(Ranking())}
    assert "private" not in json.dumps(settings.printed())


def test_a_copy_changes_fields_of_the_sections_by_their_own_names() -> None:
    changed = Settings().changed(seeds=7, cluster="slurm", device="cpu")
    assert (changed.training.seeds, changed.cluster.kind, changed.device) == (7, "slurm", "cpu")
    assert changed.changed() == changed


def test_settings_go_to_other_processes_whole() -> None:
    settings = Settings(training=Training(folds=3), store=Path("x.duckdb"))
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
    assert hash(settings) == hash(pickle.loads(pickle.dumps(settings)))  # noqa: S301


def test_the_work_lies_beside_the_store() -> None:
    assert Settings(store=Path("study/a.duckdb")).work == Path("study/a.duckdb.work")
