"""The index of a cohort: every patient once, linked, and the heat map's cells as stored."""

from pathlib import Path

import pytest

from screen.ranking.across_indications import Across
from screen.ranking.shortlists import export
from screen.report.content.cohort_index import cohort_index
from screen.report.file_names import safe_name
from screen.report.formats.rendering import as_html
from screen.store import Store
from tests.report.conftest import SETTINGS


def test_every_patient_is_listed_with_what_stands_out(filled: Store, filled_tables: Across) -> None:
    index = cohort_index(filled, "BRCA", SETTINGS, filled_tables)
    rows = export(filled, "stands_out", SETTINGS.ranking).filter(indication="BRCA", folded=False)
    assert [p.patient_id for p in index.patients] == sorted(p.patient_id for p in index.patients)
    assert len(index.patients) == 40
    page = as_html(index)
    for patient in index.patients:
        mine = rows.filter(patient_id=patient.patient_id).sort("rank")
        assert patient.standing == mine.height
        assert list(patient.first) == mine["drug_name"].to_list()[:5]
        assert f'href="{safe_name("patient", patient.patient_id)}.html"' in page


def test_the_heat_map_holds_each_patients_places(filled: Store, filled_tables: Across) -> None:
    heat = cohort_index(filled, "BRCA", SETTINGS, filled_tables).heat
    assert sorted(heat.patients) == [f"SYN-BRCA-{i:03d}" for i in range(1, 41)]
    assert len(heat.drugs) <= 40
    names = dict(filled.sql("SELECT name, drug_id FROM drugs").iter_rows())
    stored = filled.sql("SELECT patient_id, drug_id, selective FROM scores").rows_by_key(
        ["patient_id", "drug_id"], unique=True
    )
    for patient, row in zip(heat.patients, heat.places, strict=True):
        for drug, place in zip(heat.drugs, row, strict=True):
            assert place == round(100 * stored[patient, names[drug]][0])


def test_a_cohorts_reports_come_with_their_index(filled: Store, filled_tables: Across, tmp_path: Path) -> None:
    from screen.report.formats.rendering import render

    written = render(cohort_index(filled, "BRCA", SETTINGS, filled_tables), "html", tmp_path)
    assert written.name == "index-BRCA.html"


def test_of_drugs_that_stand_out_equally_often_those_with_the_widest_scores_are_drawn(
    filled: Store, filled_tables: Across, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screen.report.content.cohort_index.DRUGS", 3)
    rows = export(filled, "stands_out", SETTINGS.ranking).filter(indication="BRCA", folded=False)
    spreads = filled.sql(
        "SELECT drug_id, stddev_pop(score) AS spread FROM scores WHERE patient_id LIKE 'SYN-BRCA-%' GROUP BY drug_id"
    )
    counted = rows.group_by("drug_id", "drug_name").len().join(spreads, on="drug_id")
    wanted = counted.sort(["len", "spread"], descending=True)["drug_name"].to_list()[:3]
    assert set(cohort_index(filled, "BRCA", SETTINGS, filled_tables).heat.drugs) == set(wanted)
