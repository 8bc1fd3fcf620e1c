"""Run a command as a user would, in this process; compare stores."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

from screen.cli import main
from screen.store import open_store


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit code and output."""

    code: int
    out: str
    err: str


def crescreen(*words: str) -> Outcome:
    """``crescreen WORDS`` with captured output."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as end:
            code = end.code or 0
    return Outcome(int(str(code)), out.getvalue(), err.getvalue())


def fingerprint(path: Path, *, audit: bool = True, order: bool = True) -> dict[str, tuple[int, object]]:
    """Rows and content hash of every table of a store; without ``order`` but for the number that a file came as."""
    with open_store(path) as store:
        names = store.sql("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1")["table_name"]
        return {
            name: store.sql(f"SELECT count(*), bit_xor(hash(t)) FROM ({_rows(name, order)}) t").row(0)
            for name in names
            if audit or name != "audit"
        }


def _rows(table: str, order: bool) -> str:
    return f"SELECT * EXCLUDE (ingested) FROM {table}" if table == "source_files" and not order else f"FROM {table}"
