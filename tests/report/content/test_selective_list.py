"""Page one of a patient's report: what stands out for this patient, beside what is effective in nearly everybody."""

import json
from dataclasses import replace

import pytest

from screen.ranking.across_indications import Across
from screen.ranking.shortlists import export, tables
from screen.report.content.patient_report import PatientReport, patient_context
from screen.report.content.selective_list import StandsOut, headline
from screen.report.formats.rendering import as_html
from screen.report.record_data import as_json
from screen.settings import Ranking, Settings
from screen.store import Store
from tests.report.conftest import SETTINGS
from tests.report.filled import fill

PATIENT = "SYN-BRCA-003"


def report_at(store: Store, **ranking: object) -> PatientReport:
    settings = Settings(ranking=replace(Ranking(), **ranking))  # type: ignore[arg-type]
    return patient_context(store, PATIENT, settings, tables(store, settings.ranking))


def a_list(**changed: object) -> StandsOut:
    made = StandsOut(
        potency_floor=0.5,
        line_floor=None,
        selective_floor=0.9,
        compounds="clinical",
        clinical_known=True,
        potent=30,
        placed=60,
        expected=3.24,
        expected_of_all=4.0,
        listed_of_cohort=(0.0, 2.0, 9.0),
        drugs=(),
        folded=(),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_the_list_is_the_exported_one(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    rows = export(filled, "stands_out", SETTINGS.ranking, PATIENT).to_dicts()
    listed = [*report.stands_out.drugs, *report.stands_out.folded]
    assert [(d.place, d.drug_id) for d in listed] == [(row["rank"], row["drug_id"]) for row in rows]
    assert rows


def test_page_one_leads_with_what_stands_out(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    page = as_html(report)
    first, then = page.index("What stands out for this patient"), page.index("Effective in nearly everybody")
    assert first < page.index(f">{report.stands_out.drugs[0].name}<") < then
    assert first < page.index("What can be done with it") < page.index("What speaks against") < then
    assert f"{report.stands_out.expected:.1f} are expected by chance" in page


def test_an_empty_list_is_said_to_be_an_answer(filled: Store) -> None:
    report = report_at(filled, potency_floor=0.9999)
    assert report.stands_out.drugs == report.stands_out.folded == ()
    assert report.answer.startswith("No drug stands out for this patient")
    page = as_html(report)
    assert "That is an answer" in page
    assert "Effective in nearly everybody" in page


def test_a_list_no_longer_than_chance_is_said_to_be_so(filled: Store, filled_tables: Across) -> None:
    (drug, *_) = patient_context(filled, PATIENT, SETTINGS, filled_tables).stands_out.drugs
    says = headline(a_list(drugs=(drug,)))
    assert says.startswith("1 drug stands out for this patient")
    assert "3.2 are expected by chance" in says
    assert "no longer than chance makes it" in says
    four = headline(a_list(drugs=(drug,) * 4))
    assert four.startswith("4 drugs of 1 mechanism stand out")
    assert "no longer than chance" not in four


def test_without_places_nothing_can_be_said(store: Store) -> None:
    fill(store, patients=(3, 3, 3))
    store.run("UPDATE scores SET selective = NULL")
    report = report_at(store)
    assert report.answer.startswith("No drug has a place among the reference patients")
    assert report.stands_out.expected == 0
    assert report.answer in as_html(report)


def test_compounds_never_in_people_are_below_and_in_the_full_ranking(store: Store) -> None:
    fill(store, patients=(12, 3, 3))
    everything = report_at(store, compounds="all").stands_out.drugs
    drug = everything[0]
    store.run("DELETE FROM evidence WHERE drug_id = $drug", drug=drug.drug_id)
    store.run("UPDATE drugs SET hub_phase = 'Preclinical' WHERE drug_id = $drug", drug=drug.drug_id)
    report = report_at(store)
    assert [d.drug_id for d in report.stands_out.folded] == [drug.drug_id]
    assert [d.drug_id for d in report.stands_out.drugs] == [d.drug_id for d in everything[1:]]
    assert {d.drug_id for d in everything} <= {row.drug.note.drug_id for row in report.rows}
    page = as_html(report)
    assert "<b>Folded, 1:</b>" in page
    assert f"▸ {drug.name}" in page
    assert "<b>Folded" not in as_html(report_at(store, compounds="all"))


def test_where_no_source_was_read_it_is_not_known_and_nothing_is_folded(store: Store) -> None:
    fill(store, patients=(12, 3, 3), evidence=False)
    store.run("UPDATE drugs SET hub_phase = NULL")
    report = report_at(store)
    assert report.stands_out.drugs
    assert not report.stands_out.folded
    assert "Not known: no source of phases, trials or labels was read" in as_html(report)


def test_the_lengths_of_the_cohort_count_patients_without_any(filled: Store, filled_tables: Across) -> None:
    report = patient_context(filled, PATIENT, SETTINGS, filled_tables)
    rows = filled_tables.stands_out.to_dicts()
    counts = [
        sum(row["patient_id"] == patient and not row["folded"] for row in rows)
        for (patient,) in filled.sql("SELECT patient_id FROM run_patients WHERE patient_id LIKE '%BRCA%'").iter_rows()
    ]
    low, middle, high = report.stands_out.listed_of_cohort
    assert len(counts) == 40
    assert min(counts) <= low <= middle <= high <= max(counts)
    assert middle in (sorted(counts)[19], sorted(counts)[20])


def test_every_scored_drug_is_in_the_data(filled: Store, filled_tables: Across) -> None:
    data = json.loads(as_json(patient_context(filled, PATIENT, SETTINGS, filled_tables)))
    rows = filled.sql("SELECT drug_id, rank FROM scores WHERE patient_id = $id ORDER BY rank", id=PATIENT).to_dicts()
    assert [(d["drug_id"], d["rank"]) for d in data["drugs"]] == [(row["drug_id"], row["rank"]) for row in rows]


@pytest.mark.parametrize("uniform", [True, False])
def test_how_much_of_the_list_by_score_is_everybodys(store: Store, uniform: bool) -> None:
    fill(store, patients=(12, 3, 3))
    if uniform:
        store.run(
            """UPDATE scores SET score = m.mean FROM (SELECT drug_id, avg(score) AS mean FROM scores GROUP BY drug_id) m
               WHERE m.drug_id = scores.drug_id"""
        )
    else:
        low = "score = CASE WHEN patient_id = $id THEN 1 - score ELSE score END"
        store.run(f"UPDATE scores SET {low}", id=PATIENT)
    report = report_at(store)
    size = len(report.shortlist)
    means: dict[str, list[float]] = {}
    for row in export(store, "scores").to_dicts():
        if row["indication"] == "BRCA":
            means.setdefault(row["drug_id"], []).append(row["score"])
    best = sorted(means, key=lambda d: (-sum(means[d]) / len(means[d]), d))[:size]
    same = len(set(best) & {d.note.drug_id for d in report.shortlist})
    assert (same == size) == uniform
    assert f"{same} of them are among the {size} drugs with the highest mean score" in report.general
