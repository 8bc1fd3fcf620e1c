"""Small vector drawings (SVG text), in one style: blue for what is meant, grey for the rest, no text under 7 pt.

Lengths are in points, so that 504 units are the text width of an A4 page.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from screen.report import words

if TYPE_CHECKING:
    from screen.report.efficient import Bin, Step
    from screen.report.ranking import InCohort

INK, SOFT, GREY, BLUE, PALE, ORANGE = "#1f2a36", "#566472", "#8a949e", "#00558c", "#c9dcea", "#b34700"
WIDTH = 504.0


def rank_bar(low: int, rank: int, high: int, drugs: int, shortlist: int) -> Markup:
    """A rank with its interval on a line from first to last; the tick marks the end of the shortlist."""
    span = 80.0 / max(1, drugs - 1)
    left, middle, right, cut = ((r - 1) * span + 3 for r in (low, rank, high, shortlist + 0.5))
    return _svg(86, 10, f"rank {rank}, {low} to {high} of {drugs}", [
        _line(3, 5, 83, 5, "#dde3e8", 1), _line(cut, 1.5, cut, 8.5, GREY, 0.7),
        _line(left, 5, right, 5, BLUE, 2.6), _circle(middle, 5, 2.6, BLUE)])


def share_bar(share: float, low: float, high: float) -> Markup:
    """A share of patients (0 to 1) with its interval."""
    return _svg(116, 10, f"{words.percent(share)}, {words.percent(low)} to {words.percent(high)}", [
        _box(3, 2, 110, 6, "#eef1f4"), _box(3, 2, 110 * share, 6, PALE),
        _line(3 + 110 * low, 5, 3 + 110 * high, 5, BLUE, 1.4), _circle(3 + 110 * share, 5, 2.2, BLUE)])


def cohort_strip(drugs: Sequence["InCohort"]) -> Markup:
    """Each drug's scores over the cohort as a box, this patient's as a diamond."""
    left, right, step = 150.0, WIDTH - 14, 12.5
    height = step * len(drugs) + 22

    def at(score: float) -> float:
        return left + (right - left) * score

    marks = [_line(at(t / 4), 2, at(t / 4), height - 18, "#dde3e8", 0.6) for t in range(5)]
    marks += [_text(at(t / 4), height - 7, words.number(t / 4), anchor="middle", fill=SOFT) for t in range(5)]
    for i, drug in enumerate(drugs):
        y = step * i + 8
        least, q1, median, q3, most = map(at, drug.quantiles)
        marks += [_text(left - 8, y + 2.7, words.short(drug.drug, 26), anchor="end"),
                  _line(least, y, most, y, GREY, 0.8), _box(q1, y - 3.5, q3 - q1, 7, PALE),
                  _line(median, y - 3.5, median, y + 3.5, BLUE, 1), _diamond(at(drug.score), y, ORANGE)]
    return _svg(WIDTH, height, "scores of the shortlisted drugs over the cohort, with this patient's", marks)


def histogram(bins: Sequence["Bin"]) -> Markup:
    """Drugs by the share of patients on whose shortlist they are."""
    height, base = 110.0, 84.0
    most = max((b.drugs for b in bins), default=0) or 1
    step = WIDTH / max(1, len(bins))
    marks = [_line(0, base, WIDTH, base, GREY, 0.8)]
    for i, one in enumerate(bins):
        tall, x = 66.0 * one.drugs / most, step * i
        marks += [_box(x + 4, base - tall, step - 8, tall, BLUE if i else PALE),
                  _text(x + step / 2, base - tall - 4, str(one.drugs), anchor="middle"),
                  _text(x + step / 2, base + 10, one.label, anchor="middle", fill=SOFT)]
    marks.append(_text(WIDTH / 2, height - 3, "share of the patients on whose shortlist the drug is", anchor="middle"))
    return _svg(WIDTH, height, "number of drugs by share of patients", marks)


def funnel(steps: Sequence["Step"]) -> Markup:
    """From all scores to Qualified drugs, each step narrower."""
    width, height = WIDTH / max(1, len(steps)), 54.0
    marks = []
    for i, one in enumerate(steps):
        x, top = width * i, 1.0 + 2.4 * i
        low, edge = height - top, x + width - 4
        marks += [f'<path d="M{_n(x)} {_n(top)} L{_n(edge - 8)} {_n(top)} L{_n(edge)} {_n(height / 2)} '
                  f'L{_n(edge - 8)} {_n(low)} L{_n(x)} {_n(low)} Z" fill="{PALE}"/>',
                  _text(x + 9, height / 2 - 1, f"{one.count:,}", size=13, weight="bold"),
                  _text(x + 9, height / 2 + 11, one.name)]
    return _svg(WIDTH, height, "; ".join(f"{s.name}: {s.count}" for s in steps), marks)


def _svg(width: float, height: float, says: str, marks: Sequence[str]) -> Markup:
    return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(says)}" '
                  f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}pt" height="{_n(height)}pt">'
                  f'{"".join(marks)}</svg>')


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, width: float) -> str:
    return (f'<path d="M{_n(x1)} {_n(y1)} L{_n(x2)} {_n(y2)}" stroke="{ink}" stroke-width="{_n(width)}" '
            'stroke-linecap="round" fill="none"/>')


def _box(x: float, y: float, width: float, height: float, ink: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{ink}"/>'


def _circle(x: float, y: float, radius: float, ink: str) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{ink}"/>'


def _diamond(x: float, y: float, ink: str) -> str:
    corners = f"M{_n(x)} {_n(y - 4)} L{_n(x + 4)} {_n(y)} L{_n(x)} {_n(y + 4)} L{_n(x - 4)} {_n(y)} Z"
    return f'<path d="{corners}" fill="{ink}"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: float = 7.5, fill: str = INK,
          weight: str = "normal") -> str:
    return (f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}" font-weight="{weight}" '
            f'fill="{fill}" font-family="DejaVu Sans Condensed">{escape(text)}</text>')
