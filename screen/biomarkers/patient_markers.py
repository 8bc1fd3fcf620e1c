"""Markers of an indication's patients against what became of them: prognostic, and predictive of a treatment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen import indications
from screen.biomarkers.endpoints import EndpointUse, endpoint_use
from screen.biomarkers.many_cox import ManyHazards, many_cox
from screen.biomarkers.marker_matrix import FEWEST_PATIENTS, MarkerMatrix, patient_markers
from screen.biomarkers.proliferation import Proliferation, proliferation_of
from screen.biomarkers.survival_cohort import MarkerRequest, survival_cohort
from screen.errors import ScreenError
from screen.store import Store

Array = NDArray[np.float64]

FEWEST_EVENTS = 10
"""Events a covariate of a prognostic model; events on each side of a treatment."""
FEWEST_TREATED = 20
"""Patients with the drug on record; and half as many with other drugs alone."""
_KNOWN = 0.8
"""Share of patients in whom a covariate must be known to be adjusted for."""
_GIVEN = """
SELECT patient_id, bool_or(coalesce(k.drug_id, 'name:' || g.drug_key) = $drug) AS treated
FROM given_drugs g LEFT JOIN drug_keys k USING (drug_key)
WHERE list_contains($patients, patient_id) GROUP BY patient_id
"""


@dataclass(frozen=True)
class PatientCohort:
    """Patients of an indication with follow-up, and their markers; or why there are none."""

    endpoint: EndpointUse
    untestable: str
    """Why nothing can be said of them; empty where it can."""
    rows: pl.DataFrame
    """patient_id, event, days, age, stage, type."""
    covariates: Array
    """n x p."""
    adjusted_for: tuple[str, ...]
    left_out: dict[str, int]
    """Why -> how many patients."""
    markers: MarkerMatrix
    proliferation: Proliferation | None

    @property
    def days(self) -> Array:
        """n."""
        return self.rows["days"].to_numpy().astype(np.float64)

    @property
    def event(self) -> NDArray[np.bool_]:
        """n."""
        return self.rows["event"].to_numpy().astype(bool)


def patient_cohort(store: Store, code: str, endpoint: str | None = None) -> PatientCohort:
    """Gather the patients of an indication, what is adjusted for chosen before any marker is looked at.

    Age, stage (II, III, IV against I) and, of a group, tumour type: those known in 80% of the patients, and only as
    many as there are ten events for, stage going first.

    Raises
    ------
    InputError
        An endpoint that is refused for the tumour type.
    """
    use = endpoint_use(code, endpoint)
    try:
        found = survival_cohort(store, indications.members(code), use.endpoint, MarkerRequest())
    except ScreenError as fault:
        return _without(use, fault.what)
    rows, names, left = _adjustable(found.rows.filter(pl.col("days") >= 0))
    left = {**found.left_out, **left}
    markers = patient_markers(store, rows["patient_id"].to_list()) if rows.height else None
    if markers is None or not markers.features:
        return _without(use, "neither expression nor alterations of patients with follow-up", left)
    known = np.isfinite(markers.values).any(axis=1)
    if not known.all():
        left["neither expression nor alterations known"] = int((~known).sum())
        rows = rows.filter(pl.Series(known))
        markers = replace(markers, subjects=tuple(rows["patient_id"]), values=markers.values[known])
    events = int(rows["event"].sum())
    if events < 2 * FEWEST_EVENTS:
        return _without(use, f"{events} events of {use.endpoint}, {2 * FEWEST_EVENTS} are needed", left)
    return PatientCohort(use, "", rows, _columns(rows, names), tuple(names), left, markers, proliferation_of(markers))


def _without(use: EndpointUse, why: str, left: dict[str, int] | None = None) -> PatientCohort:
    nobody = pl.DataFrame({"patient_id": [], "event": [], "days": [], "age": [], "stage": [], "type": []})
    empty = MarkerMatrix((), (), (), np.empty((0, 0)), ())
    return PatientCohort(use, why, nobody, np.empty((0, 0)), (), left or {}, empty, None)


def _adjustable(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str], dict[str, int]]:
    """Patients in whom every covariate chosen is known, the covariates, who is left out."""
    names = [name for name in ("age", "type", "stage") if _fit(rows, name)]
    while True:
        complete = rows.drop_nulls(names)
        if not names or int(complete["event"].sum()) >= FEWEST_EVENTS * (1 + _columns(complete, names).shape[1]):
            break
        names = names[:-1]
    missing = rows.height - complete.height
    return complete, names, {f"{' or '.join(names)} not known": missing} if missing else {}


def _fit(rows: pl.DataFrame, name: str) -> bool:
    known = rows[name].drop_nulls()
    return known.n_unique() > 1 and known.len() >= _KNOWN * rows.height


def _columns(rows: pl.DataFrame, names: Sequence[str]) -> Array:
    """n x p: years of age, an indicator for each further stage and type that ten patients or more have."""
    columns = [np.empty((rows.height, 0))]
    for name in names:
        if name == "age":
            columns.append(rows["age"].to_numpy()[:, None])
            continue
        values = rows[name].to_list()
        there = sorted({value for value in values if values.count(value) >= FEWEST_PATIENTS})
        columns += [np.array([[float(value == one)] for value in values]) for one in there[1:]]
    return np.hstack(columns).astype(np.float64)


def prognostic(cohort: PatientCohort) -> tuple[ManyHazards, ManyHazards | None]:
    """Hazard of each marker, adjusted; and with proliferation beside it where that is measured."""
    plain = many_cox(cohort.days, cohort.event, [cohort.markers.values], cohort.covariates)
    if cohort.proliferation is None:
        return plain, None
    score, members = cohort.proliferation.score, cohort.proliferation.members
    values = cohort.markers.values
    measured = np.isfinite(score)
    days, event, covariates = cohort.days[measured], cohort.event[measured], cohort.covariates[measured]
    beside = many_cox(days, event, [values[measured]], np.column_stack([covariates, score[measured]]))
    for place, without in members.items():
        # A gene of the score is adjusted for the other genes of it.
        alone = many_cox(days, event, [values[measured][:, [place]]], np.column_stack([covariates, without[measured]]))
        beside.log_ratio[place], beside.error[place] = alone.log_ratio[0], alone.error[0]
    return plain, beside


@dataclass(frozen=True)
class Treated:
    """Who of a cohort had the drug, by the records of treatment."""

    treated: int
    others: int
    """Patients with other drugs on record, and not this one."""
    treated_events: int
    other_events: int
    untestable: str
    hazards: ManyHazards | None
    """Of the interaction: ratio of the marker's hazard ratio in the treated to that in the others."""
    adjusted_for: tuple[str, ...] = ()


