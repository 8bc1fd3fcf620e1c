"""Patterns on a plate that no drug explains: rows, columns, the edge, and how far wells lie from their curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screen.dose_response.hill import fit_hill
from screen.dose_response.points import points_of
from screen.results.layouts import Layout, LayoutWell
from screen.results.normalising import MOST
from screen.results.readers.plate_read import Place

_FEWEST = 3


@dataclass(frozen=True)
class Patterns:
    """What is left of a plate's wells behind controls and curves."""

    residuals: Mapping[Place, float]
    """Viability less what the well's control or curve says."""
    plate_error: float
    """Residual plate error, percent of the vehicle: root mean square of the test wells' distances from their curves,
    with the degrees of freedom that the curves took. NaN without curves."""
    edge: float
    """Median residual of the outermost wells less that of the inner; NaN where either has fewer than eight."""
    edge_p: float
    row_p: float
    col_p: float
    """Kruskal-Wallis over rows and over columns; NaN where there are fewer than three."""
    worst_row: tuple[int, float]
    worst_col: tuple[int, float]
    """Row or column with the largest median residual, and that residual."""
    streak: float
    """Median residual of the wells of odd rows less that of even ones, in the half of the columns where it is larger:
    a dispenser's or a reader's every other row."""
    streak_p: float


def patterns(layout: Layout, viability: Mapping[Place, float], shape: Place) -> Patterns:
    """Measure what a plate's layout does not explain."""
    from scipy import stats

    residuals, error = _residuals(layout, viability)
    rows, cols = shape
    edge = {place: place[0] in (1, rows) or place[1] in (1, cols) for place in residuals}
    outer, inner = ([residuals[p] for p in residuals if edge[p] is side] for side in (True, False))
    enough = min(len(outer), len(inner)) >= 8
    by_row, by_col = (_groups(residuals, side) for side in (0, 1))
    streak, streak_p = _streak(residuals, cols)
    return Patterns(
        residuals=residuals,
        plate_error=error,
        edge=float(np.median(outer) - np.median(inner)) if enough else float("nan"),
        edge_p=float(stats.mannwhitneyu(outer, inner).pvalue) if enough else float("nan"),
        row_p=_kruskal(list(by_row.values())),
        col_p=_kruskal(list(by_col.values())),
        worst_row=_worst(by_row),
        worst_col=_worst(by_col),
        streak=streak,
        streak_p=streak_p,
    )


def series_of(layout: Layout, viability: Mapping[Place, float]) -> dict[str, list[Place]]:
    """Treatment -> its test wells that were measured at a dose."""
    found: dict[str, list[Place]] = {}
    for place, well in layout.wells.items():
        if well.role == "test" and well.doses and np.isfinite(viability.get(place, np.nan)):
            found.setdefault(str(well.treatment), []).append(place)
    return found


def capped(values: Sequence[float]) -> np.ndarray:
    """Viabilities as a fit takes them."""
    return np.minimum(np.array(values, dtype=np.float64), MOST)


def _dose(well: LayoutWell) -> float:
    return well.doses[0]


def _residuals(layout: Layout, viability: Mapping[Place, float]) -> tuple[dict[Place, float], float]:
    series = {name: places for name, places in series_of(layout, viability).items() if len(places) >= _FEWEST}
    found = _of_controls(layout, viability)
    if not series:
        return found, float("nan")
    order = list(series.values())
    points = points_of(
        [(np.array([_dose(layout.wells[p]) for p in one]), capped([viability[p] for p in one])) for one in order]
    )
    # Always the curve, tested or not: a constant would leave the drug's effect among the residuals.
    curve, squares, degrees = fit_hill(points), 0.0, 0.0
    for row, places in enumerate(order):
        log_dose = np.log10([_dose(layout.wells[p]) for p in places])
        part = 1.0 / (1.0 + 10.0 ** (-curve.slope[row] * (log_dose - curve.log_ec50[row])))
        expected = curve.top[row] - curve.drop[row] * part
        left = capped([viability[p] for p in places]) - expected
        found |= dict(zip(places, left.tolist(), strict=True))
        squares += float((left**2).sum())
        degrees += max(len(places) - 3, 0)
    return found, 100.0 * float(np.sqrt(squares / degrees)) if degrees else float("nan")


def _of_controls(layout: Layout, viability: Mapping[Place, float]) -> dict[Place, float]:
    wells = {
        place: value
        for place, value in viability.items()
        if layout.wells[place].role in ("vehicle", "untreated") and np.isfinite(value)
    }
    middle = {
        role: np.median([value for place, value in wells.items() if layout.wells[place].role == role] or [1.0])
        for role in ("vehicle", "untreated")
    }
    return {place: float(value - middle[layout.wells[place].role]) for place, value in wells.items()}


def _groups(residuals: Mapping[Place, float], side: int) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for place, value in residuals.items():
        found.setdefault(place[side], []).append(value)
    return {key: values for key, values in sorted(found.items()) if len(values) >= _FEWEST}


def _kruskal(groups: Sequence[Sequence[float]]) -> float:
    from scipy import stats

    if len(groups) < _FEWEST or np.ptp(np.concatenate([np.asarray(group) for group in groups])) == 0:
        return float("nan")
    return float(stats.kruskal(*groups).pvalue)


def _worst(groups: Mapping[int, Sequence[float]]) -> tuple[int, float]:
    middles = {key: float(np.median(values)) for key, values in groups.items()}
    return max(middles.items(), key=lambda pair: abs(pair[1]), default=(0, 0.0))


def _streak(residuals: Mapping[Place, float], cols: int) -> tuple[float, float]:
    from scipy import stats

    found = [(0.0, float("nan"))]
    for half in (range(1, cols // 2 + 1), range(cols // 2 + 1, cols + 1)):
        odd, even = ([v for (row, col), v in residuals.items() if col in half and row % 2 == side] for side in (1, 0))
        if min(len(odd), len(even)) >= 8:
            found.append((float(np.median(odd) - np.median(even)), float(stats.mannwhitneyu(odd, even).pvalue)))
    return max(found, key=lambda pair: abs(pair[0]))
