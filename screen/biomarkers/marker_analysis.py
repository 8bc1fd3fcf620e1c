"""Markers of drugs in an indication: association in cell lines, prognostic, predictive; every test counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.biomarkers.drug_association import FOLDS, PERMUTATIONS, SEEDS, DrugAssociation, Q, associate, stability
from screen.biomarkers.line_responses import Drug, Responses
from screen.biomarkers.many_cox import ManyHazards
from screen.biomarkers.marker_matrix import EXPRESSION, MarkerMatrix
from screen.biomarkers.patient_markers import PatientCohort, Treated, predictive, prognostic
from screen.biomarkers.verdicts import verdict_columns
from screen.metrics.false_discovery import q_values
from screen.store import Store
from screen.tasks.progress import Progress, silent

Array = NDArray[np.float64]

_LEADING = 20
"""Markers whose stability is looked at beside those found, and at most so many of them."""
_MOST = 400


@dataclass(frozen=True)
class MarkerAnalysis:
    """One drug in one indication."""

    drug: Drug
    rows: pl.DataFrame
    """Columns of table ``biomarkers`` but its id."""
    manifest: dict[str, Any]


def analyse_markers(
    store: Store,
    code: str,
    drugs: Sequence[Drug],
    responses: Responses,
    lines: MarkerMatrix,
    cohort: PatientCohort,
    seed: int,
    progress: Progress = silent,
) -> list[MarkerAnalysis]:
    """Test every marker for every drug; q is over all markers and drugs of the call, each of the three by itself.

    Parameters
    ----------
    lines : markers of the lines of ``responses``, in their order
    cohort : the indication's patients
    seed : of permutations and folds
    """
    found: list[DrugAssociation | None] = []
    for number, drug in enumerate(drugs):
        progress(f"markers of {drug.name}", number, len(drugs))
        place = responses.places.get(drug.drug_id)
        found.append(None if place is None else associate(responses, place, lines, seed))
    association_q = _over_all([one.found.p if one else None for one in found])
    course = None if cohort.untestable else prognostic(cohort)
    treated = [predictive(store, cohort, drug.drug_id) for drug in drugs]
    predictive_q = _over_all([one.hazards.p if one.hazards else None for one in treated])
    tests = {
        "drugs": len(drugs),
        "association": int(sum(np.isfinite(q).sum() for q in association_q if q is not None)),
        "prognostic": int(np.isfinite(course[0].p).sum()) if course else 0,
        "predictive": int(sum(np.isfinite(q).sum() for q in predictive_q if q is not None)),
    }
    most = _largest([one.found.p if one else None for one in found], association_q)
    out = []
    patients = _patient_columns(cohort, course)
    for number, drug in enumerate(drugs):
        progress(f"stability of {drug.name}", number, len(drugs))
        one = found[number]
        in_lines = _line_columns(lines, one, association_q[number], most, seed)
        in_treated = _treated_columns(cohort, treated[number], predictive_q[number])
        rows = _merged(in_lines, patients, in_treated)
        rows = verdict_columns(
            rows,
            tested_lines=one is not None,
            tested_patients=not cohort.untestable,
            tested_treatment=not treated[number].untestable,
            proliferation=cohort.proliferation is not None,
        )
        manifest = _manifest(code, drug, responses, lines, one, cohort, treated[number], tests)
        out.append(MarkerAnalysis(drug, rows, manifest))
    return out


def _over_all(parts: Sequence[Array | None]) -> list[Array | None]:
    """q of each part, over all parts together."""
    there = [part for part in parts if part is not None]
    if not there:
        return [None] * len(parts)
    whole = q_values(np.concatenate(there))
    cuts = iter(np.split(whole, np.cumsum([len(part) for part in there])[:-1]))
    return [None if part is None else next(cuts) for part in parts]


def _largest(p: Sequence[Array | None], q: Sequence[Array | None]) -> float:
    """The largest p whose q is at most .05; where there is none, Bonferroni's."""
    pairs = [(one, other) for one, other in zip(p, q, strict=True) if one is not None and other is not None]
    found = np.concatenate([one[other <= Q] for one, other in pairs]) if pairs else np.empty(0)
    tests = sum(int(np.isfinite(one).sum()) for one, _ in pairs)
    return float(found.max()) if len(found) else Q / max(tests, 1)


