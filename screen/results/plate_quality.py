"""How good a plate is: judged by the best killing control on it, with a verdict and its reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screen.records import drug_key
from screen.results.layouts import KILLERS, Layout
from screen.results.normalising import Normalised, robust_sd
from screen.results.plate_patterns import Patterns, patterns, series_of
from screen.results.readers.plate_read import Place, well_name

PASS, LOOK, FAIL = "pass", "look", "fail"
GOOD_Z, LEAST_Z = 0.4, 0.0
GOOD_CV, MOST_CV = 0.2, 0.35
GOOD_ERROR, MOST_ERROR = 20.0, 30.0
"""Residual plate error. Published bounds of 10 and 15 are of cell lines on automated plates; single wells of
organoids scatter more (docs/results.md)."""
LARGE, SURE = 0.2, 1e-4
"""A row, a column, the edge or every other row shifted by more than this, with at most this p, is a pattern."""
SPOILED = 0.3
"""Every other row of one half shifted by more than this, a quarter of a plate's wells: the plate fails."""
_KILLED = 0.35
_FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What is said of a plate."""

    verdict: str
    reason: str
    killing_control: str | None
    z_prime: float
    ssmd: float
    signal_to_background: float
    replicate_cv: float
    vehicle_cv: float
    patterns: Patterns


def judge(layout: Layout, normalised: Normalised, shape: Place) -> Quality:
    """Measure a plate and say whether it can be used."""
    seen = patterns(layout, normalised.viability, shape)
    if layout.purpose == "time_zero":
        return _of_time_zero(normalised, seen)
    vehicle = _role(layout, normalised.viability, "vehicle") or _role(layout, normalised.viability, "untreated")
    name, dead = _best_killing(layout, normalised.viability, np.array(vehicle))
    z, ssmd, ratio = _separation(np.array(vehicle), np.array(dead)) if dead else (np.nan,) * 3
    replicate_cv = _replicate_cv(layout, normalised.viability)
    worst, findings = _findings(z, name, normalised.vehicle_cv, seen, bool(vehicle))
    return Quality(
        verdict=worst,
        reason="; ".join(findings),
        killing_control=name or None,
        z_prime=z,
        ssmd=ssmd,
        signal_to_background=ratio,
        replicate_cv=replicate_cv,
        vehicle_cv=normalised.vehicle_cv,
        patterns=seen,
    )


def _of_time_zero(normalised: Normalised, seen: Patterns) -> Quality:
    """A plate read when the drugs go on: its wells of cells alone."""
    cv = normalised.vehicle_cv
    verdict = PASS if cv <= GOOD_CV else LOOK if cv <= MOST_CV else FAIL
    return Quality(
        verdict=verdict,
        reason=f"read at the start; its wells scatter by {cv:.0%}",
        killing_control=None,
        z_prime=float("nan"),
        ssmd=float("nan"),
        signal_to_background=float("nan"),
        replicate_cv=float("nan"),
        vehicle_cv=cv,
        patterns=seen,
    )


def outlying(seen: Patterns) -> dict[Place, str]:
    """Wells far from their curve or control: flagged, never dropped."""
    values = np.array(list(seen.residuals.values()))
    spread = robust_sd(values)
    bound = max(5 * spread, 0.3)
    return {
        place: f"{value:+.2f} from its curve or control, more than 5 robust deviations of the plate"
        for place, value in seen.residuals.items()
        if abs(value) > bound
    }


def _role(layout: Layout, viability: Mapping[Place, float], role: str) -> list[float]:
    return [v for place, v in viability.items() if layout.wells[place].role == role and np.isfinite(v)]


def _best_killing(layout: Layout, viability: Mapping[Place, float], vehicle: np.ndarray) -> tuple[str, list[float]]:
    """The control with the highest Z' of the positive controls, the known killers at their upper doses, the blanks."""
    groups: dict[str, list[float]] = {}
    for place, well in layout.wells.items():
        value = viability.get(place, np.nan)
        if not np.isfinite(value):
            continue
        if well.role == "positive":
            groups.setdefault(str(well.treatment or "positive control"), []).append(value)
        elif well.role == "blank":
            groups.setdefault("wells without cells", []).append(value)
    for treatment, places in series_of(layout, viability).items():
        if drug_key(treatment) in KILLERS:
            doses = {place: layout.wells[place].doses[0] for place in places}
            upper = sorted(set(doses.values()), reverse=True)[:3]
            groups[f"{treatment}, its {len(upper)} highest doses"] = [
                viability[place] for place in places if doses[place] in upper
            ]
    enough = {name: values for name, values in groups.items() if len(values) >= _FEWEST}
    # What kills nothing cannot judge; the blank stands in only where no compound does better.
    scored = (
        {name: _separation(vehicle, np.array(values))[0] for name, values in enough.items()} if len(vehicle) > 1 else {}
    )
    compounds = {name: z for name, z in scored.items() if name != "wells without cells"}
    killing = {name: z for name, z in compounds.items() if float(np.median(enough[name])) < _KILLED}
    pool = killing or {name: z for name, z in scored.items() if name not in compounds} or compounds
    best = max(pool, key=lambda name: pool[name], default="")
    return best, enough.get(best, [])


