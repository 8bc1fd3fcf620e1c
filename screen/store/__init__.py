"""The DuckDB store: the only importer of duckdb."""

from screen.store.contents import status
from screen.store.copying import backup
from screen.store.database import Store
from screen.store.erasure import forget
from screen.store.opening import open_store

__all__ = ["Store", "backup", "forget", "open_store", "status"]
