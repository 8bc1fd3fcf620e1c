"""Open, query and write one DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from screen import resources
from screen.errors import StoreError

_INIT = "run: crescreen init"


class Store:
    """One connection to one store file.

    Reading is allowed beside other readers; a writer is alone (DuckDB locks the file between processes).
    All bulk rows go in and out as Arrow tables.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def sql(self, text: str, **values: Any) -> pl.DataFrame:
        """Rows of a SELECT; ``$name`` in the text takes ``values['name']``."""
        relation = self._connection.sql(text, params=values) if values else self._connection.sql(text)
        frame = pl.from_arrow(relation.to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def query(self, name: str, **values: Any) -> pl.DataFrame:
        """Rows of ``db/queries/<name>.sql``."""
        return self.sql(resources.query(name), **values)

    def run(self, text: str, **values: Any) -> None:
        """Execute statements that return nothing."""
        if values:
            self._connection.execute(text, values)
        else:
            self._connection.execute(text)

    def scalar(self, text: str, **values: Any) -> Any:
        """First column of the first row, ``None`` when there is no row."""
        rows = self.sql(text, **values)
        return rows.item(0, 0) if rows.height else None

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Insert rows by column name, through Arrow; columns the table lacks are an error."""
        if rows.is_empty():
            return
        self._connection.register("incoming", rows.to_arrow())
        try:
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        finally:
            self._connection.unregister("incoming")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a killed process leaves the state before."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write every table and view into a new file at ``path``, without free blocks."""
        name = str(self.scalar("SELECT current_database()")).replace('"', '""')
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS copied (READ_WRITE)")
        try:
            self._connection.execute(f'COPY FROM DATABASE "{name}" TO copied')
        finally:
            self._connection.execute("DETACH copied")


def open_store(path: Path, *, write: bool = False, create: bool = False) -> Store:
    """Open the store at ``path``.

    Raises
    ------
    StoreError
        No such file (unless ``create``), locked by another process, or not a store of crescreen.
    """
    if not path.exists() and not create:
        raise StoreError("there is no store", where=str(path), remedy=f"{_INIT}, or name one with --store")
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path, write=write or create)
    store = Store(connection, path)
    if not create:
        _require_schema(store)
    return store


def _connect(path: Path, *, write: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path), read_only=not write)
    except duckdb.IOException as fault:
        if "lock" in str(fault):
            raise StoreError(
                "another process is using the store",
                where=str(path),
                remedy="wait for it to end, then run the command again",
            ) from None
        raise StoreError(
            f"cannot be opened: {str(fault).splitlines()[0]}",
            where=str(path),
            remedy="is it a store? restore it from a backup",
        ) from None
    except duckdb.Error as fault:
        raise StoreError(
            f"cannot be opened: {str(fault).splitlines()[0]}",
            where=str(path),
            remedy="is it a store? restore it from a backup",
        ) from None
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET python_enable_replacements = false")
    return connection


def _require_schema(store: Store) -> None:
    from screen.store.migrate import pending, version

    try:
        now = version(store)
    except duckdb.Error:
        now = 0
    if now == 0:
        store._connection.close()
        raise StoreError("not a store of crescreen", where=str(store.path), remedy=_INIT)
    if pending(now):
        store._connection.close()
        raise StoreError(
            f"made by an older version (schema {now})",
            where=str(store.path),
            remedy="back it up, then run: crescreen init",
        )
