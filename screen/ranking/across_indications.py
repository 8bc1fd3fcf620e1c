"""The tables over all rankings, with what sets the indications apart: what reports of indications and drugs share."""

from dataclasses import dataclass

import polars as pl

from screen.ranking.between_indications import between_indications
from screen.ranking.shortlists import Tables, current_runs, tables
from screen.settings import Ranking
from screen.store import Store


@dataclass(frozen=True)
class Across(Tables):
    """The tables with what sets the indications apart."""

    between: pl.DataFrame
    """Rows of :func:`screen.ranking.between_indications.between_indications` over the same runs."""


def across(store: Store, ranking: Ranking) -> Across:
    """The tables of the newest run of each indication, with what sets the indications apart."""
    rows = between_indications(store, ranking, current_runs(store))
    return Across(**vars(tables(store, ranking)), between=rows)
