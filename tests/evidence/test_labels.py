"""Prediction crossed with record: Proved, Promising, Inefficient, Contradicted, Not searched."""

import pytest

from screen import indications
from screen.store import Store
from tests.evidence.filled import labels, linked, record, source, trial


@pytest.mark.parametrize(
    ("coverage", "recorded", "efficient", "expected"),
    [
        ("full", True, True, "Proved"),
        ("full", False, True, "Promising"),
        ("full", True, False, "Contradicted"),
        ("full", False, False, "Inefficient"),
        ("partial", True, True, "Proved"),
        ("partial", True, False, "Contradicted"),
        ("partial", False, True, "Not searched"),
        ("partial", False, False, "Not searched"),
        ("full", True, None, None),
    ],
)
def test_each_state(store: Store, coverage: str, recorded: bool, efficient: bool | None, expected: str | None) -> None:
    source(store, "T", coverage=coverage)
    trial(store, "NCT00000001", ["Breast Cancer" if recorded else "Colon Cancer"], ["Everolimus"])
    linked(store)
    assert labels(store, ("EVEROLIMUS", "BRCA", efficient)) == {("EVEROLIMUS", "BRCA"): (expected, expected)}


def test_a_label_without_a_trial_proves_over_all_records_only(store: Store) -> None:
    source(store, "L", "nci-indications", "full")
    record(store, "nci", "Everolimus", "Breast", "BRCA")
    linked(store)
    assert labels(store, ("EVEROLIMUS", "BRCA", True), ("CISPLATIN", "BRCA", False)) == {
        ("EVEROLIMUS", "BRCA"): ("Proved", "Not searched"),
        ("CISPLATIN", "BRCA"): ("Inefficient", "Not searched"),
    }


def test_a_withdrawn_trial_does_not_prove(store: Store) -> None:
    source(store, "T", coverage="full")
    trial(store, "NCT00000001", ["Breast Cancer"], ["Everolimus"], status="WITHDRAWN")
    linked(store)
    assert labels(store, ("EVEROLIMUS", "BRCA", True)) == {("EVEROLIMUS", "BRCA"): ("Promising", "Promising")}


def test_a_search_by_condition_covers_these_conditions(store: Store) -> None:
    source(store, "T", coverage="conditions:COAD")
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus"])
    linked(store)
    assert labels(store, ("CISPLATIN", "COAD", True), ("CISPLATIN", "READ", True), ("CISPLATIN", "COADREAD", True)) == {
        ("CISPLATIN", "COAD"): ("Promising", "Promising"),
        ("CISPLATIN", "READ"): ("Not searched",) * 2,
        ("CISPLATIN", "COADREAD"): ("Not searched",) * 2,
    }


def test_a_search_by_drug_covers_these_drugs(store: Store) -> None:
    source(store, "T", coverage="drugs:cisplatin")
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus"])
    linked(store)
    assert labels(store, ("CISPLATIN", "BRCA", True), ("EVEROLIMUS", "BRCA", True)) == {
        ("CISPLATIN", "BRCA"): ("Promising",) * 2,
        ("EVEROLIMUS", "BRCA"): ("Not searched",) * 2,
    }


def test_a_group_is_recorded_where_a_member_is(store: Store) -> None:
    source(store, "T", coverage="conditions:COAD,READ")
    trial(store, "NCT00000001", ["Rectal Cancer"], ["Everolimus"])
    linked(store)
    assert labels(store, ("EVEROLIMUS", "COADREAD", False), ("CISPLATIN", "COADREAD", True)) == {
        ("EVEROLIMUS", "COADREAD"): ("Contradicted",) * 2,
        ("CISPLATIN", "COADREAD"): ("Promising",) * 2,
    }


def test_an_aact_dump_is_searched_when_its_three_tables_are_there(store: Store) -> None:
    for name in ("studies", "conditions"):
        source(store, name, f"aact-{name}", "full")
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus"], "studies")
    linked(store)
    assert store.sql("FROM searched").is_empty()
    source(store, "interventions", "aact-interventions", "full")
    linked(store)
    assert store.sql("SELECT kind, origin, drug_id, indication FROM searched").rows() == [("trial", "aact", None, None)]


def test_the_store_knows_every_member_of_every_code(store: Store) -> None:
    expected = {(code, one) for code in indications.all_codes() for one in indications.members(code)}
    assert len(expected) > len(indications.all_codes())
    assert set(store.sql("FROM indication_members").rows()) == expected


def test_two_sets_of_pairs_do_not_know_of_each_other(store: Store) -> None:
    source(store, "T", coverage="full")
    trial(store, "NCT00000001", ["Colon Cancer"], ["Everolimus"])
    linked(store)
    assert labels(store, ("EVEROLIMUS", "BRCA", True)) == {("EVEROLIMUS", "BRCA"): ("Promising",) * 2}
    assert list(labels(store, ("CISPLATIN", "READ", False))) == [("CISPLATIN", "READ")]
