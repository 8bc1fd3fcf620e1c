"""A plan in a store, and the plates a lab would return for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from screen.organoid import Request, plan
from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import Store, open_store
from screen.store.migrations import migrate
from screen.store.plans import Plan
from screen.synthetic.returned_plates import PlantedCurve, write_plates
from tests.report.filled import fill

SEED = 4
PATIENT = "SYN-STAD-001"


@dataclass(frozen=True)
class ReturnedPlan:
    """A plan with its plates."""

    store: Path
    plan: Plan
    files: tuple[Path, ...]
    """P1, P2 ..., T0 last."""
    truth: dict[str, PlantedCurve]


@pytest.fixture(scope="session")
def returned(tmp_path_factory: pytest.TempPathFactory) -> ReturnedPlan:
    """Sixteen treatments, four doses, three replicates; copy the store before writing to it."""
    folder = tmp_path_factory.mktemp("returned")
    path = folder / "planned.duckdb"
    with open_store(path, create=True) as store:
        migrate(store)
        fill(store)
        made = plan(store, "STAD", Request(seed=SEED), tables(store, Ranking(efficient_fraction=0.1)).edp, PATIENT)
    files, truth = write_plates(made.wells, made.plan_id, folder / "plates", seed=SEED)
    return ReturnedPlan(path, made, tuple(files), truth)


@pytest.fixture
def lab_store(returned: ReturnedPlan, tmp_path: Path) -> Iterator[Store]:
    """The plan's store, a copy open for writing."""
    copy = tmp_path / "lab.duckdb"
    copy.write_bytes(returned.store.read_bytes())
    with open_store(copy, write=True) as store:
        yield store
