"""Which figures make a verdict."""

from typing import Any

import polars as pl
import pytest

from screen.biomarkers.verdicts import NOT_SUPPORTED, NOT_TESTABLE, SUPPORTED, verdict_columns

TESTED = {"tested_lines": True, "tested_patients": True, "tested_treatment": True, "proliferation": True}


def judged(name: str, tested: dict[str, bool] = TESTED, **figures: Any) -> str:
    rows = pl.DataFrame([{"feature": "TFF1", "kind": "expression"} | figures])
    return str(verdict_columns(rows, **tested)[f"{name}_verdict"][0])


@pytest.mark.parametrize(
    ("kind", "q", "beside", "verdict"),
    [
        ("expression", 0.01, 0.01, SUPPORTED),
        ("expression", 0.01, 0.50, NOT_SUPPORTED),  # it was proliferation
        ("expression", 0.01, None, NOT_SUPPORTED),
        ("expression", 0.20, 0.01, NOT_SUPPORTED),
        ("mutation", 0.01, None, SUPPORTED),  # of patients without expression
        ("mutation", 0.01, 0.50, NOT_SUPPORTED),
        ("expression", None, None, NOT_TESTABLE),
    ],
)
def test_a_prognostic_marker_stands_beside_proliferation(
    kind: str, q: float | None, beside: float | None, verdict: str
) -> None:
    assert judged("prognostic", kind=kind, prognostic_q=q, proliferation_p=beside) == verdict


def test_without_a_score_q_alone_decides() -> None:
    assert judged("prognostic", TESTED | {"proliferation": False}, prognostic_q=0.01) == SUPPORTED


@pytest.mark.parametrize("name", ["association", "predictive"])
def test_q_decides_at_five_percent(name: str) -> None:
    assert judged(name, **{f"{name}_q": 0.05}) == SUPPORTED
    assert judged(name, **{f"{name}_q": 0.051}) == NOT_SUPPORTED


@pytest.mark.parametrize(
    ("name", "off"),
    [("association", "tested_lines"), ("prognostic", "tested_patients"), ("predictive", "tested_treatment")],
)
def test_what_was_not_tested_has_no_verdict(name: str, off: str) -> None:
    assert judged(name, TESTED | {off: False}, **{f"{name}_q": 0.001, "proliferation_p": 0.001}) == NOT_TESTABLE
