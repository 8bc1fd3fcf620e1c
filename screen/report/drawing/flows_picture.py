"""Mechanisms flowing into the tumour types their drugs are in clinical test for (a Sankey diagram)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, GREY, ORANGE, PALE, SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.flows import Flows

LEFT, RIGHT, BAR, GAP, MOST_TALL = 176.0, WIDTH - 92, 7.0, 7.0, 270.0


def sankey(flows: "Flows") -> Markup:
    """A band a mechanism and tumour type, as thick as it has drugs; the indication reported is orange."""
    total = sum(sum(one.drugs) for one in flows.rows)
    ends = max(len(flows.rows), len(flows.codes))
    unit = min(9.0, (MOST_TALL - GAP * ends) / max(1, total))
    into = [sum(one.drugs[i] for one in flows.rows) for i in range(len(flows.codes))]
    out = [sum(one.drugs) for one in flows.rows]
    height = max(_tall(out, unit), _tall(into, unit)) + 16
    rights = _tops(into, unit)
    marks = _ends(flows, out, into, unit)
    filled = [0] * len(flows.codes)
    for one, top in zip(flows.rows, _tops(out, unit), strict=True):
        used = 0
        for i, n in enumerate(one.drugs):
            if n:
                marks.append(
                    svg.band(
                        LEFT + BAR,
                        RIGHT,
                        top + used * unit,
                        rights[i] + filled[i] * unit,
                        n * unit,
                        "#e9b48f" if flows.codes[i] in flows.here else PALE,
                    )
                )
            used, filled[i] = used + n, filled[i] + n
    return svg.picture(
        WIDTH,
        height,
        "mechanisms and the tumour types their drugs are in trials for; the table below holds the same counts",
        marks,
    )


def _ends(flows: "Flows", out: Sequence[int], into: Sequence[int], unit: float) -> list[str]:
    marks = [
        svg.text(LEFT, 8, "mechanism (drugs x tumour types)", anchor="end", fill=SOFT),
        svg.text(RIGHT + BAR, 8, "in trial for (drugs)", fill=SOFT),
    ]
    for one, n, top in zip(flows.rows, out, _tops(out, unit), strict=True):
        marks += [
            svg.box(LEFT, top, BAR, n * unit, BLUE),
            svg.text(LEFT - 5, top + n * unit / 2 + 2.7, f"{glossary.short(one.mechanism, 30)} ({n})", anchor="end"),
        ]
    for code, n, top in zip(flows.codes, into, _tops(into, unit), strict=True):
        here = code in flows.here
        marks += [
            svg.box(RIGHT, top, BAR, n * unit, ORANGE if here else GREY),
            svg.text(RIGHT + BAR + 5, top + n * unit / 2 + 2.7, f"{code} ({n})", weight="bold" if here else "normal"),
        ]
    return marks


def _tops(counts: Sequence[int], unit: float) -> list[float]:
    tops, y = [], 16.0
    for n in counts:
        tops.append(y)
        y += n * unit + GAP
    return tops


def _tall(counts: Sequence[int], unit: float) -> float:
    return sum(counts) * unit + GAP * len(counts)
