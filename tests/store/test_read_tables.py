"""The tables that a derived table is declared to follow from are those that its SQL reads, views opened."""

import ast
import inspect
import re

import pytest

from screen import evidence, resources
from screen.evidence import linking
from screen.store import Store, drug_identity, load, tables

FACTS = {table.name for table in tables.TABLES if table.kind in ("source", "shared")}


def words_of(sql: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"--.*", "", sql)))


def read_by(store: Store, sql: str) -> set[str]:
    """Fact tables named in SQL, also through views."""
    views = dict(store.sql("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").iter_rows())
    words, opened = words_of(sql), set[str]()
    while found := (words & set(views)) - opened:
        opened |= found
        words |= {word for name in found for word in words_of(views[name])}
    return words & FACTS


def sql_of_drug_names() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in resources.folder("db").rglob("drug_identity/*.sql"))


def sql_of_evidence() -> str:
    tree = ast.parse(inspect.getsource(linking))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    queries = [resources.query(name) for name in ("linked_trials", "linked_records", "unlinked")]
    of_tree = inspect.getsource(load.oncotree_nodes)
    return "\n".join([*(text for text in texts if "SELECT" in text), of_tree, *queries])


@pytest.mark.parametrize(
    ("sql", "declared"),
    [(sql_of_drug_names, drug_identity.READ_TABLES), (sql_of_evidence, evidence.READ_TABLES)],
    ids=["drug names", "evidence"],
)
def test_what_a_step_reads_is_declared(sql: object, declared: frozenset[str], store: Store) -> None:
    assert callable(sql)
    assert read_by(store, sql()) == declared
