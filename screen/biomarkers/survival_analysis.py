"""Survival by a marker: endpoint by recommendation, groups set beforehand, Cox regression, what its test says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from screen import indications
from screen.biomarkers.cox_model import Hazard, cox, early_and_late
from screen.biomarkers.endpoints import ENDPOINTS, endpoint_use
from screen.biomarkers.kaplan_meier import SPLITS, YEAR, Curve, axis_years, curves, grouped, logrank
from screen.biomarkers.survival_cohort import MarkerRequest, SurvivalCohort, survival_cohort
from screen.errors import InputError
from screen.store import Store

ADJUSTED = ("age", "sex", "stage", "type")
"""Covariates of ``--adjust``: years; sex; stage II, III, IV against I; tumour type against the most frequent."""
_PH = 0.05
_STAGES = ("I", "II", "III", "IV")
_CAUTIONS = {
    "gene": "A prognostic association whatever the treatment; adverse genes are mostly those of proliferation.",
    "alteration": "A prognostic association whatever the treatment, not a prediction of a drug's effect.",
    "score": "Few of these patients had the drug: a prognostic association of the score, no evidence that it predicts.",
    "": "Clinical covariates alone.",
}


@dataclass(frozen=True, kw_only=True)
class Survival:
    """One analysis."""

    indication: str
    within: str
    """Tumour types analysed."""
    marker: str
    marker_kind: str
    marker_source: str
    endpoint: str
    endpoint_use: str
    """recommended, caution, not reviewed."""
    endpoint_reason: str
    n: int
    events: int
    altered: int | None
    """Patients altered; ``None`` for another marker."""
    left_out: dict[str, int]
    per: str
    """What the hazard ratio compares."""
    adjusted_for: tuple[str, ...]
    hazard_ratio: float | None
    low: float | None
    """Ends of the 95% interval."""
    high: float | None
    p: float | None
    ph_p: float | None
    covariates: tuple[Hazard, ...]
    """Every covariate of the fit, the marker first."""
    medians: dict[str, float | None]
    """Group -> years; null where fewer than half had the event."""
    logrank_p: float | None
    split: str
    groups: tuple[Curve, ...]
    axis: tuple[float, ...]
    """Years at which the numbers at risk are given."""
    early_late: str
    """Where hazards are not proportional: the ratio before and after the median time of an event; else empty."""
    verdict: str
    cautions: tuple[str, ...]


def analyse(
    store: Store,
    code: str,
    marker: MarkerRequest,
    endpoint: str | None = None,
    within: str | None = None,
    adjust: Sequence[str] = (),
    split: str = "median",
) -> Survival:
    """Compare the follow-up of an indication's patients by a marker.

    Parameters
    ----------
    endpoint : OS, PFI, DSS or DFI; ``None``: the first that is not refused, PFI before OS
    within : one of the indication's tumour types
    adjust : of ``ADJUSTED``; patients in whom one is unknown are left out and counted
    split : median or tertiles, for curves of an expression or a score

    Raises
    ------
    InputError
        An endpoint that is refused for the tumour type, an unknown covariate, too few events.
    """
    codes = _codes(code, within)
    _check(marker, adjust, split)
    use = endpoint_use(within or code, endpoint)
    cohort = survival_cohort(store, codes, use.endpoint, marker)
    rows, left = _complete(cohort, adjust)
    rows, names = _designed(rows, marker, adjust)
    found = cox(rows, names)
    shown = grouped(rows, marker.kind, marker.name, split) if marker.kind else rows.with_columns(group=pl.lit("all"))
    axis = axis_years(rows)
    groups = curves(shown, axis)
    main = found[0] if marker.kind else None
    changing = _changing(rows, names, main)
    return Survival(
        indication=code,
        within=", ".join(codes),
        marker=marker.name,
        marker_kind=marker.kind,
        marker_source=cohort.source,
        endpoint=use.endpoint,
        endpoint_use=use.use,
        endpoint_reason=use.reason,
        n=rows.height,
        events=int(rows["event"].sum()),
        altered=int(rows["marker"].sum()) if marker.kind == "alteration" else None,
        left_out={**cohort.left_out, **left},
        per=_per(marker),
        adjusted_for=tuple(adjust),
        hazard_ratio=main.hazard_ratio if main else None,
        low=main.low if main else None,
        high=main.high if main else None,
        p=main.p if main else None,
        ph_p=main.ph_p if main else None,
        covariates=found,
        medians={curve.group: curve.median for curve in groups},
        logrank_p=logrank(shown) if marker.kind else None,
        split="altered or not" if marker.kind == "alteration" else split if marker.kind else "none",
        groups=groups,
        axis=axis,
        early_late=changing,
        verdict=_verdict(main, marker, use.endpoint, adjust, bool(changing)),
        cautions=tuple(filter(None, (_CAUTIONS[marker.kind], use.reason if use.use != "recommended" else ""))),
    )


def _codes(code: str, within: str | None) -> tuple[str, ...]:
    parts = indications.members(code)
    if within is None:
        return tuple(parts)
    wanted = indications.members(within)
    if not set(wanted) <= set(parts):
        raise InputError(f"{within} is no part of {code}", where="--within", remedy=f"one of: {', '.join(parts)}")
    return tuple(wanted)


def _check(marker: MarkerRequest, adjust: Sequence[str], split: str) -> None:
    unknown = [name for name in adjust if name not in ADJUSTED]
    if unknown:
        raise InputError(
            f"no covariate is called {unknown[0]!r}", where="--adjust", remedy=f"any of: {','.join(ADJUSTED)}"
        )
    if split not in SPLITS:
        raise InputError(f"no split is called {split!r}", where="--split", remedy=f"one of: {', '.join(SPLITS)}")
    given = [kind for kind in ("gene", "alteration", "score") if getattr(marker, kind)]
    if len(given) > 1 or (not given and not adjust):
        raise InputError(
            "give one of --gene, --alteration and --score, or --adjust alone",
            where="survival",
            remedy="one marker a call",
        )


def _complete(cohort: SurvivalCohort, adjust: Sequence[str]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Patients in whom every covariate is known."""
    rows, left = cohort.rows, dict[str, int]()
    for name in adjust:
        known = rows.filter(pl.col(name).is_in(_STAGES) if name == "stage" else pl.col(name).is_not_null())
        if known.height < rows.height:
            left[f"{name} not known"] = rows.height - known.height
        rows = known
    return rows, left


