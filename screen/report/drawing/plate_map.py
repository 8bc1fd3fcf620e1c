"""A plate as a drawing: every well with its role in words, the sets also by shade."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from screen.report.drawing import svg

WIDTH, HEIGHT, MARGIN = 750.0, 352.0, 14.0
"""Points: the text width of an A4 page on its side; height and margin of the plate."""
WHITE = "#ffffff"
SHADES = {
    "A": "#cfe3f2",
    "B": "#d3ebdd",
    "C": "#fbe9b7",
    "D": "#f3d9e6",
    "P": "#cfe3f2",
    "I": "#e2dcf2",
    "positive": svg.INK,
    "vehicle": "#eef1f4",
    "time_zero": "#cfe3f2",
    "edge": "#d5dce3",
    "unused": "#e4e8ec",
}
"""Of the sets and of the roles that are not white."""


@dataclass(frozen=True, kw_only=True)
class WellMark:
    """One well as drawn."""

    row: int
    col: int
    kind: str
    """Set of a test well, else its role."""
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class PlateMap:
    """One plate as drawn."""

    name: str
    rows: int
    cols: int
    says: str
    """What is on it, for those who cannot see it."""
    cells: tuple[WellMark, ...]

    @property
    def svg(self) -> Markup:
        """Wells in rows A.. and columns 1.., two lines of text each."""
        wide, tall = (WIDTH - MARGIN) / self.cols, HEIGHT / self.rows
        marks = [svg.box(MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT, svg.GREY), *_labels(self, wide, tall)]
        marks += [mark for cell in self.cells for mark in _cell(cell, wide, tall, 7.0 if self.cols > 12 else 9.5)]
        return svg.picture(WIDTH, HEIGHT + MARGIN, self.says, marks)


def _labels(plate: PlateMap, wide: float, tall: float) -> Iterator[str]:
    for col in range(1, plate.cols + 1):
        yield svg.text(MARGIN + wide * (col - 0.5), MARGIN - 4, str(col), anchor="middle", fill=svg.SOFT)
    for row in range(1, plate.rows + 1):
        letter = chr(ord("A") + row - 1)
        yield svg.text(MARGIN / 2 - 1, MARGIN + tall * (row - 0.5) + 2.5, letter, anchor="middle", fill=svg.SOFT)


def _cell(cell: WellMark, wide: float, tall: float, size: float) -> Iterator[str]:
    x, y = MARGIN + wide * (cell.col - 1), MARGIN + tall * (cell.row - 1)
    yield svg.box(x + 0.4, y + 0.4, wide - 0.8, tall - 0.8, SHADES.get(cell.kind, WHITE))
    ink = WHITE if cell.kind == "positive" else svg.INK
    lines = [line for line in (cell.first, cell.second) if line]
    top = y + tall / 2 + size * (0.35 if len(lines) == 1 else -0.2)
    for i, line in enumerate(lines):
        weight = "bold" if i == 0 and cell.kind in "ABCD" else "normal"
        yield svg.text(x + wide / 2, top + i * size * 1.18, line, anchor="middle", size=size, fill=ink, weight=weight)
