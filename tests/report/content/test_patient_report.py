"""What a patient's report says, and what it says when something is missing."""

import polars as pl
import pytest

from screen.errors import StoreError
from screen.ranking.across_indications import Across
from screen.ranking.shortlists import tables
from screen.report.content.patient_report import patient_context
from screen.report.formats.rendering import as_html
from screen.settings import Settings
from screen.store import Store
from tests.report.conftest import SETTINGS
from tests.report.filled import fill

PATIENT = "SYN-BRCA-003"


def test_the_shortlist_is_the_edp_in_its_order(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    edp = filled_tables.edp.filter(pl.col("patient_id") == PATIENT).sort("rank")
    assert [d.note.drug_id for d in report.shortlist] == edp["drug_id"].to_list()


def test_mechanisms_are_grouped_and_hold_the_whole_shortlist(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    assert len({g.mechanism for g in report.box}) == len(report.box)
    assert {d.note.drug_id for g in report.box for d in g.drugs} == {d.note.drug_id for d in report.shortlist}


def test_approved_drugs_are_listed_wherever_they_rank(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    approved = filled.sql("SELECT DISTINCT drug_id FROM evidence WHERE kind = 'label' AND indication = 'BRCA'")
    listed = {row.drug.note.drug_id for row in report.rows}
    assert set(approved["drug_id"]) - listed == {f"name:{name.casefold()}" for name in report.unscored} != set()
    assert sum(row.gap + 1 for row in report.rows) <= report.scored


def test_contradictions_are_the_first_caution(filled: Store, filled_tables: Across) -> None:
    assert patient_context(filled, PATIENT, SETTINGS, filled_tables).cautions[0].topic == "Missed by the model"


def test_a_model_no_better_than_ridge_is_said_to_be_so(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    assert "worse than ridge" in report.quality.verdict
    assert "Accuracy" in [c.topic for c in report.cautions]


def test_scores_are_shown_with_their_interval_and_what_it_was_measured_on(store: Store) -> None:
    fill(store, patients=(5, 5, 5))
    taken = tables(store, SETTINGS.ranking)
    without = as_html(patient_context(store, PATIENT, SETTINGS, taken))
    store.run("UPDATE scores SET score_low = score / 2, score_high = (score + 1) / 2")
    report = patient_context(store, PATIENT, SETTINGS, taken)
    first = report.rows[0].drug
    shown, sentence = f"({first.score / 2:.2f} to {(first.score + 1) / 2:.2f})", "on patients it is not guaranteed"
    assert shown in as_html(report)
    assert sentence in as_html(report)
    assert shown not in without
    assert f"{first.score:.2f} ± {first.score_sd:.2f}" in without


def test_a_drug_not_trained_that_resembles_none_is_marked(store: Store) -> None:
    fill(store, patients=(5, 5, 5))
    taken = tables(store, SETTINGS.ranking)
    first, second = patient_context(store, PATIENT, SETTINGS, taken).shortlist[:2]
    for drug in (first, second):
        store.run("UPDATE models SET manifest = replace(manifest, $id, 'GONE')", id=drug.note.drug_id)
    store.run("UPDATE run_drugs SET inside_domain = drug_id <> $id", id=first.note.drug_id)
    report = patient_context(store, PATIENT, SETTINGS, taken)
    assert [(d.note.trained, d.note.unseen) for d in report.shortlist[:3]] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    assert any("1 of them (‡) resemble no drug of training" in c.text for c in report.cautions)
    assert f"{first.note.name} ‡" in as_html(report)
    assert f"{second.note.name} †" in as_html(report)


def test_drugs_without_a_score_are_listed_with_the_reason(filled: Store, filled_tables: Across) -> None:
    (group,) = patient_context(filled, PATIENT, SETTINGS, filled_tables).left_out
    assert group.drugs == ("Bevacizumab", "Cetuximab", "Trastuzumab")


def test_without_evidence_everything_reads_not_searched(store: Store) -> None:
    fill(store, patients=(5, 5, 5), evidence=False)
    report = patient_context(store, PATIENT, Settings(), tables(store, Settings().ranking))
    assert {d.note.label for d in report.shortlist} == {"Not searched"}
    assert "Not searched in full" in as_html(report)


def test_a_cohort_of_three_renders_and_says_it_is_small(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    report = patient_context(store, PATIENT, Settings(), tables(store, Settings().ranking))
    assert "Small cohort" in [c.topic for c in report.cautions]
    assert "SYN-BRCA-003" in as_html(report)


def test_a_model_without_measurements_says_so(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    store.run("DELETE FROM evaluations")
    report = patient_context(store, PATIENT, Settings(), tables(store, Settings().ranking))
    assert "not measured" in report.quality.verdict
    assert "not measured" in as_html(report)


def test_an_unknown_patient_is_refused(filled: Store, filled_tables: Across) -> None:
    with pytest.raises(StoreError, match="no patient 'Nobody'"):
        patient_context(filled, "Nobody", SETTINGS, filled_tables)


def test_an_unranked_patient_is_told_how_to_be_ranked(filled: Store, filled_tables: Across) -> None:
    filled.run(
        "INSERT INTO patient_records BY NAME "
        "SELECT 'x' AS source_id, 'NEW' AS patient_id, 'STAD' AS indication, 1 AS authority"
    )
    with pytest.raises(
        StoreError, match=r"no expression and cannot be ranked[\s\S]*crescreen ingest FILE --indication STAD"
    ):
        patient_context(filled, "NEW", SETTINGS, filled_tables)
    filled.run(
        "INSERT INTO expression BY NAME SELECT 'x' AS source_id, 'patient' AS domain, 'NEW' AS subject_id, "
        "'NEW' AS sample_id, 'd' AS dataset, 'tpm' AS unit, 'o' AS gene_order_id, [1] AS levels"
    )
    with pytest.raises(StoreError, match="crescreen rank STAD --patient NEW"):
        patient_context(filled, "NEW", SETTINGS, filled_tables)


def test_real_data_carries_no_synthetic_banner(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    store.run("UPDATE source_files SET name = replace(name, 'synthetic_', '')")
    report = patient_context(store, PATIENT, Settings(), tables(store, Settings().ranking))
    assert not report.provenance.synthetic
    assert "SYNTHETIC DATA" not in as_html(report)


def test_approved_comparators_are_named_with_their_rank(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    first = next(row.drug for row in report.rows if row.drug.note.approved and not row.drug.efficient)
    assert f"{first.note.name} (rank {first.rank})" in report.comparators
    assert report.unscored[0] in report.comparators


def test_what_stands_out_comes_first_then_what_was_missed(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    first = [d.drug_id for d in report.stands_out.drugs[:12]]
    notes = [n for n in report.evidence.recorded if n.drug_id not in first]
    listed = [n.drug_id for n in report.evidence.recorded if n.drug_id in first]
    assert listed == [drug for drug in first if drug in listed]
    assert [n.drug_id for n in report.evidence.recorded[: len(listed)]] == listed
    labels = [n.label for n in notes]
    assert labels == sorted(labels, key=lambda label: label != "Contradicted")


def test_withdrawn_drugs_and_tool_compounds_are_marked(store: Store) -> None:
    fill(store, patients=(3, 3, 3), evidence=False)
    made = tables(store, Settings().ranking)
    withdrawn, tool, *_ = (d.note.drug_id for d in patient_context(store, PATIENT, Settings(), made).shortlist)
    store.run("UPDATE drugs SET hub_phase = 'Withdrawn' WHERE drug_id = $drug", drug=withdrawn)
    store.run("UPDATE drugs SET hub_phase = 'Preclinical' WHERE drug_id = $drug", drug=tool)
    report = patient_context(store, PATIENT, Settings(), made)
    assert [d.note.flag for d in report.shortlist[:2]] == ["withdrawn", "tool compound"]
    assert "Withdrawn" in [c.topic for c in report.cautions]
    assert "✕ withdrawn" in as_html(report)


def test_marks_tell_recorded_from_searched_from_open(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    for drug in (row.drug for row in report.rows):
        label, trial, hub = drug.note.marks
        assert hub.state == "open"
        assert label.state in ("recorded", "none")
        assert (trial.state == "recorded") == any(r.kind == "trial" and r.counts for r in drug.note.records)
