"""The pictures of the reports, as the templates call them: small ones here, large ones in files of their own."""

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.clone_dots import clone_dots
from screen.report.drawing.flows_picture import sankey
from screen.report.drawing.heat_map import heat_map
from screen.report.drawing.lab_pictures import area_bar, plate_heat, sets_beside, small_curves, squares
from screen.report.drawing.landscape_picture import landscape
from screen.report.drawing.marker_pictures import correlation_bar, ratio_bar
from screen.report.drawing.molecule_strip import illustration_strip
from screen.report.drawing.svg import BLUE, FAINT, GREY, ORANGE, PALE, SOFT, WIDTH

if TYPE_CHECKING:
    from screen.report.content.edi import Bin, Step
    from screen.report.content.patient_ranking import InCohort

__all__ = [
    "area_bar",
    "clone_dots",
    "cohort_strip",
    "correlation_bar",
    "funnel",
    "heat_map",
    "histogram",
    "illustration_strip",
    "landscape",
    "plate_heat",
    "rank_bar",
    "ratio_bar",
    "sankey",
    "sets_beside",
    "share_bar",
    "small_curves",
    "squares",
    "structure",
]


def structure(smiles: str, name: str) -> Markup:
    """A drug's structure."""
    from screen.chem.depiction import depiction

    drawn = depiction(smiles)
    return Markup(drawn.replace("<svg", f'<svg role="img" aria-label="structure of {escape(name)}"', 1))


def rank_bar(low: int, rank: int, high: int, drugs: int, shortlist: int) -> Markup:
    """A rank with its interval on a line from first to last; the tick marks the end of the shortlist."""
    span = 80.0 / max(1, drugs - 1)
    left, middle, right, cut = ((r - 1) * span + 3 for r in (low, rank, high, shortlist + 0.5))
    return svg.picture(
        86,
        10,
        f"rank {rank}, {low} to {high} of {drugs}",
        [
            svg.line(3, 5, 83, 5, FAINT, 1),
            svg.line(cut, 1.5, cut, 8.5, GREY, 0.7),
            svg.line(left, 5, right, 5, BLUE, 2.6),
            svg.circle(middle, 5, 2.6, BLUE),
        ],
    )


def share_bar(share: float, low: float, high: float) -> Markup:
    """A share of patients (0 to 1) with its interval."""
    return svg.picture(
        116,
        10,
        f"{glossary.percent(share)}, {glossary.percent(low)} to {glossary.percent(high)}",
        [
            svg.box(3, 2, 110, 6, "#eef1f4"),
            svg.box(3, 2, 110 * share, 6, PALE),
            svg.line(3 + 110 * low, 5, 3 + 110 * high, 5, BLUE, 1.4),
            svg.circle(3 + 110 * share, 5, 2.2, BLUE),
        ],
    )


def cohort_strip(drugs: Sequence["InCohort"]) -> Markup:
    """Each drug's scores over the cohort as a box, this patient's as a diamond; the axis begins near the lowest."""
    left, right, step = 150.0, WIDTH - 14, 12.5
    height = step * len(drugs) + 22
    low = floor(20 * min((min(d.score, *d.quantiles) for d in drugs), default=0.0)) / 20
    low = min(low, 0.8)

    def at(score: float) -> float:
        return left + (right - left) * (score - low) / (1 - low)

    ticks = svg.ticks(low, 1.0)
    marks = [svg.line(at(t), 2, at(t), height - 18, FAINT, 0.6) for t in ticks]
    marks += [svg.text(at(t), height - 7, glossary.number(t), anchor="middle", fill=SOFT) for t in ticks]
    for i, drug in enumerate(drugs):
        y = step * i + 8
        least, q1, median, q3, most = map(at, drug.quantiles)
        marks += [
            svg.text(left - 8, y + 2.7, glossary.short(drug.drug, 26), anchor="end"),
            svg.line(least, y, most, y, GREY, 0.8),
            svg.box(q1, y - 3.5, q3 - q1, 7, PALE),
            svg.line(median, y - 3.5, median, y + 3.5, BLUE, 1),
            svg.diamond(at(drug.score), y, ORANGE),
        ]
    return svg.picture(WIDTH, height, "scores of the shortlisted drugs over the cohort, with this patient's", marks)


def histogram(bins: Sequence["Bin"]) -> Markup:
    """Drugs by the share of patients on whose shortlist they are."""
    height, base = 110.0, 84.0
    most = max((b.drugs for b in bins), default=0) or 1
    step = WIDTH / max(1, len(bins))
    marks = [svg.line(0, base, WIDTH, base, GREY, 0.8)]
    for i, one in enumerate(bins):
        tall, x = 66.0 * one.drugs / most, step * i
        marks += [
            svg.box(x + 4, base - tall, step - 8, tall, BLUE if i else PALE),
            svg.text(x + step / 2, base - tall - 4, str(one.drugs), anchor="middle"),
            svg.text(x + step / 2, base + 10, one.label, anchor="middle", fill=SOFT),
        ]
    marks.append(
        svg.text(WIDTH / 2, height - 3, "share of the patients on whose shortlist the drug is", anchor="middle")
    )
    return svg.picture(WIDTH, height, "number of drugs by share of patients", marks)


def funnel(steps: Sequence["Step"]) -> Markup:
    """From all scores to Qualified drugs, each step narrower."""
    width, height = WIDTH / max(1, len(steps)), 54.0
    marks = []
    for i, one in enumerate(steps):
        x, top = width * i, 1.0 + 2.4 * i
        low, edge = height - top, x + width - 4
        marks += [
            svg.shape([(x, top), (edge - 8, top), (edge, height / 2), (edge - 8, low), (x, low)], PALE),
            svg.text(x + 9, height / 2 - 1, f"{one.count:,}", size=13, weight="bold"),
            svg.text(x + 9, height / 2 + 11, one.name),
        ]
    return svg.picture(WIDTH, height, "; ".join(f"{s.name}: {s.count}" for s in steps), marks)
