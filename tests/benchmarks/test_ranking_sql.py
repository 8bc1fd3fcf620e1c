"""The store that the ranking's benchmark fills is one that the ranking reads."""

from pathlib import Path

import polars as pl

from screen.ranking.shortlists import tables
from screen.settings import Ranking
from screen.store import open_store
from tests.benchmarks.ranking_sql import CODES, fill


def test_every_indication_has_its_efficient_drugs(tmp_path: Path) -> None:
    fill(tmp_path / "bench.duckdb", 10 * len(CODES), 40)
    with open_store(tmp_path / "bench.duckdb") as store:
        edp = tables(store, Ranking()).edp
    assert edp.group_by("indication").agg(pl.col("patient_id").n_unique()).rows_by_key("indication") == {
        code: [(10,)] for code in CODES
    }
    assert edp.height == 10 * len(CODES) * 2
