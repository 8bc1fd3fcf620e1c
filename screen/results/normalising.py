"""From signals to viability: less the blank, over the vehicle control of the same percentage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.results.layouts import Layout, LayoutWell
from screen.results.readers.plate_read import Place, PlateRead

FEWEST_INNER = 6
"""Vehicle wells off the edge from which those on it are left out of the control."""
MOST = 1.5
"""Viability above which a well is flagged and counts as this much in a fit."""
_SCALE = 1.4826


@dataclass(frozen=True)
class Normalised:
    """One plate."""

    viability: dict[Place, float]
    """1 is the matched vehicle; NaN where nothing was measured."""
    flags: dict[Place, list[str]]
    vehicle_error: float
    """Standard error of the vehicle's median, as a share of it."""
    vehicle_cv: float
    """Robust, of the wells of one percentage, pooled."""
    blank: float
    notes: tuple[str, ...]


def robust_sd(values: NDArray[np.float64]) -> float:
    """1.4826 x the median absolute deviation; 0 for fewer than two."""
    return float(_SCALE * np.median(np.abs(values - np.median(values)))) if len(values) > 1 else 0.0


def normalise(read: PlateRead, layout: Layout) -> Normalised:
    """Viability of every well that the layout gives something.

    The blank is the median of the wells without cells (0 where there are none), the vehicle the median of the wells
    of the same percentage, without those on the edge where enough lie inside.
    """
    rows, cols = read.values.shape
    signal = {
        place: float(read.values[place[0] - 1, place[1] - 1]) for place in layout.wells if _inside(place, rows, cols)
    }
    held = {place: value for place, value in signal.items() if np.isfinite(value)}
    blanks = [value for place, value in held.items() if layout.wells[place].role == "blank"]
    blank = float(np.median(blanks)) if blanks else 0.0
    controls = _controls(held, layout, rows, cols)
    flags: dict[Place, list[str]] = {place: [] for place in layout.wells}
    viability: dict[Place, float] = {}
    for place, well in layout.wells.items():
        level, caution = _matched(controls, well)
        value = held.get(place, np.nan)
        viability[place] = (value - blank) / (level - blank) if level is not None and level > blank else np.nan
        if caution and well.role == "test":
            flags[place].append(caution)
    _flag(flags, viability, layout, read)
    cv, error = _spread(held, layout, controls, blank)
    notes = () if blanks else ("no blank wells: the signal without cells is taken as 0",)
    return Normalised(viability, flags, error, cv, blank, notes)


def _inside(place: Place, rows: int, cols: int) -> bool:
    return place[0] <= rows and place[1] <= cols


def _controls(held: dict[Place, float], layout: Layout, rows: int, cols: int) -> dict[float | None, list[float]]:
    """Vehicle percentage -> signals of its wells."""
    found: dict[float | None, list[tuple[Place, float]]] = {}
    for place, value in held.items():
        if layout.wells[place].role == "vehicle":
            found.setdefault(layout.wells[place].vehicle_pct, []).append((place, value))
    if not found:
        stand_in = "time_zero" if layout.purpose == "time_zero" else "untreated"
        cells = [(place, value) for place, value in held.items() if layout.wells[place].role == stand_in]
        found = {None: cells} if cells else {}
    taken = {}
    for percent, wells in found.items():
        inner = [value for place, value in wells if 1 < place[0] < rows and 1 < place[1] < cols]
        taken[percent] = inner if len(inner) >= FEWEST_INNER else [value for _, value in wells]
    return taken


def _matched(controls: dict[float | None, list[float]], well: LayoutWell) -> tuple[float | None, str]:
    """The vehicle's level for a well, and what is to be said where its own percentage has no control."""
    if not controls:
        return None, ""
    percent = well.vehicle_pct
    if percent is None or None in controls:
        return float(np.median([value for one in controls.values() for value in one])), ""
    stated = [one for one in controls if one is not None]
    nearest = min(stated, key=lambda one: abs(one - percent))
    far = abs(nearest - percent) > 0.02 + 0.05 * percent
    return float(
        np.median(controls[nearest])
    ), f"no vehicle control of {percent:g}%: that of {nearest:g}%" if far else ""


def _flag(flags: dict[Place, list[str]], viability: dict[Place, float], layout: Layout, read: PlateRead) -> None:
    for place in read.overflow:
        if place in flags:
            flags[place].append("beyond what the reader measures")
    for place, value in viability.items():
        if layout.wells[place].role not in ("test", "positive"):
            continue
        if value > MOST:
            flags[place].append(f"viability above {MOST:g}: counted as {MOST:g} in the fit")
        if value < -0.02:
            flags[place].append("below the blank")


def _spread(
    held: dict[Place, float], layout: Layout, controls: dict[float | None, list[float]], blank: float
) -> tuple[float, float]:
    """Robust CV of the vehicle wells, and the standard error of their median (1.25 that of the mean)."""
    parts = [np.array(values) - blank for values in controls.values() if len(values) > 1]
    if not parts:
        return float("nan"), 0.0
    relative = np.concatenate([part / np.median(part) - 1.0 for part in parts if np.median(part) > 0] or [np.zeros(1)])
    cv = robust_sd(relative)
    return cv, 1.2533 * cv / float(np.sqrt(np.mean([len(part) for part in parts])))
