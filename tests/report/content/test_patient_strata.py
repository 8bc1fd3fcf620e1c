"""The cohort in parts."""

from dataclasses import replace

import polars as pl
import pytest

from screen.ranking.across_indications import Across, across
from screen.report.content.indication_report import indication_context
from screen.report.content.patient_strata import Share, main_stage
from screen.store import Store
from tests.report.conftest import SETTINGS
from tests.report.filled import fill


@pytest.mark.parametrize(
    ("text", "stage"), [("Stage IIIA", "III"), ("II", "II"), ("Stage IV", "IV"), ("IA2", "I"), ("Stage X", "Stage X")]
)
def test_substages_are_joined(text: str, stage: str) -> None:
    assert main_stage(text) == stage


def test_shares_are_counted_within_the_part(filled: Store, filled_tables: Across) -> None:
    report = indication_context(filled, "BRCA", SETTINGS, filled_tables)
    sex = next(f for f in report.strata.fields if f.name == "Sex")
    women = set(filled.sql("SELECT patient_id FROM patients WHERE sex = 'female'")["patient_id"])
    first = report.edi[0].note.drug_id
    edp = filled_tables.edp.filter((pl.col("indication") == "BRCA") & (pl.col("drug_id") == first))
    female = [p.name for p in sex.parts].index("female")
    share: Share = sex.lines[0].shares[female]
    assert share.efficient == len(women & set(edp["patient_id"]))


def test_what_cannot_part_the_cohort_is_said(filled: Store, filled_tables: Across) -> None:
    missing = indication_context(filled, "BRCA", SETTINGS, filled_tables).strata.missing
    assert "subtype and the like: no clinical table that was read has a column of groups" in missing
    assert any(one.startswith("profiles from") for one in missing)


def test_a_column_of_a_clinical_table_parts_the_cohort_where_it_is_named(store: Store) -> None:
    fill(store, patients=(20, 3, 3))
    patients = store.sql("SELECT patient_id FROM run_patients JOIN runs USING (run_id) WHERE indication = 'BRCA'")
    ids = sorted(patients["patient_id"])
    rows = [("s", one, name, "AB"[place % 2]) for place, one in enumerate(ids) for name in ("subtype", "sex", "x")]
    store.append("patient_groups", pl.DataFrame(rows, ["source_id", "patient_id", "name", "value"], orient="row"))
    found = across(store, SETTINGS.ranking)
    report = indication_context(store, "BRCA", replace(SETTINGS, strata=("subtype", "sex", "none")), found)
    subtype = next(field for field in report.strata.fields if field.name == "subtype")
    assert [(part.name, part.patients) for part in subtype.parts] == [("A", 10), ("B", 10)]
    first = report.edi[0].note.drug_id
    listed = set(found.edp.filter((pl.col("indication") == "BRCA") & (pl.col("drug_id") == first))["patient_id"])
    assert subtype.lines[0].shares[0].efficient == len(listed & set(ids[::2]))
    assert [field.name for field in report.strata.fields].count("sex") == 1, "beside the sex that tables give"
    assert "none: no clinical table has it" in report.strata.missing
    assert "columns of clinical tables that the setting strata does not name: x" in report.strata.missing


def test_of_two_tables_the_later_one_holds(store: Store) -> None:
    fill(store, patients=(20, 3, 3))
    patients = store.sql("SELECT patient_id FROM run_patients JOIN runs USING (run_id) WHERE indication = 'BRCA'")
    sources = store.sql("SELECT source_id FROM source_files ORDER BY source_id DESC LIMIT 2")["source_id"]
    store.run("UPDATE source_files SET ingested = (source_id = $later)::INT", later=sources[0])
    rows = [
        (source, one, "subtype", value[place % 2])
        for source, value in zip(sources, ("AB", "CD"), strict=True)
        for place, one in enumerate(sorted(patients["patient_id"]))
    ]
    store.append("patient_groups", pl.DataFrame(rows, ["source_id", "patient_id", "name", "value"], orient="row"))
    settings = replace(SETTINGS, strata=("subtype",))
    fields = indication_context(store, "BRCA", settings, across(store, SETTINGS.ranking)).strata.fields
    assert [part.name for part in next(one for one in fields if one.name == "subtype").parts] == ["A", "B"]
