"""Parts of a lab report: a plate, an organoid, a pair of drugs."""

from dataclasses import dataclass

from screen.report.content.lab_curves import CurveRow
from screen.report.content.lab_prediction import Agreement
from screen.report.content.lab_update import LabResults


@dataclass(frozen=True, kw_only=True)
class PlateRow:
    """One plate."""

    plate: str
    organoid_id: str
    lab: str
    file: str
    verdict: str
    reason: str
    z_prime: float | None
    killing_control: str | None
    signal_to_background: float | None
    replicate_cv: float | None
    vehicle_cv: float | None
    plate_error: float | None
    flagged: int
    """Wells with a flag; all of them stay."""
    rows: int
    cols: int
    wells: tuple[tuple[int, int, float | None], ...]
    """Row, column, viability."""


@dataclass(frozen=True, kw_only=True)
class OrganoidResult:
    """What was measured on one organoid."""

    organoid_id: str
    patient_id: str
    worked: tuple[str, ...]
    """Treatments that worked, the best first."""
    curves: tuple[CurveRow, ...]
    """By area, the most sensitive first."""
    agreement: Agreement
    results: LabResults | None
    """Beside the patient's ranking; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Combination:
    """One pair of drugs."""

    organoid_id: str
    name: str
    pairs: int
    bliss: float | None
    low: float | None
    high: float | None
    hsa: float | None
    reading: str