def predictive(store: Store, cohort: PatientCohort, drug_id: str) -> Treated:
    """Treatment x marker interaction among patients with a recorded treatment, adjusted for age.

    A patient without any record is not taken for untreated: nobody wrote down what was given.
    """
    if cohort.untestable:
        return Treated(0, 0, 0, 0, cohort.untestable, None)
    given = store.sql(_GIVEN, drug=drug_id, patients=cohort.rows["patient_id"].to_list())
    had = dict(given.iter_rows())
    known = np.array([one in had for one in cohort.rows["patient_id"]])
    treated = np.array([bool(had.get(one)) for one in cohort.rows["patient_id"]])
    others = known & ~treated
    counts = int(treated.sum()), int(others.sum())
    events = int((treated & cohort.event).sum()), int((others & cohort.event).sum())
    why = _too_few(counts, events, cohort.endpoint.endpoint)
    if why:
        return Treated(*counts, *events, why, None)
    age = cohort.rows["age"].is_not_null().to_numpy() if "age" in cohort.adjusted_for else np.ones(len(known), bool)
    rows = known & age
    values, drug = cohort.markers.values[rows].copy(), treated[rows].astype(np.float64)
    shared = [drug]
    if "age" in cohort.adjusted_for:
        shared.append(cohort.rows["age"].to_numpy()[rows])
    values[:, _one_sided(values, drug)] = np.nan
    found = many_cox(cohort.days[rows], cohort.event[rows], [values, values * drug[:, None]], np.column_stack(shared))
    return Treated(*counts, *events, "", found, ("age",) if len(shared) > 1 else ())


def _too_few(counts: tuple[int, int], events: tuple[int, int], endpoint: str) -> str:
    if counts[0] < FEWEST_TREATED:
        return f"{counts[0]} treated, {FEWEST_TREATED} are needed"
    if counts[1] < FEWEST_TREATED // 2:
        return f"{counts[0]} treated, {counts[1]} with other drugs alone, {FEWEST_TREATED // 2} are needed"
    if min(events) < FEWEST_EVENTS:
        return (
            f"{counts[0]} treated with {events[0]} events of {endpoint}, {counts[1]} with other drugs with "
            f"{events[1]}: {FEWEST_EVENTS} on each side are needed"
        )
    return ""


def _one_sided(values: Array, drug: Array) -> NDArray[np.bool_]:
    """Alterations that fewer than five have, or lack, on either side of the treatment."""
    binary = np.all(np.isnan(values) | (values == 0) | (values == 1), axis=0)
    few = np.zeros(values.shape[1], dtype=bool)
    for side in (0.0, 1.0):
        part = values[drug == side]
        few |= ((part == 1).sum(axis=0) < FEWEST_PATIENTS // 2) | ((part == 0).sum(axis=0) < FEWEST_PATIENTS // 2)
    return np.asarray(binary & few)
