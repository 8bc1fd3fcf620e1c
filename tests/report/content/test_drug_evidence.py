"""Grades of evidence, best first, and what no source was searched for."""

import polars as pl
import pytest

from screen.report.content.drug_evidence import DrugNote, drug_notes
from screen.report.content.provenance import current_run
from screen.store import Store
from tests.report.filled import fill


def note(store: Store, *records: tuple[str, str, str | None, str | None], code: str = "BRCA") -> DrugNote:
    """The note on a drug with these records: indication, kind, phase, status."""
    fill(store, patients=(2, 2, 2), evidence=False)
    (drug_id,) = store.sql("SELECT drug_id FROM drugs WHERE name = 'Torin-2'")["drug_id"]
    store.run("UPDATE drugs SET hub_phase = NULL")
    if records:
        store.append(
            "evidence",
            pl.DataFrame(
                [
                    {
                        "drug_id": drug_id,
                        "indication": i,
                        "kind": k,
                        "origin": "nci",
                        "record_id": f"r{n}",
                        "phase": p,
                        "counts": s != "WITHDRAWN",
                        "status": s,
                        "combination": False,
                        "source_id": "a" * 16,
                    }
                    for n, (i, k, p, s) in enumerate(records)
                ],
                schema_overrides={"phase": pl.String, "status": pl.String},
            ),
        )
    return drug_notes(store, current_run(store, code), {drug_id: True})[drug_id]


@pytest.mark.parametrize(
    ("records", "grade", "chip"),
    [
        ([("BRCA", "label", None, None), ("BRCA", "trial", "PHASE3", "COMPLETED")], "E1", "approved here"),
        ([("BRCA", "hub", "Launched", None)], "E1", "approved here"),
        (
            [("LUAD", "label", None, None), ("BRCA", "trial", "PHASE2", "COMPLETED")],
            "E2",
            "approved elsewhere; phase 2 here",
        ),
        ([("BRCA", "trial", "PHASE1", None), ("BRCA", "trial", "PHASE2/PHASE3", None)], "E3", "phase 2/3 here"),
        ([("BRCA", "trial", None, None)], "E3", "trial here"),
        ([("LUAD", "trial", "PHASE1", None)], "E4", "phase 1 elsewhere"),
        ([("BRCA", "trial", "PHASE2", "WITHDRAWN")], "N", "not searched"),
        ([], "N", "not searched"),
    ],
)
def test_grades(store: Store, records: list[tuple[str, str, str | None, str | None]], grade: str, chip: str) -> None:
    made = note(store, *records)
    assert (made.grade, made.chip) == (grade, chip)


def test_a_record_of_both_parts_of_a_group_is_one_record(store: Store) -> None:
    fill(store, patients=(2, 2, 2), evidence=False)
    (drug_id,) = store.sql("SELECT drug_id FROM drugs WHERE name = 'Torin-2'")["drug_id"]
    store.append(
        "evidence",
        pl.DataFrame(
            [
                {
                    "drug_id": drug_id,
                    "indication": i,
                    "kind": "label",
                    "origin": "nci",
                    "record_id": "nci:torin2",
                    "counts": True,
                    "combination": False,
                    "source_id": "a" * 16,
                }
                for i in ("COAD", "READ")
            ]
        ),
    )
    made = drug_notes(store, current_run(store, "COADREAD"), {drug_id: False})[drug_id]
    assert [r.indication for r in made.records] == ["COAD, READ"]
    assert (made.label, made.elsewhere) == ("Contradicted", 0)


def test_a_short_list_shows_the_latest_trial_the_label_and_the_hub(store: Store) -> None:
    made = note(
        store,
        ("BRCA", "trial", "PHASE1", None),
        ("BRCA", "trial", "PHASE3", "WITHDRAWN"),
        ("BRCA", "trial", "PHASE2", None),
        ("BRCA", "label", None, None),
        ("BRCA", "hub", "Launched", None),
    )
    assert [r.phase for r in made.records] == ["PHASE2", None, "Launched", "PHASE1", "PHASE3"]
    assert made.trials == 2  # the withdrawn one is shown and does not count


def test_a_drug_outside_training_is_marked(store: Store) -> None:
    assert note(store).trained
    store.run("UPDATE models SET manifest = replace(manifest, (SELECT drug_id FROM drugs WHERE name = 'Torin-2'), 'x')")
    (drug_id,) = store.sql("SELECT drug_id FROM drugs WHERE name = 'Torin-2'")["drug_id"]
    assert not drug_notes(store, current_run(store, "BRCA"), {drug_id: True})[drug_id].trained
