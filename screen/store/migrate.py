"""Numbered, forward-only schema migrations, each in a transaction with the record of its own application."""

from pathlib import Path

from screen import resources
from screen.errors import StoreError
from screen.store.database import Store

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)
"""


def scripts() -> list[Path]:
    """``db/schema/NNNN_name.sql`` in order."""
    return sorted((resources.folder("db") / "schema").glob("[0-9]*.sql"))


def version(store: Store) -> int:
    """Number of the newest applied migration."""
    return int(store.scalar("SELECT coalesce(max(version), 0) FROM migrations"))


def pending(now: int) -> list[Path]:
    """Migrations newer than ``now``."""
    return [script for script in scripts() if _number(script) > now]


def migrate(store: Store) -> list[str]:
    """Apply what is missing; return the names applied.

    Raises
    ------
    StoreError
        The store was made by a newer version.
    """
    store.run(_RECORD)
    newest = max(map(_number, scripts()))
    if version(store) > newest:
        raise StoreError(
            f"made by a newer version (schema {version(store)}, this one knows {newest})",
            where=str(store.path),
            remedy="install the newer crescreen",
        )
    applied = pending(version(store))
    for script in applied:
        with store.transaction():
            store.run(script.read_text(encoding="utf-8"))
            store.run("INSERT INTO migrations VALUES ($version, $name)", version=_number(script), name=script.stem)
    return [script.stem for script in applied]


def _number(script: Path) -> int:
    return int(script.stem.split("_")[0])
