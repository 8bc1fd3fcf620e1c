"""Prediction against clinical evidence: every scored drug as a mark, the notable ones named."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, GREEN, GREY, SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.landscape import DrugPoint, Landscape

LEFT, RIGHT, TOP, ASIDE = 96.0, WIDTH, 8.0, 132.0
"""Names of efficient drugs without room beside their marks stand in a column as wide as ASIDE."""
LETTER, LINE, LONGEST = 4.5, 8.0, 24
"""Width of a letter and height of a line at 7.2 pt; most letters of a name, which a column ASIDE holds in bold."""
Area = tuple[float, float, float, float]
Place = tuple["DrugPoint", float, float]


def landscape(drawn: "Landscape") -> Markup:
    """Score along, furthest clinical record up; filled: efficient, triangle: missed by the model, ring: neither."""
    low, high = drawn.span

    def at(score: float) -> float:
        return LEFT + 10 + (RIGHT - ASIDE - LEFT - 20) * (score - low) / ((high - low) or 1.0)

    marks, y = [], TOP
    for level in reversed(drawn.levels):
        points = [p for p in drawn.points if p.level == level]
        tall = _tall(points)
        marks += [
            svg.line(LEFT, y, RIGHT, y, FAINT, 0.6),
            svg.text(LEFT - 8, y + tall / 2 + 2.7, f"{level} ({len(points)})", anchor="end"),
            *_row(points, at, y, tall),
        ]
        y += tall
    ticks = svg.ticks(low, high)
    marks += [
        svg.line(LEFT, y, RIGHT, y, FAINT, 0.6),
        *(svg.text(at(t), y + 11, glossary.number(t), anchor="middle", fill=SOFT) for t in ticks),
        svg.text((LEFT + RIGHT - ASIDE) / 2, y + 24, "mean score over the patients", anchor="middle"),
    ]
    return svg.picture(
        WIDTH,
        y + 30,
        "mean score of every scored drug against its furthest clinical record here; "
        "the tables name the efficient ones and those missed",
        marks,
    )


def _tall(points: Sequence["DrugPoint"]) -> float:
    named = sum(p.named for p in points)
    return min(96.0, 22.0 + 3.2 * named + 0.25 * len(points))


def _row(points: Sequence["DrugPoint"], at: Callable[[float], float], top: float, tall: float) -> list[str]:
    steps = 3 if tall < 40 else 7
    places = [(p, at(p.score), top + tall / 2 + 5.0 * (3 * i % steps - steps // 2)) for i, p in enumerate(points)]
    marks = [_mark(p, x, y) for p, x, y in sorted(places, key=lambda one: one[0].named)]
    return marks + _names(places, (LEFT, top + 0.5, RIGHT, top + tall - 0.5))


def _mark(point: "DrugPoint", x: float, y: float) -> str:
    if point.efficient:
        return svg.circle(x, y, 3.2, GREEN if point.recorded else BLUE)
    if point.label == "Contradicted":
        return svg.triangle(x, y, SOFT)
    return svg.ring(x, y, 1.9, GREY)


def _names(places: Sequence[Place], room: Area) -> list[str]:
    """Names beside their marks where there is room: efficient drugs first, then the others that are notable."""
    taken = [(x - 4, y - 4, x + 4, y + 4) for _, x, y in places]
    marks = []
    for p, x, y in sorted((one for one in places if one[0].named), key=lambda one: (not one[0].efficient, -one[1])):
        label = glossary.short(p.name, LONGEST)
        aside = _aside(room) if p.efficient else []
        spot = next(
            (
                area
                for area in [*_spots(x, y, LETTER * len(label)), *aside]
                if _within(area, room) and not any(_overlap(area, other) for other in taken)
            ),
            None,
        )
        if spot:
            taken.append(spot)
            marks += [svg.line(x + 3, y, spot[0] - 2, spot[3] - 4, GREY, 0.4)] if spot in aside else []
            marks.append(svg.text(spot[0], spot[3] - 1.5, label, size=7.2, weight="bold" if p.efficient else "normal"))
    return marks


def _aside(room: Area) -> list[Area]:
    """Places under each other at the right edge of a row."""
    left = room[2] - ASIDE + 14
    return [
        (left, room[1] + LINE * i + 0.2, room[2] - 0.2, room[1] + LINE * (i + 1) - 0.2)
        for i in range(int((room[3] - room[1]) // LINE))
    ]


def _spots(x: float, y: float, wide: float) -> list[Area]:
    """Where a name may stand: beside its mark, over it, under it."""
    near = [(x + 6, y + 2.6), (x - 6 - wide, y + 2.6)]
    near += [(x + shift * wide, y + lift) for lift in (-5, 10.5) for shift in (-0.5, -0.1, -0.9)]
    return [(left, base - LINE + 2, left + wide, base + 1.5) for left, base in near]


def _within(area: Area, room: Area) -> bool:
    return area[0] > room[0] and area[1] > room[1] and area[2] < room[2] and area[3] < room[3]


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
