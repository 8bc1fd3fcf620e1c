"""Figures and lists as printed."""

import pytest

from screen.report.content import glossary
from screen.report.report_kinds import KINDS


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.126, "0.13"), (-0.1, "−0.10")])
def test_numbers(value: float | None, text: str) -> None:
    assert glossary.number(value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ACTIVE_NOT_RECRUITING", "active, not recruiting"),
        ("PHASE1/PHASE2", "phase 1/2"),
        ("EARLY_PHASE1", "early phase 1"),
        ("Phase 2", "Phase 2"),
        (None, "–"),
    ],
)
def test_phases_and_statuses(name: str | None, text: str) -> None:
    assert glossary.plain(name) == text


def test_lists_are_cut_and_say_how_many_are_left() -> None:
    assert glossary.listed(["a", "b", "c"]) == "a, b and c"
    assert glossary.listed(["a", "b", "c"], 2) == "a, b and 1 more"
    assert glossary.listed([]) == ""


def test_every_label_has_a_sign_and_a_meaning() -> None:
    assert set(glossary.LABEL_SIGNS) == {name for name, _ in glossary.LABELS}


def test_a_report_explains_the_words_it_uses_and_no_others() -> None:
    patient, indication = (dict(glossary.terms(KINDS[kind].terms)) for kind in ("patient", "indication"))
    assert "Rank interval" in patient
    assert "DEI" not in patient
    assert "DEI" in indication
    assert [term for term, _ in glossary.measures([("r_drug", "rmse"), ("selective_precision_top5",)])] == [
        "r_drug",
        "rmse",
        "top 5%",
    ]


def test_a_stratum_can_be_broken_between_its_parts() -> None:
    assert glossary.stratum("lineage:Esophagus/Stomach") == "Esophagus / Stomach"
    assert glossary.stratum("solid") == "solid"
