"""Opening, locking and transactions, on real files."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from screen.errors import StoreError
from screen.store import Store, open_store


def test_missing_store_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="crescreen init"):
        open_store(tmp_path / "none.duckdb")


@pytest.mark.parametrize("content", [b"", b"not a database", b"\x00" * 20_000])
def test_a_file_that_is_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        open_store(path)
    assert path.read_bytes() == content


def test_second_writer_gets_a_clear_error(store: Store) -> None:
    code = (
        f"from pathlib import Path; from screen.store import open_store\n"
        f"open_store(Path({str(store.path)!r}), write=True, wait=0)"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "another process is using the store" in other.stderr


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="late"), store.transaction():
        _fail_late(store)
    assert store.scalar("SELECT count(*) FROM forgotten") == 0


def test_append_goes_by_column_name(store: Store) -> None:
    store.append(
        "gene_aliases", pl.DataFrame({"symbol": ["TP53"], "kind": ["alias"], "alias": ["p53"], "source_id": ["s"]})
    )
    assert store.sql("SELECT alias, symbol FROM gene_aliases").rows() == [("p53", "TP53")]


def test_a_name_of_a_variable_is_never_a_table(store: Store) -> None:
    secret = pl.DataFrame({"a": [1]})
    with pytest.raises(Exception, match="secret"):
        store.sql("SELECT * FROM secret")
    assert secret.height == 1


def _fail_late(store: Store) -> None:
    store.run("INSERT INTO forgotten VALUES ('a', 'finished', '')")
    raise ValueError("too late")