def _designed(rows: pl.DataFrame, marker: MarkerRequest, adjust: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Numeric columns of the regression, the marker first."""
    names: list[str] = []
    if marker.kind:
        value = rows["marker"]
        if marker.kind != "alteration":
            spread = float(np.std(value.to_numpy(), ddof=1)) if rows.height > 1 else 0.0
            value = (value - value.mean()) / spread if spread > 0 else value
        rows, names = rows.with_columns(value.alias(marker.name)), [marker.name]
    for name in adjust:
        if name == "age":
            names.append("age")
        else:
            rows, more = _dummies(rows, name)
            names += more
    return rows, names


def _dummies(rows: pl.DataFrame, name: str) -> tuple[pl.DataFrame, list[str]]:
    """A column a value, against stage I or the most frequent value; values that nobody has are none."""
    counts = rows[name].value_counts(sort=True)
    there = (
        [value for value in _STAGES if value in counts[name]] if name == "stage" else counts.sort(name)[name].to_list()
    )
    first = there[0] if name == "stage" else counts.sort("count", name, descending=[True, False])[name][0]
    columns = {f"{name} {value}": value for value in there if value != first}
    made = rows.with_columns(
        (pl.col(name) == value).cast(pl.Float64).alias(column) for column, value in columns.items()
    )
    return made, list(columns)


def _per(marker: MarkerRequest) -> str:
    return {"alteration": "altered over not altered", "": "clinical covariates"}.get(
        marker.kind, "per standard deviation among the patients analysed"
    )


def _changing(rows: pl.DataFrame, names: list[str], main: Hazard | None) -> str:
    if main is None or main.ph_p >= _PH:
        return ""
    days, before, after = early_and_late(rows, names)
    return f"before {days / YEAR:.1f} years {_ratio(before)}, after {_ratio(after)}"


def _ratio(found: Hazard | None) -> str:
    return f"{found.hazard_ratio:.2f} ({found.low:.2f} to {found.high:.2f})" if found else "not evaluable"


def _verdict(main: Hazard | None, marker: MarkerRequest, endpoint: str, adjust: Sequence[str], changing: bool) -> str:
    if main is None:
        return f"{ENDPOINTS[endpoint].capitalize()} by {', '.join(adjust)}."
    adjusted = f"adjusted for {', '.join(adjust)}" if adjust else "unadjusted"
    way = "shorter" if main.hazard_ratio > 1 else "longer"
    clear = main.low > 1 or main.high < 1
    text = (
        f"{marker.name}: {way} {ENDPOINTS[endpoint]}, hazard ratio {_ratio(main)}, {adjusted}"
        if clear
        else f"{marker.name}: no association with {ENDPOINTS[endpoint]} shown, hazard ratio {_ratio(main)}, {adjusted}"
    )
    more = "; hazards are not proportional, so this is an average over the follow-up" if changing else ""
    return f"{text}{more}. One test: with many markers tried, correct for all of them."
