"""An id that the store does not hold is answered with the one that was meant."""

import pytest

from screen.store import Store, patient_ids


@pytest.fixture
def held(store: Store) -> Store:
    for one in ("TCGA-A7-A0DB", "P-0042", "P-0043", "p.7"):
        store.run(
            "INSERT INTO patient_records BY NAME SELECT 's' AS source_id, $id AS patient_id, 1 AS authority", id=one
        )
    return store


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tcga-a7-a0db", "did you mean TCGA-A7-A0DB?"),
        ("TCGA.A7.A0DB.01A", "did you mean TCGA-A7-A0DB?"),
        ("P.7", "did you mean p.7?"),
        ("P-00423", "did you mean P-0042, P-0043?"),
    ],
)
def test_another_spelling_is_proposed(held: Store, typed: str, meant: str) -> None:
    assert patient_ids.remedy_for(held, typed) == meant


def test_where_nothing_else_is_near_the_caller_says_what_to_do(held: Store) -> None:
    assert "crescreen export patients" in patient_ids.remedy_for(held, "Nobody")
    assert patient_ids.remedy_for(held, "Nobody", otherwise="ingest it") == "ingest it"
