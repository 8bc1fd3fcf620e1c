"""A filled store with a ranking to plan from, and the plans the tests look at."""

from collections.abc import Callable, Iterator

import polars as pl
import pytest

from screen.organoid import Request, plan
from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import Store, open_store
from screen.store.migrations import migrate
from screen.store.plans import Plan
from tests.report.filled import fill

Planner = Callable[..., Plan]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Sixty drugs ranked for three indications; fluorouracil by its generic name too, two samples of each."""
    with open_store(tmp_path_factory.mktemp("organoid") / "ranked.duckdb", create=True) as store:
        migrate(store)
        fill(store)
        store.run("INSERT INTO drug_keys SELECT 'fluorouracil', drug_id FROM drugs WHERE name = '5-Fluorouracil'")
        vendors = [f"Selleck|S{1000 + i}" for i in range(2)]
        keys = store.sql("SELECT drug_key FROM drug_keys")["drug_key"]
        store.append(
            "drug_facts",
            pl.DataFrame(
                [
                    {"source_id": "f" * 16, "drug_key": key, "field": "vendor", "value": v}
                    for key in keys
                    for v in vendors
                ]
            ),
        )
        yield store


@pytest.fixture(scope="module")
def planned(ranked: Store) -> Planner:
    """Plan for STAD (or another code) with some parts of the request changed."""
    edp = tables(ranked, Ranking(efficient_fraction=0.1)).edp

    def make(code: str = "STAD", patient_id: str | None = None, **options: object) -> Plan:
        return plan(ranked, code, Request(**options), edp, patient_id)  # type: ignore[arg-type]

    return make
