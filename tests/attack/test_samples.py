"""A small sample of each attack; the full counts are run by hand, see each module."""

from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from screen.cli import app
from tests.attack import changed_store, command_road, concurrency, guesses, kills, mutants, store_watch


def test_mutants_of_generated_files_and_libraries(tmp_path: Path) -> None:
    assert mutants.sample(range(400), tmp_path) == []


@pytest.mark.slow
def test_a_mutant_of_a_reader_and_the_store_it_is_refused_by(tmp_path: Path) -> None:
    watch = store_watch.StoreWatch(tmp_path)
    verdicts = [watch.verdict(mutant) for mutant in mutants.mutants([], range(0, 50, 5))]
    assert set(verdicts) <= {"read", "refused"}
    assert "refused" in verdicts


@pytest.mark.slow
def test_kills(tmp_path: Path) -> None:
    killed, before = ("gather", "backup", "forget"), ("ingest", "train", "rank", "part")
    met, wrong = kills.attack(tmp_path, 3, only=killed, through=(*before, *killed))
    assert wrong == []
    assert met.total() == 3


def test_every_command_is_attacked(tmp_path: Path) -> None:
    tree = typer.main.get_command(app)
    assert isinstance(tree, TyperGroup)
    there = set()
    for name, command in tree.commands.items():
        below = command.commands if isinstance(command, TyperGroup) else {}
        there |= {f"{name} {one}" for one in below} or {name}
    words = command_road.every_command(tmp_path)
    attacked = {" ".join(one) if " ".join(one) in there else one[0] for one in words}
    assert there - attacked == set(command_road.NOT_THERE)


def test_guesses_of_an_erased_id(tmp_path: Path) -> None:
    assert guesses.attack(tmp_path, 2_000) == []


def test_changes_of_the_trail_and_of_models_are_seen(tmp_path: Path) -> None:
    assert changed_store.changes(tmp_path, 10) == []


@pytest.mark.slow
def test_untouched_reports_are_not_accused(tmp_path: Path) -> None:
    assert changed_store.untouched(tmp_path, 20) == []


@pytest.mark.slow
def test_readers_wait_for_a_writer(tmp_path: Path) -> None:
    from screen import pipeline
    from screen.settings import Settings

    pipeline.init(Settings(store=tmp_path / "busy.duckdb"))
    _, wrong = concurrency.attack(tmp_path / "busy.duckdb", 3, 5)
    assert wrong == []
