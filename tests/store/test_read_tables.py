"""The tables that a derived table is declared to follow from are those that its SQL reads, views opened."""

import inspect
import re

import pytest

from screen import evidence, resources
from screen.evidence import linking
from screen.store import Store, drug_identity, save

QUERIES = ("linked_trials", "linked_records", "unlinked")


def read_by(store: Store, text: str) -> set[str]:
    """Fact tables named in a text, also through views."""
    views = dict(store.sql("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").iter_rows())
    words, opened = set(re.findall(r"\w+", text)), set[str]()
    while found := (words & set(views)) - opened:
        opened |= found
        words |= {word for name in found for word in re.findall(r"\w+", views[name])}
    return words & {*save.FACT_TABLES, *save.SHARED_TABLES}


@pytest.mark.parametrize("name", ["drug names", "evidence"])
def test_what_a_step_reads_is_declared(name: str, store: Store) -> None:
    if name == "evidence":
        source = inspect.getsource(linking).replace(str(sorted(linking.READ_TABLES)), "")
        body = source[source.index("def refresh") :] + "".join(map(resources.query, QUERIES))
        assert read_by(store, body) == evidence.READ_TABLES
    else:
        source = inspect.getsource(drug_identity)
        assert read_by(store, source.replace("READ_TABLES = ", "", 1)) == drug_identity.READ_TABLES
