"""Estimates of markers with their intervals, small enough for a row of a table."""

import math

from markupsafe import Markup

from screen.report.drawing import svg


def correlation_bar(value: float, low: float, high: float) -> Markup:
    """A correlation from -0.6 to 0.6: right of the middle goes with resistance."""
    return _bar(value, low, high, 0.6, f"{value:.2f}, {low:.2f} to {high:.2f}")


def ratio_bar(value: float, low: float, high: float) -> Markup:
    """A hazard ratio from 1/4 to 4 on a log scale: right of the middle is shorter."""
    middle, left, right = (math.log(max(one, 1e-9)) for one in (value, low, high))
    return _bar(middle, left, right, math.log(4), f"{value:.2f}, {low:.2f} to {high:.2f}")


def _bar(value: float, low: float, high: float, reach: float, says: str) -> Markup:
    def at(one: float) -> float:
        return 40 + 37 * max(-1.0, min(1.0, one / reach))

    ink = svg.GREY if low <= 0 <= high else svg.ORANGE if value > 0 else svg.BLUE
    marks = [
        svg.box(3, 2, 74, 6, "#eef1f4"),
        svg.line(40, 1, 40, 9, svg.GREY, 0.7),
        svg.line(at(low), 5, at(high), 5, ink, 1.6),
        svg.circle(at(value), 5, 2.3, ink),
    ]
    return svg.picture(80, 10, says, marks)