def _separation(vehicle: np.ndarray, dead: np.ndarray) -> tuple[float, float, float]:
    """Robust Z', robust SSMD, signal to background."""
    if len(vehicle) < 2 or len(dead) < 2:
        return (np.nan,) * 3
    high, low = float(np.median(vehicle)), float(np.median(dead))
    up, down = robust_sd(vehicle), robust_sd(dead)
    apart = abs(high - low)
    z = 1.0 - 3.0 * (up + down) / apart if apart > 0 else -np.inf
    spread = float(np.hypot(up, down))
    return max(z, -99.0), (high - low) / spread if spread > 0 else np.nan, high / low if low > 0 else np.nan


def _replicate_cv(layout: Layout, viability: Mapping[Place, float]) -> float:
    groups: dict[tuple[str, tuple[float, ...]], list[float]] = {}
    for places in series_of(layout, viability).values():
        for place in places:
            well = layout.wells[place]
            groups.setdefault((str(well.treatment), well.doses), []).append(viability[place])
    several = [np.array(one) for one in groups.values() if len(one) > 1 and np.mean(one) > 0.2]
    return float(np.median([one.std(ddof=1) / one.mean() for one in several])) if several else float("nan")


def _findings(z: float, control: str, cv: float, seen: Patterns, vehicle: bool) -> tuple[str, list[str]]:
    """The worst verdict over all tests, and what each has to say, the worst first."""
    found: list[tuple[str, str]] = []
    if not vehicle:
        found.append((FAIL, "no vehicle control: nothing can be normalised"))
    if not control:
        found.append((LOOK, "nothing on it kills: live and dead cannot be told apart"))
    elif np.isfinite(z):
        grade = PASS if z >= GOOD_Z else LOOK if z >= LEAST_Z else FAIL
        found.append((grade, f"Z' {z:.2f} by {control}"))
    if np.isfinite(cv):
        grade = PASS if cv <= GOOD_CV else LOOK if cv <= MOST_CV else FAIL
        found.append((grade, f"vehicle wells scatter by {cv:.0%}"))
    if np.isfinite(seen.plate_error):
        error = seen.plate_error
        grade = PASS if error < GOOD_ERROR else LOOK if error < MOST_ERROR else FAIL
        found.append((grade, f"residual plate error {error:.1f}%"))
    found += _shifts(seen)
    order = {FAIL: 0, LOOK: 1, PASS: 2}
    found.sort(key=lambda one: order[one[0]])
    verdict = found[0][0] if found else LOOK
    # Z' with its control is always among them.
    return verdict, [text for grade, text in found if grade != PASS or verdict == PASS or text.startswith("Z'")]


def _shifts(seen: Patterns) -> list[tuple[str, str]]:
    shifts: Sequence[tuple[float, float, str]] = (
        (seen.streak, seen.streak_p, "every other row differs in one half of the plate"),
        (seen.worst_row[1], seen.row_p, f"row {well_name(seen.worst_row[0] or 1, 1)[:-1]} is shifted"),
        (seen.worst_col[1], seen.col_p, f"column {seen.worst_col[0]} is shifted"),
        (seen.edge, seen.edge_p, "the edge differs from the inner wells"),
    )
    return [
        (
            FAIL if abs(size) > SPOILED and text.startswith("every") else LOOK,
            f"{text} (by {size:+.2f} of the vehicle, p {p:.1g})",
        )
        for size, p, text in shifts
        if np.isfinite(size) and np.isfinite(p) and abs(size) > LARGE and p < SURE
    ]
