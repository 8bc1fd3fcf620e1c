"""Figures of the models under each other, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, GREY, ORANGE, SOFT, WIDTH

_LEFT, _STEP = 170.0, 12.0


@dataclass(frozen=True)
class ForestPoint:
    """One model's figure."""

    name: str
    value: float
    low: float
    high: float


def forest(points: Sequence[ForestPoint], says: str) -> str:
    """One row a model, the default as a diamond; empty without a figure."""
    if not points:
        return ""
    low = floor(10 * min(point.low for point in points)) / 10
    high = ceil(10 * max(point.high for point in points)) / 10
    height, right = _STEP * len(points) + 34, WIDTH - 20

    def at(value: float) -> float:
        return _LEFT + (right - _LEFT) * (value - low) / max(high - low, 1e-9)

    ticks = [low + 0.1 * step for step in range(round((high - low) * 10) + 1)]
    marks = [svg.text(4, 10, says, weight="bold")]
    marks += [svg.line(at(tick), 18, at(tick), height - 14, GREY if abs(tick) < 1e-9 else FAINT, 0.6) for tick in ticks]
    marks += [svg.text(at(tick), height - 4, f"{tick:.1f}", anchor="middle", fill=SOFT) for tick in ticks]
    for number, point in enumerate(points):
        y = _STEP * number + 24
        requested_entries = point.name.startswith("default")
        marks += [
            svg.text(_LEFT - 8, y + 2.6, point.name, anchor="end", weight="bold" if requested_entries else "normal"),
            svg.line(at(point.low), y, at(point.high), y, ORANGE if requested_entries else BLUE, 1.4),
            svg.diamond(at(point.value), y, ORANGE) if requested_entries else svg.circle(at(point.value), y, 2.4, BLUE),
        ]
    return str(svg.picture(WIDTH, height, says, marks)) + "\n"