def _line_columns(
    lines: MarkerMatrix, one: DrugAssociation | None, q: Array | None, most: float, seed: int
) -> pl.DataFrame:
    names = {"feature": list(lines.features), "kind": list(lines.kinds)}
    if one is None or q is None:
        return pl.DataFrame(names, schema={"feature": pl.String, "kind": pl.String})
    low, high = one.found.correlation_interval()
    slope_low, slope_high = one.found.slope_interval()
    p = one.found.p
    stable = np.full(len(p), np.nan)
    order = np.argsort(np.where(np.isfinite(p), p, np.inf), kind="stable")
    leading = order[: max(_LEADING, min(_MOST, int((q <= Q).sum())))]
    leading = leading[np.isfinite(p[leading])]
    stable[leading] = stability(one, lines, leading, most, seed)
    return pl.DataFrame(
        names
        | {
            "association": one.found.correlation,
            "association_low": low,
            "association_high": high,
            "difference": one.found.slope,
            "difference_low": slope_low,
            "difference_high": slope_high,
            "association_p": p,
            "association_q": q,
            "association_rank": _ranks(p, np.array(lines.kinds) == EXPRESSION),
            "lines": one.n,
            "lines_altered": one.altered,
            "stability": stable,
        }
    ).filter(pl.col("association_p").is_not_nan())


def _ranks(p: Array, expressed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Place by p, from 1, among expression and among alterations."""
    ranks = np.zeros(len(p), np.int64)
    for part in (expressed, ~expressed):
        places = np.flatnonzero(part & np.isfinite(p))
        ranks[places[np.argsort(p[places], kind="stable")]] = np.arange(1, len(places) + 1)
    return ranks


def _patient_columns(cohort: PatientCohort, course: tuple[ManyHazards, ManyHazards | None] | None) -> pl.DataFrame:
    names = {"feature": list(cohort.markers.features), "kind": list(cohort.markers.kinds)}
    if course is None:
        return pl.DataFrame(names, schema={"feature": pl.String, "kind": pl.String})
    plain, beside = course
    columns = {
        **_hazard_columns("prognostic", plain, "hr"),
        "prognostic_q": q_values(plain.p),
        "patients": plain.n,
        "patients_altered": cohort.markers.altered(),
    }
    if beside is not None:
        columns |= _hazard_columns("proliferation", beside, "hr")
    return pl.DataFrame(names | columns).filter(pl.col("prognostic_p").is_not_nan())


def _hazard_columns(name: str, found: ManyHazards, what: str) -> dict[str, Array]:
    low, high = found.interval()
    return {f"{name}_{what}": np.exp(found.log_ratio), f"{name}_low": low, f"{name}_high": high, f"{name}_p": found.p}


def _treated_columns(cohort: PatientCohort, treated: Treated, q: Array | None) -> pl.DataFrame:
    names = {"feature": list(cohort.markers.features), "kind": list(cohort.markers.kinds)}
    if treated.hazards is None or q is None:
        return pl.DataFrame(names, schema={"feature": pl.String, "kind": pl.String})
    columns = {**_hazard_columns("predictive", treated.hazards, "ratio"), "predictive_q": q}
    return pl.DataFrame(names | columns).filter(pl.col("predictive_p").is_not_nan())


def _merged(*parts: pl.DataFrame) -> pl.DataFrame:
    """One row a marker tested anywhere."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.join(part, on=["feature", "kind"], how="full", coalesce=True)
    tested = [name for name in ("association_p", "prognostic_p", "predictive_p") if name in whole.columns]
    rows = whole.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in tested)) if tested else whole.clear()
    counts = [name for name in ("lines_altered", "patients_altered") if name in rows.columns]
    rows = rows.with_columns(pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in counts)
    return rows.fill_nan(None).sort("kind", "feature")


def _manifest(
    code: str,
    drug: Drug,
    responses: Responses,
    lines: MarkerMatrix,
    one: DrugAssociation | None,
    cohort: PatientCohort,
    treated: Treated,
    tests: dict[str, int],
) -> dict[str, Any]:
    measured = drug.drug_id in responses.places
    return {
        "indication": code,
        "drug": {"id": drug.drug_id, "name": drug.name, "targets": sorted(drug.targets)},
        "tests": tests,
        "lines": {
            "untestable": "" if one else "too few cell lines" if measured else f"not measured in {responses.dataset}",
            "dataset": responses.dataset,
            "metric": responses.metric,
            "n": one.lines if one else 0,
            "adjusted_for": list(one.adjusted_for) if one else [],
            "sources": list(lines.sources),
            "by_chance": list(one.by_chance) if one else [],
            "permutations": PERMUTATIONS,
            "refits": FOLDS * SEEDS,
        },
        "patients": {
            "untestable": cohort.untestable,
            "endpoint": cohort.endpoint.endpoint,
            "endpoint_use": cohort.endpoint.use,
            "endpoint_reason": cohort.endpoint.reason,
            "n": cohort.rows.height,
            "events": int(cohort.rows["event"].sum() or 0),
            "adjusted_for": list(cohort.adjusted_for),
            "left_out": cohort.left_out,
            "sources": list(cohort.markers.sources),
            "proliferation": list(cohort.proliferation.genes) if cohort.proliferation else [],
        },
        "treated": {
            "untestable": treated.untestable,
            "n": treated.treated,
            "others": treated.others,
            "events": treated.treated_events,
            "other_events": treated.other_events,
            "adjusted_for": list(treated.adjusted_for),
        },
    }
