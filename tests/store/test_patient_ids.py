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
        ("p_0042", "did you mean P-0042?"),
    ],
)
def test_another_spelling_is_proposed(held: Store, typed: str, meant: str) -> None:
    assert patient_ids.remedy_for(held, typed) == meant


def test_where_none_is_meant_the_caller_says_what_to_do_and_no_other_patient_is_proposed(held: Store) -> None:
    for another in ("P-0044", "P-00423", "TCGA-A7-A0DA"):
        assert "crescreen export patients" in patient_ids.remedy_for(held, another)
    assert "crescreen export patients" in patient_ids.remedy_for(held, "Nobody")
    assert patient_ids.remedy_for(held, "Nobody", otherwise="ingest it") == "ingest it"
