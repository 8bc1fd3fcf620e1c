"""Fixtures: a fresh store on disk, the real data where it lies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from screen.store import Store, open_store
from screen.store.migrate import migrate

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
