"""The picture of a laboratory's history: processor seconds and peak memory over the number of plates."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, ORANGE, SOFT, WIDTH

_HIGH, _LEFT, _ROOM = 110.0, 34.0, 56.0
_PANELS = (("seconds of a processor", ("add_seconds", "rank_seconds")), ("peak memory, GB", ("add_gb", "rank_gb")))


def drawn(plates: Sequence[int], steps: Mapping[str, Sequence[float]]) -> str:
    """Adding all plates as blue circles, conditioning one patient as orange diamonds; both axes linear."""
    side = (WIDTH - 2 * _LEFT - _ROOM) / 2
    marks = [
        svg.circle(4, 6, 2.4, BLUE),
        svg.text(10, 9, "results add, all plates at once", fill=SOFT),
        svg.diamond(170, 6, ORANGE),
        svg.text(177, 9, "rank --with-results, one patient", fill=SOFT),
    ]
    for number, (title, names) in enumerate(_PANELS):
        left = _LEFT + number * (side + _ROOM)
        marks += _drawn_steps(title, [steps[name] for name in names], plates, left, 28, side)
    says = "Processor seconds and memory of adding plates and of conditioning one patient, over the number of plates"
    return str(svg.picture(WIDTH, _HIGH + 62, says, marks)) + "\n"


def _drawn_steps(
    title: str, curves: Sequence[Sequence[float]], plates: Sequence[int], left: float, top: float, side: float
) -> list[str]:
    most = max(map(max, curves)) * 1.15
    marks = [svg.text(left, top - 6, title, weight="bold")]

    def at(value: float) -> float:
        return top + _HIGH * (1 - value / most)

    def across(count: int) -> float:
        return left + side * count / max(plates)

    for part in range(5):
        value = most * part / 4
        marks.append(svg.line(left, at(value), left + side, at(value), FAINT, 0.6))
        marks.append(svg.text(left - 4, at(value) + 2.5, f"{value:.2g}", anchor="end", fill=SOFT))
    marks += [svg.text(across(count), top + _HIGH + 11, f"{count:,}", anchor="middle", fill=SOFT) for count in plates]
    marks.append(svg.text(left + side / 2, top + _HIGH + 23, "plates of 384 wells", anchor="middle", fill=SOFT))
    for curve, ink, mark in zip(curves, (BLUE, ORANGE), (_dot, svg.diamond), strict=True):
        spots = [(across(count), at(value)) for count, value in zip(plates, curve, strict=True)]
        marks += [svg.line(*one, *other, ink, 1.0) for one, other in pairwise(spots)]
        marks += [mark(x, y, ink) for x, y in spots]
        marks += [
            svg.text(x - 3, y - 5, f"{value:.3g}", anchor="end", fill=ink)
            for (x, y), value in zip(spots, curve, strict=True)
        ]
    return marks


def _dot(x: float, y: float, ink: str) -> str:
    return svg.circle(x, y, 2.4, ink)
