"""Drugs by clones as dots: the area says how many cells the clone has, the ink how high the drug scores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.clone_section import CloneDrug, CloneRow

SHADES = ((0.0, "#e3e7ea"), (0.25, "#c3d3df"), (0.5, "#7fa9c8"), (0.75, "#2f74a6"), (0.9, "#003f66"))
"""From which score on, and the ink."""
_LEFT, _ROW, _TOP = 118.0, 17.0, 78.0
_LARGEST = 7.5


def clone_dots(clones: Sequence["CloneRow"], drugs: Sequence["CloneDrug"]) -> Markup:
    """A row a clone, a column a drug; a ring where the score lies below 0.5: the clone is missed."""
    if not clones or not drugs:
        return Markup("")
    step = min(22.0, (WIDTH - _LEFT - 24) / len(drugs))
    marks = []
    for x, drug in enumerate(drugs):
        at = _LEFT + (x + 0.5) * step
        marks.append(
            f'<g transform="translate({at:.2f} {_TOP - 10:.2f}) rotate(-60)">'
            f"{svg.text(0, 0, glossary.short(drug.name, 20), size=7)}</g>"
        )
        for y, (clone, score) in enumerate(zip(clones, drug.scores, strict=True)):
            radius = max(2.2, _LARGEST * clone.share**0.5)
            middle = _TOP + (y + 0.5) * _ROW
            marks.append(
                svg.ring(at, middle, radius, SOFT)
                if score.score < 0.5
                else svg.circle(at, middle, radius, _ink(score.score))
            )
    for y, clone in enumerate(clones):
        label = f"{glossary.short(clone.clone, 16)} ({clone.share:.0%})"
        marks.append(svg.text(_LEFT - 4, _TOP + (y + 0.5) * _ROW + 2.6, label, anchor="end"))
    height = _TOP + len(clones) * _ROW + 22
    for place, (least, ink) in enumerate(SHADES[2:]):
        marks.append(svg.circle(_LEFT + 8 + place * 70, height - 7, 4, ink))
        marks.append(svg.text(_LEFT + 15 + place * 70, height - 4.5, f"from {least:.2f}", fill=SOFT))
    marks.append(svg.ring(_LEFT + 8 + 210, height - 7, 4, SOFT))
    marks.append(svg.text(_LEFT + 225, height - 4.5, "below 0.50: missed", fill=SOFT))
    says = f"scores of {len(drugs)} drugs in {len(clones)} clones; the table below has the numbers"
    return svg.picture(WIDTH, height, says, marks)


def _ink(score: float) -> str:
    return [ink for least, ink in SHADES if score >= least][-1]
