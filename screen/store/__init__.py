"""The DuckDB store: the only importer of duckdb."""

from screen.store.database import Store
from screen.store.opening import open_store

__all__ = ["Store", "open_store"]
