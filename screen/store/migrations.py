"""Numbered, forward-only schema migrations, each in a transaction with the record of its own application."""

from functools import lru_cache
from pathlib import Path

import polars as pl

from screen import indications, resources
from screen.store import database_faults
from screen.store.database import Store


def scripts() -> list[Path]:
    """``db/schema/NNNN_name.sql`` in order."""
    return sorted((resources.folder("db") / "schema").glob("[0-9]*.sql"))


@lru_cache
def schema_known() -> int:
    """Number of the newest migration of this version."""
    return max(map(_number, scripts()))


def applied(store: Store) -> frozenset[int]:
    """Numbers of the migrations applied; none in a file that is no store of ours."""
    there = store.scalar(
        "SELECT count(*) FROM duckdb_tables() t JOIN duckdb_columns() c USING (database_name, table_oid) "
        "WHERE t.table_name = 'migrations' AND NOT t.temporary "
        "AND c.column_name = 'version' AND c.data_type = 'INTEGER'"
    )  # other programs have a table of this name too
    return frozenset(store.sql("SELECT version FROM migrations")["version"]) if there else frozenset()


def pending(there: frozenset[int]) -> list[Path]:
    """Migrations that are not among those applied, an earlier number that came to the program later among them."""
    return [script for script in scripts() if _number(script) not in there]


def migrate(store: Store) -> list[str]:
    """Apply what is missing; return the names applied.

    Raises
    ------
    StoreError
        The store was made by a newer version.
    """
    store.run("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
    there = applied(store)
    if (now := max(there, default=0)) > schema_known():
        raise database_faults.newer(store.path, now)
    missing = pending(there)
    for script in missing:
        with store.transaction():
            store.run(script.read_text(encoding="utf-8"))
            store.run("INSERT INTO migrations VALUES ($version, $name)", version=_number(script), name=script.stem)
    _fill_members(store)
    return [script.stem for script in missing]


def members_listed() -> pl.DataFrame:
    """Rows of ``indication_members`` as ``db/indications/codes.csv`` has them."""
    rows = [(code, one) for code in indications.all_codes() for one in indications.members(code)]
    return pl.DataFrame(rows, schema=["indication", "member"], orient="row").sort("indication", "member")


def _fill_members(store: Store) -> None:
    listed = members_listed()
    if not store.sql("FROM indication_members ORDER BY ALL").equals(listed):
        with store.transaction():
            store.run("DELETE FROM indication_members")
            store.append("indication_members", listed)


def _number(script: Path) -> int:
    return int(script.stem.split("_")[0])
