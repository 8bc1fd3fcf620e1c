"""What the report of a drug's markers has in its tables."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Question:
    """One of the three questions, and its answer over all markers."""

    name: str
    """association, prognostic, predictive."""
    answer: str
    tests: int
    supported: int
    testable: bool


@dataclass(frozen=True, kw_only=True)
class MarkerRow:
    """One marker; figures are None where it was not tested."""

    feature: str
    kind: str
    association: float | None
    association_low: float | None
    association_high: float | None
    association_q: float | None
    association_rank: int | None
    lines: int | None
    lines_altered: int | None
    stability: float | None
    prognostic_hr: float | None
    prognostic_low: float | None
    prognostic_high: float | None
    prognostic_q: float | None
    proliferation_hr: float | None
    proliferation_low: float | None
    proliferation_high: float | None
    patients: int | None
    patients_altered: int | None
    predictive_ratio: float | None
    predictive_low: float | None
    predictive_high: float | None
    predictive_q: float | None
    association_verdict: str
    prognostic_verdict: str
    predictive_verdict: str


@dataclass(frozen=True, kw_only=True)
class ReportingItem:
    """One item of REMARK (McShane et al. 2005; Altman et al. 2012)."""

    item: str
    text: str
