"""Error against distance to what was trained on: every subject held out as a mark, bands of like distance as means."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, GREY, ORANGE, SOFT, WIDTH

LEFT, RIGHT, TOP, FOOT = 52.0, WIDTH - 12, 22.0, 190.0
_EDGE = 0.02
"""Share of the subjects at either end of an axis that are drawn at its edge."""
Mark = tuple[float, float, float, float]
"""Of a band: middle of its distances; mean error, and the interval's low and high end."""


def error_by_distance(
    distances: Sequence[float], errors: Sequence[float], bands: Sequence[Mark], along: str, up: str
) -> Markup:
    """Distance along, error up; the orange marks are means over bands of like distance with 95% intervals.

    Parameters
    ----------
    distances, errors : one a subject
    along, up : what the axes are
    """
    x_of, x_ticks = _axis(distances, [band[0] for band in bands], LEFT + 6, RIGHT)
    y_of, y_ticks = _axis(errors, [value for band in bands for value in band[1:]], FOOT - 6, TOP)
    marks = [svg.line(LEFT, FOOT, RIGHT, FOOT, GREY, 0.8)]
    for tick in y_ticks:
        marks += [
            svg.line(LEFT, y_of(tick), RIGHT, y_of(tick), FAINT, 0.6),
            svg.text(LEFT - 5, y_of(tick) + 2.7, glossary.number(tick, 3), anchor="end", fill=SOFT),
        ]
    marks += [svg.text(x_of(tick), FOOT + 11, glossary.number(tick, 3), anchor="middle", fill=SOFT) for tick in x_ticks]
    marks += [svg.circle(x_of(x), y_of(y), 1.3, BLUE) for x, y in zip(distances, errors, strict=True)]
    for middle, mean, low, high in bands:
        marks += [
            svg.line(x_of(middle), y_of(low), x_of(middle), y_of(high), ORANGE, 1.8),
            svg.diamond(x_of(middle), y_of(mean), ORANGE),
        ]
    marks += [svg.text((LEFT + RIGHT) / 2, FOOT + 24, along, anchor="middle"), svg.text(2, 8, up)]
    return svg.picture(WIDTH, FOOT + 30, f"{up} against {along}: {_said(bands)}", marks)


def _said(bands: Sequence[Mark]) -> str:
    return "; ".join(
        "{1} ({2} to {3}) at {0}".format(*(glossary.number(figure, 3) for figure in band)) for band in bands
    )


def _axis(
    values: Sequence[float], also: Sequence[float], start: float, end: float
) -> tuple[Callable[[float], float], list[float]]:
    """Where a value lies, and five values for ticks; the outermost are drawn at the edge."""
    ordered = sorted(values)
    cut = int(_EDGE * len(ordered))
    low = min(ordered[cut], *also)
    high = max(ordered[len(ordered) - 1 - cut], *also)
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return start + (end - start) * (min(max(value, low), high) - low) / span

    return place, [low + span * step / 4 for step in range(5)]
