"""A filled store with hostile names, and the view of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from screen import pipeline
from screen.organoid import Request
from screen.settings import Settings
from screen.store import open_store
from screen.store.migrations import migrate
from tests.report.filled import fill
from tests.view.visitor import View

HOSTILE = """../../O'Neil "Bob" <script>alert(1)</script> &amp;%2e%2e/{{7*7}}?id=#"""
"""A patient's id."""


@pytest.fixture(scope="module")
def filled_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty drugs with hostile names among them, three indications, a hostile patient, a plan; closed."""
    folder = tmp_path_factory.mktemp("view")
    path = folder / "view.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store, hostile=True)
        with store.transaction():
            for table in ("patient_records", "run_patients", "scores"):
                store.run(f"UPDATE {table} SET patient_id = $new WHERE patient_id = 'SYN-STAD-002'", new=HOSTILE)
    pipeline.plan_organoids(Settings(store=path), "BRCA", Request(), None, folder / "plan", ("json",))
    return path


@pytest.fixture(scope="module")
def view(filled_path: Path) -> Iterator[View]:
    """The view of it, entered."""
    with View(filled_path) as running:
        yield running
