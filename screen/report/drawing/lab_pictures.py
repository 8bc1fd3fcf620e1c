"""Pictures of a lab report: curves, plates as heat maps, sets side by side, correlations."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite, log10
from typing import TYPE_CHECKING

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, GREEN, GREY, INK, ORANGE, SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.lab_curves import CurveRow
    from screen.report.content.lab_records import PlateRow
    from screen.report.content.lab_sets import Squares

SET_INKS = {"A": BLUE, "B": GREEN, "C": ORANGE, "D": "#8a4a7f", "": SOFT}
_WIDE, _TALL, _ACROSS = 78.0, 62.0, 6
_TOP = 1.4
"""Viability at the upper edge of a small curve."""


def small_curves(curves: Sequence["CurveRow"]) -> Markup:
    """A small picture a treatment: means of its doses and the fitted curve, in the ink of its set; lines at 1, 0.5."""
    rows = -(-len(curves) // _ACROSS)
    marks = []
    for number, one in enumerate(curves):
        left, top = (number % _ACROSS) * (_WIDE + 6) + 4, (number // _ACROSS) * (_TALL + 26) + 14
        marks += _small(one, left, top)
    return svg.picture(WIDTH, rows * (_TALL + 26) + 6, "dose-response curves, a picture a treatment", marks)


def _small(one: "CurveRow", left: float, top: float) -> list[str]:
    ink = SET_INKS.get(one.set_name, SOFT)
    low, high = log10(one.dose_low), log10(one.dose_high)
    span = (high - low) or 1.0

    def at(dose: float, viability: float) -> tuple[float, float]:
        x = left + 4 + (_WIDE - 8) * (log10(dose) - low) / span
        return x, top + _TALL * (1 - min(max(viability, 0.0), _TOP) / _TOP)

    marks = [
        svg.box(left, top, _WIDE, _TALL, "#f7f9fb"),
        *(svg.line(left, at(one.dose_low, v)[1], left + _WIDE, at(one.dose_low, v)[1], FAINT, 0.6) for v in (1.0, 0.5)),
        svg.text(left, top - 4, glossary.short(one.name, 19), size=7, fill=ink, weight="bold"),
        svg.text(left, top + _TALL + 8, f"{one.dose_low:.2g}", size=7, fill=SOFT),
        svg.text(left + _WIDE, top + _TALL + 8, f"{one.dose_high:.3g}", size=7, fill=SOFT, anchor="end"),
    ]
    line = [at(10 ** (low + span * step / 24), height) for step, height in enumerate(one.heights)]
    marks += [svg.line(*start, *end, ink, 1.3) for start, end in pairwise(line)]
    return marks + [svg.circle(*at(dose, mean), 1.7, ink) for dose, mean in one.points]


def area_bar(area: float, low: float | None, high: float | None) -> Markup:
    """An area above the curve with its interval, from -0.2 to 1."""

    def at(value: float) -> float:
        return 3 + 104 * (min(max(value, -0.2), 1.0) + 0.2) / 1.2

    marks = [svg.box(3, 2, 104, 6, "#eef1f4"), svg.line(at(0.0), 1, at(0.0), 9, GREY, 0.7)]
    if low is not None and high is not None:
        marks.append(svg.line(at(low), 5, at(high), 5, BLUE, 1.6))
    return svg.picture(110, 10, f"{area:.2f}", [*marks, svg.circle(at(area), 5, 2.3, BLUE)])


def plate_heat(plate: "PlateRow") -> Markup:
    """A plate with its wells' viability as shades: dark is dead, white the vehicle, orange above it."""
    wide = min(9.6, (WIDTH - 20) / 2 / plate.cols)
    marks = [
        svg.box(12 + wide * (col - 1), 12 + wide * (row - 1), wide - 0.5, wide - 0.5, shade(value))
        for row, col, value in plate.wells
    ]
    marks += [
        svg.text(12 + wide * (c - 0.5), 9, str(c), anchor="middle", size=7, fill=SOFT)
        for c in range(1, plate.cols + 1, 2)
    ]
    marks += [
        svg.text(8, 12 + wide * (r - 0.2), chr(64 + r), anchor="end", size=7, fill=SOFT)
        for r in range(1, min(plate.rows, 26) + 1, 2)
    ]
    return svg.picture(14 + wide * plate.cols, 14 + wide * plate.rows, f"viability of plate {plate.plate}", marks)


def shade(value: float | None) -> str:
    """Ink of a viability: 0 dark blue, 1 white, 1.5 orange; grey where nothing was measured."""
    if value is None or not isfinite(value):
        return "#e4e8ec"
    if value <= 1:
        share = max(value, 0.0)
        return _mixed((0, 62, 105), (255, 255, 255), share)
    return _mixed((255, 255, 255), (201, 90, 20), min((value - 1) / 0.6, 1.0))


def _mixed(one: tuple[int, int, int], two: tuple[int, int, int], share: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(one, two, strict=True))


def sets_beside(areas: Mapping[str, Sequence[tuple[str, float]]]) -> Markup:
    """Every drug's area above the curve as a mark, a row a set, its mean as a bar."""
    left, right, step = 70.0, WIDTH - 12, 26.0

    def at(value: float) -> float:
        return left + (right - left) * (min(max(value, -0.2), 1.0) + 0.2) / 1.2

    marks = []
    for number, (name, drugs) in enumerate(sorted(areas.items())):
        y, ink = 14 + step * number, SET_INKS.get(name, SOFT)
        marks += [
            svg.text(left - 8, y + 3, f"set {name} ({len(drugs)})", anchor="end"),
            svg.line(left, y, right, y, FAINT, 0.6),
        ]
        marks += [svg.ring(at(value), y + 4 * ((place % 3) - 1), 2.6, ink) for place, (_, value) in enumerate(drugs)]
        if drugs:
            mean = sum(value for _, value in drugs) / len(drugs)
            marks.append(svg.line(at(mean), y - 9, at(mean), y + 9, ink, 2.2))
    y = 14 + step * len(areas)
    marks += [
        svg.text(at(tick), y + 6, f"{tick:g}", anchor="middle", fill=SOFT) for tick in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    return svg.picture(WIDTH, y + 12, "area above the curve of every drug by set", marks)


def squares(table: "Squares") -> Markup:
    """A correlation as shaded squares, -1 orange, 0 white, 1 blue."""
    count = len(table.names)
    wide = min(22.0, (WIDTH - 120) / max(count, 1))
    marks = []
    for i, row in enumerate(table.values):
        marks.append(svg.text(112, 8 + wide * (i + 0.65), glossary.short(table.names[i], 24), anchor="end", size=7))
        for j, value in enumerate(row):
            ink = (
                "#e4e8ec"
                if value is None
                else _mixed((255, 255, 255), (0, 85, 140) if value > 0 else (179, 71, 0), abs(value))
            )
            marks.append(svg.box(116 + wide * j, 6 + wide * i, wide - 0.6, wide - 0.6, ink))
            if value is not None and wide >= 14:
                dark = abs(value) > 0.6
                marks.append(
                    svg.text(
                        116 + wide * (j + 0.48),
                        6 + wide * (i + 0.62),
                        f"{value:.1f}".replace("0.", "."),
                        anchor="middle",
                        size=7,
                        fill="#ffffff" if dark else INK,
                    )
                )
    return svg.picture(118 + wide * count, 10 + wide * count, "rank correlations", marks)
