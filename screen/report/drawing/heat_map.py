"""A cohort as a heat map: patients down, drugs across, a shade by the place among the reference patients."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.cohort_index import HeatMap

SHADES = ((0, "#f1f3f5"), (50, "#dfe8ef"), (75, "#a9c6dc"), (90, "#4d8ab5"), (97, "#00436f"))
"""From which percent on, and the ink; the steps are named below the picture."""
TOP, ASIDE = 84.0, 34.0
"""Room for the names of the drugs, and right of the last one's foot."""


def heat_map(drawn: "HeatMap") -> Markup:
    """One path a shade: a cohort of a thousand patients stays a picture of some hundred kilobytes."""
    columns, rows = len(drawn.drugs), len(drawn.patients)
    if not columns or not rows:
        return Markup("")
    wide, tall = (WIDTH - ASIDE) / columns, max(1.6, min(9.0, 560.0 / rows))
    marks = []
    for number, (least, ink) in enumerate(SHADES):
        below = SHADES[number + 1][0] if number + 1 < len(SHADES) else 101
        cells = [
            f"M{x * wide:.2f} {TOP + y * tall:.2f}h{wide - 0.4:.2f}v{max(tall - 0.2, 1.0):.2f}h-{wide - 0.4:.2f}z"
            for y, row in enumerate(drawn.places)
            for x, place in enumerate(row)
            if place is not None and least <= place < below
        ]
        marks.append(f'<path d="{"".join(cells)}" fill="{ink}"/>' if cells else "")
    marks += [
        f'<g transform="translate({(x + 0.65) * wide:.2f} {TOP - 3:.2f}) rotate(-65)">'
        f"{svg.text(0, 0, glossary.short(name, 20), size=7)}</g>"
        for x, name in enumerate(drawn.drugs)
    ]
    height = TOP + rows * tall + 16
    marks.append(svg.text(0, height - 4, f"{rows} patients down, {columns} drugs across", fill=SOFT))
    says = (
        f"place of {rows} patients among the reference patients for {columns} drugs; the table below lists each patient"
    )
    return svg.picture(WIDTH, height, says, marks)
