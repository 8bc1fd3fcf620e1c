"""The cohort in parts."""

import polars as pl
import pytest

from screen.ranking.shortlists import Tables
from screen.report.content.indication_report import indication_context
from screen.report.content.patient_strata import Share, main_stage
from screen.store import Store
from tests.report.conftest import SETTINGS


@pytest.mark.parametrize(
    ("text", "stage"), [("Stage IIIA", "III"), ("II", "II"), ("Stage IV", "IV"), ("IA2", "I"), ("Stage X", "Stage X")]
)
def test_substages_are_joined(text: str, stage: str) -> None:
    assert main_stage(text) == stage


def test_shares_are_counted_within_the_part(filled: Store, filled_tables: Tables) -> None:
    report = indication_context(filled, "BRCA", SETTINGS, filled_tables)
    sex = next(f for f in report.strata.fields if f.name == "Sex")
    women = set(filled.sql("SELECT patient_id FROM patients WHERE sex = 'female'")["patient_id"])
    first = report.edi[0].note.drug_id
    edp = filled_tables.edp.filter((pl.col("indication") == "BRCA") & (pl.col("drug_id") == first))
    female = [p.name for p in sex.parts].index("female")
    share: Share = sex.lines[0].shares[female]
    assert share.efficient == len(women & set(edp["patient_id"]))


def test_what_cannot_part_the_cohort_is_said(filled: Store, filled_tables: Tables) -> None:
    missing = indication_context(filled, "BRCA", SETTINGS, filled_tables).strata.missing
    assert "subtype: the store holds none" in missing
    assert any(one.startswith("profiles from") for one in missing)
