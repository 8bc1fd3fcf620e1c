"""A filled store and its tables, made once for all tests of a file."""

from collections.abc import Iterator

import pytest

from screen.ranking.across_indications import across
from screen.report.content.drug_report import AcrossWithLines, with_lines
from screen.settings import Ranking, Settings
from screen.store import Store, open_store
from screen.store.migrations import migrate
from tests.report.filled import fill

RANKING = Ranking(efficient_fraction=0.1)
SETTINGS = Settings(ranking=RANKING)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Sixty drugs, three indications of forty patients, hostile names among the drugs."""
    with open_store(tmp_path_factory.mktemp("filled") / "filled.duckdb", create=True) as store:
        migrate(store)
        fill(store, hostile=True)
        yield store


@pytest.fixture(scope="module")
def filled_tables(filled: Store) -> AcrossWithLines:
    """Its EDP, EDI, DEI and Qualified at ten percent, and what sets the indications apart."""
    return with_lines(filled, across(filled, RANKING))
