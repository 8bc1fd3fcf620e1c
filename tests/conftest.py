"""Fixtures: a fresh store on disk, the real data where it lies."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from screen.models.device import on_gpu
from screen.store import Store, open_store
from screen.store.migrations import migrate

if TYPE_CHECKING:
    from screen.settings import Training

if not on_gpu("auto"):
    os.environ["TRITON_INTERPRET"] = "1"  # read when triton is first imported, which torch may do

REAL = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty, migrated store open for writing."""
    with open_store(tmp_path / "test.duckdb", create=True) as fresh:
        migrate(fresh)
        yield fresh


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the private real data; skips where it is missing."""
    if not REAL.is_dir():
        pytest.skip(f"REAL DATA MISSING: {REAL} not found, this check did not run")
    return REAL


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic cohort, ingested once; copy it (``pipeline.backup``) before writing to it."""
    from screen import pipeline
    from screen.settings import Settings
    from screen.synthetic import write_cohort

    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(store=folder / "demo.duckdb")
    pipeline.init(settings)
    for file in write_cohort(folder / "input").files:
        pipeline.ingest(settings, [file.path], file.options)
    return settings.store


@pytest.fixture(scope="session")
def quick() -> "Training":
    """Settings of a training of seconds: enough to walk the road, not to be good."""
    from screen.settings import Training

    return Training(folds=2, seeds=1, align_epochs=4, adversarial_epochs=4, tune_epochs=6)


@pytest.fixture(scope="session")
def ranked_store(demo_store: Path, quick: "Training", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store with a quick model of STAD and its ranking; copy it before writing to it."""
    from screen import pipeline
    from screen.settings import Settings

    path = tmp_path_factory.mktemp("ranked") / "ranked.duckdb"
    pipeline.backup(Settings(store=demo_store), path)
    settings = Settings(store=path, training=quick)
    pipeline.train(settings, ["STAD"])
    pipeline.rank(settings, ["STAD"])
    return path
