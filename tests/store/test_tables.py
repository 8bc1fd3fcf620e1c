"""Every table of the schema is declared, with what in it is a patient's."""

from screen.store import Store, tables

PATIENT_COLUMNS = {"patient_id", "subject_id", "sample_id"}


def _columns(store: Store) -> dict[str, set[str]]:
    rows = store.sql("""SELECT table_name, column_name FROM duckdb_columns()
                        WHERE table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary)""")
    held: dict[str, set[str]] = {}
    for table, column in rows.iter_rows():
        held.setdefault(table, set()).add(column)
    return held


def test_every_table_is_declared_once(store: Store) -> None:
    names = [table.name for table in tables.TABLES]
    assert len(names) == len(set(names))
    assert set(names) == set(_columns(store)), "declare the table in screen/store/tables.py"


def test_declared_columns_are_there(store: Store) -> None:
    columns = _columns(store)
    for table in tables.TABLES:
        named = {*table.quotes, *filter(None, (table.patient, table.key)), *(table.owner or ())[1:]}
        assert named <= columns[table.name], table.name


def test_every_column_of_a_patient_is_declared(store: Store) -> None:
    for name, columns in _columns(store).items():
        table = tables.named(name)
        assert columns & PATIENT_COLUMNS <= {table.patient, *table.quotes}, name
        assert not (columns & {"plan_id"} and name != "plans") or table.owner == ("plans", "plan_id"), name


def test_source_facts_carry_their_source(store: Store) -> None:
    columns = _columns(store)
    assert all("source_id" in columns[table.name] for table in tables.of_kind("source"))
