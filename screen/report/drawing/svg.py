"""Marks that every picture of a report is made of (SVG text), in one style: blue for what is meant, grey for the rest.

Lengths are in points, so that 504 units are the text width of an A4 page. No text is under 7 pt.
"""

from collections.abc import Sequence
from math import ceil, floor

from markupsafe import Markup, escape

INK, SOFT, GREY, FAINT = "#1f2a36", "#566472", "#8a949e", "#dde3e8"
BLUE, PALE, ORANGE, GREEN = "#00558c", "#c9dcea", "#b34700", "#00664a"
WIDTH = 504.0


def picture(width: float, height: float, says: str, marks: Sequence[str]) -> Markup:
    """A drawing of its marks; ``says`` is read where it cannot be seen."""
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(says)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}pt" height="{_n(height)}pt">'
        f"{''.join(marks)}</svg>"
    )


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from ``low`` to ``high``, ``most`` at the most.

    >>> ticks(0.15, 1.0), ticks(0.11, 0.99), ticks(0.9, 1.0)
    ([0.2, 0.4, 0.6, 0.8, 1.0], [0.2, 0.4, 0.6, 0.8], [0.9, 0.92, 0.94, 0.96, 0.98, 1.0])
    """
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        first, last = ceil(round(low / step, 6)), floor(round(high / step, 6))
        if last - first < most:
            return [round(step * k, 2) for k in range(first, last + 1)]
    return [low, high]


def line(x1: float, y1: float, x2: float, y2: float, ink: str, width: float) -> str:
    """A straight stroke."""
    return (
        f'<path d="M{_n(x1)} {_n(y1)} L{_n(x2)} {_n(y2)}" stroke="{ink}" stroke-width="{_n(width)}" '
        'stroke-linecap="round" fill="none"/>'
    )


def box(x: float, y: float, width: float, height: float, ink: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{ink}"/>'


def circle(x: float, y: float, radius: float, ink: str) -> str:
    """A filled circle."""
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{ink}"/>'


def ring(x: float, y: float, radius: float, ink: str) -> str:
    """An open circle."""
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="#ffffff" stroke="{ink}" stroke-width="0.9"/>'


def shape(corners: Sequence[tuple[float, float]], ink: str) -> str:
    """A filled polygon."""
    points = " L".join(f"{_n(x)} {_n(y)}" for x, y in corners)
    return f'<path d="M{points} Z" fill="{ink}"/>'


def diamond(x: float, y: float, ink: str) -> str:
    """A filled diamond, 8 wide."""
    return shape([(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)], ink)


def triangle(x: float, y: float, ink: str) -> str:
    """A filled triangle, 7 wide."""
    return shape([(x, y - 3.6), (x + 3.5, y + 2.8), (x - 3.5, y + 2.8)], ink)


def band(left: float, right: float, from_y: float, to_y: float, thick: float, ink: str) -> str:
    """A ribbon of one thickness between two edges, given by the tops of its ends."""
    middle = _n((left + right) / 2)
    there = f"M{_n(left)} {_n(from_y)} C{middle} {_n(from_y)} {middle} {_n(to_y)} {_n(right)} {_n(to_y)}"
    back = (
        f"L{_n(right)} {_n(to_y + thick)} C{middle} {_n(to_y + thick)} {middle} {_n(from_y + thick)} "
        f"{_n(left)} {_n(from_y + thick)}"
    )
    return f'<path d="{there} {back} Z" fill="{ink}" fill-opacity="0.55"/>'


def text(
    x: float, y: float, label: str, *, anchor: str = "start", size: float = 7.5, fill: str = INK, weight: str = "normal"
) -> str:
    """Text on its baseline."""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}" font-weight="{weight}" '
        f'fill="{fill}" font-family="DejaVu Sans Condensed">{escape(label)}</text>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
