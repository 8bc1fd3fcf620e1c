"""Query and write one open DuckDB file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import polars as pl

from screen import resources
from screen.store import database_faults


class Store:
    """One connection to one store file.

    Reading is allowed beside other readers; a writer is alone (DuckDB locks the file between processes).
    All bulk rows go in and out as Arrow tables.

    Parameters
    ----------
    connection : as ``screen.store.opening`` makes it
    path : of the file
    newer : number of the store's schema where this version does not know it; such a store is for reading only
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, newer: int | None = None) -> None:
        self._connection = connection
        self.path = path
        self.newer = newer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; another process may then write."""
        with self._faults():
            self._connection.close()

    def sql(self, text: str, frames: Mapping[str, pl.DataFrame] | None = None, /, **values: Any) -> pl.DataFrame:
        """Rows of a SELECT.

        Parameters
        ----------
        text : the statement; ``$name`` in it takes ``values['name']``
        frames : name -> rows that the statement may read as a table, for its duration
        """
        with self._faults(), self._registered(frames or {}):
            relation = self._connection.sql(text, params=values) if values else self._connection.sql(text)
            frame = pl.from_arrow(relation.to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def query(self, name: str, frames: Mapping[str, pl.DataFrame] | None = None, /, **values: Any) -> pl.DataFrame:
        """Rows of ``db/queries/<name>.sql``; parameters as those of :meth:`sql`."""
        return self.sql(resources.query(name), frames, **values)

    def run(self, text: str, /, **values: Any) -> None:
        """Execute statements that return nothing."""
        with self._faults():
            if values:
                self._connection.execute(text, values)
            else:
                self._connection.execute(text)

    def scalar(self, text: str, /, **values: Any) -> Any:
        """First column of the first row, ``None`` when there is no row."""
        rows = self.sql(text, **values)
        return rows.item(0, 0) if rows.height else None

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Insert rows by column name, through Arrow; columns the table lacks are an error."""
        if not rows.is_empty():
            with self._faults(), self._registered({"incoming": rows}):
                self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a killed process leaves the state before."""
        self.run("BEGIN")
        try:
            yield
        except BaseException:
            # Where the fault ended the transaction already, the fault is what matters.
            with suppress(duckdb.Error):
                self._connection.execute("ROLLBACK")
            raise
        self.run("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Write every table and view into a new file at ``path``, without free blocks.

        The store must have been opened with ``path`` among its ``copies``: no other file may be written.
        """
        name = str(self.scalar("SELECT current_database()")).replace('"', '""')
        quoted = str(path).replace("'", "''")
        self.run(f"ATTACH '{quoted}' AS copied (READ_WRITE)")
        try:
            self.run(f'COPY FROM DATABASE "{name}" TO copied')
        finally:
            with suppress(duckdb.Error):
                self._connection.execute("DETACH copied")

    @contextmanager
    def _registered(self, frames: Mapping[str, pl.DataFrame]) -> Iterator[None]:
        for name, rows in frames.items():
            self._connection.register(name, rows.to_arrow())
        try:
            yield
        finally:
            for name in frames:
                with suppress(duckdb.Error):
                    self._connection.unregister(name)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What the file is to blame for, as an error of ours."""
        try:
            yield
        except duckdb.Error as fault:
            if database_faults.is_of_file(fault):
                raise database_faults.of_file(fault, self.path) from fault
            if self.newer is not None and isinstance(fault, duckdb.ProgrammingError):
                raise database_faults.newer(self.path, self.newer) from fault
            raise
