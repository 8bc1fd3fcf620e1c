from pathlib import Path

import pytest

from screen.store import open_store
from screen.store.migrations import migrate
from tests.report.filled import fill


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three indications ranked, of a few patients each; to read only."""
    path = tmp_path_factory.mktemp("small") / "small.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, patients=(6, 3, 3))
    return path
