"""Single cells as pictures: maps side by side, violins, key genes as a heat map, pseudotime against probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from screen.report.content import glossary
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, FAINT, GREY, ORANGE, SOFT, WIDTH

Doubles = NDArray[np.float64]

INKS = ("#00558c", "#b34700", "#00664a", "#8a4f9e", "#a88000", "#4fa3d1", "#c9407a", "#3b3b3b")
STEPS = ((0.0, "#d9c08a"), (0.25, "#c3d3df"), (0.5, "#7fa9c8"), (0.75, "#2f74a6"), (0.9, "#003f66"))
"""From which probability, or pseudotime, on; and the ink."""
COLD, WARM = ("#7fa9c8", "#2f74a6", "#003f66"), ("#e3b48f", "#c9722f", "#8a3600")
_LEGEND = (
    ("1 SD below", COLD[2]),
    ("0.5 SD below", COLD[1]),
    ("mean", "#e3e7ea"),
    ("0.5 SD above", WARM[1]),
    ("1 SD above", WARM[2]),
)
_ACROSS, _ROOM, _SIDE = 3, 16.0, 157.0
_NOTHING = "#e3e7ea"


@dataclass(frozen=True)
class Colouring:
    """One colouring of the same cells."""

    title: str
    values: Sequence[object]
    """Names, or numbers from 0 to 1; ``None`` or NaN: not known, drawn pale."""
    numeric: bool


def maps(places: Doubles, colourings: Sequence[Colouring], says: str) -> Markup:
    """A map a colouring, three across, each with its key below."""
    low, high = places.min(axis=0), places.max(axis=0)
    scaled = (places - low) / np.maximum(high - low, 1e-12).max()
    scaled += (1 - scaled.max(axis=0)) / 2
    tall = _SIDE + 62
    marks = []
    for number, one in enumerate(colourings):
        left, top = number % _ACROSS * (_SIDE + _ROOM), number // _ACROSS * tall + 14
        marks.append(svg.text(left, top - 4, glossary.short(one.title, 34), weight="bold"))
        at = scaled * (_SIDE - 6) * (1, -1) + (left + 3, top + _SIDE - 3)
        layers = _layers(one)
        for _, ink, rows in layers:
            marks.append(_dots(at[rows], ink, 2.2 if len(places) < 1500 else 1.4))
        marks += _key([(name, ink) for name, ink, _ in layers if name], left, top + _SIDE + 9)
    height = tall * -(-len(colourings) // _ACROSS)
    return svg.picture(WIDTH, height, says, marks)


def _layers(colouring: Colouring) -> list[tuple[str, str, NDArray[np.intp]]]:
    """Name, ink and rows of what is drawn, the unknown first and so below."""
    if colouring.numeric:
        values = np.array([np.nan if one is None else float(str(one)) for one in colouring.values])
        ends = [*(least for least, _ in STEPS[1:]), np.inf]
        found = [
            (f"from {least:g}", ink, np.flatnonzero((values >= least) & (values < end)))
            for (least, ink), end in zip(STEPS, ends, strict=True)
        ]
        return [("", _NOTHING, np.flatnonzero(~np.isfinite(values))), *found]
    names = ["" if one is None else str(one) for one in colouring.values]
    sizes = {name: names.count(name) for name in sorted(set(names)) if name}
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    shown = order if len(order) <= len(INKS) else order[: len(INKS) - 1]
    whose = np.array(names, dtype=object)
    made = [(name, ink, np.flatnonzero(whose == name)) for name, ink in zip(shown, INKS, strict=False)]
    rest = np.flatnonzero(~np.isin(whose.astype(str), [*shown, ""]))
    others = [(f"{len(order) - len(shown)} others", GREY, rest)] if len(rest) else []
    return [("", _NOTHING, np.flatnonzero(whose == "")), *others, *made]


def _key(entries: Sequence[tuple[str, str]], left: float, top: float) -> list[str]:
    marks, x, y = [], left, top
    for name, ink in entries:
        label = glossary.short(name, 22)
        wide = 12 + 4.1 * len(label)
        if x + wide > left + _SIDE and x > left:
            x, y = left, y + 10
        marks += [svg.circle(x + 3, y, 2.6, ink), svg.text(x + 8, y + 2.6, label, fill=SOFT, size=7)]
        x += wide
    return marks


def _dots(at: Doubles, ink: str, size: float) -> str:
    """One path for all: a third of the bytes of a mark each."""
    if not len(at):
        return ""
    way = "".join(f"M{x:.1f} {y:.1f}h.01" for x, y in at.tolist())
    return f'<path d="{way}" stroke="{ink}" stroke-width="{size:g}" stroke-linecap="round" fill="none"/>'


def violins(groups: Sequence[tuple[str, Doubles]], says: str) -> Markup:
    """Probabilities of groups of cells: a shape a group, a bar at its median."""
    tall, top, left = 120.0, 8.0, 26.0
    step = min(90.0, (WIDTH - left) / max(len(groups), 1))
    marks = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        y, ink = top + tall * (1 - tick), GREY if tick == 0.5 else FAINT
        marks.append(svg.line(left, y, left + step * len(groups), y, ink, 0.6))
        marks.append(svg.text(left - 4, y + 2.6, f"{tick:g}", anchor="end", fill=SOFT, size=7))
    for number, (name, values) in enumerate(groups):
        middle = left + (number + 0.5) * step
        heights = _density(values) * step * 0.42
        levels = top + tall * (1 - np.linspace(0, 1, len(heights)))
        right = list(zip((middle + heights).tolist(), levels.tolist(), strict=True))
        back = list(zip((middle - heights).tolist(), levels.tolist(), strict=True))[::-1]
        y = top + tall * (1 - float(np.median(values)))
        marks += [svg.shape([*right, *back], BLUE), svg.line(middle - 7, y, middle + 7, y, ORANGE, 1.6)]
        marks.append(svg.text(middle, top + tall + 11, glossary.short(name, 16), anchor="middle", size=7))
        marks.append(svg.text(middle, top + tall + 20, f"{len(values)} cells", anchor="middle", fill=SOFT, size=7))
    return svg.picture(WIDTH, top + tall + 24, says, marks)


def _density(values: Doubles) -> Doubles:
    """Widths from 0 to 1 at 41 probabilities: a histogram smoothed by a Gaussian of two bins."""
    counts = np.histogram(values, bins=41, range=(0, 1))[0].astype(np.float64)
    away = np.arange(-6, 7)
    smooth = np.convolve(np.pad(counts, 6, mode="reflect"), np.exp(-(away**2) / 8), mode="valid")
    return np.asarray(smooth / max(float(smooth.max()), 1e-12))


def gene_heat_map(names: Sequence[str], values: Doubles, split: int, says: str) -> Markup:
    """Genes down, bins of cells by their probability across; ``split`` bins are predicted sensitive."""
    left, top, row = 84.0, 16.0, 10.0
    wide = (WIDTH - left) / max(values.shape[1], 1)
    marks = [
        svg.text(left, 9, "predicted sensitive", fill=SOFT),
        svg.text(WIDTH, 9, "predicted resistant", anchor="end", fill=SOFT),
    ]
    for y, name in enumerate(names):
        marks.append(svg.text(left - 4, top + y * row + 7.4, glossary.short(name, 18), anchor="end", size=7))
        for x, value in enumerate(values[y].tolist()):
            marks.append(svg.box(left + x * wide, top + y * row, wide + 0.15, row - 0.6, _shade(value)))
    foot = top + len(names) * row
    marks.append(svg.line(left + split * wide, top - 3, left + split * wide, foot + 2, ORANGE, 1.0))
    for place, (label, ink) in enumerate(_LEGEND):
        at = left + place * 84
        marks += [svg.box(at, foot + 7, 7, 7, ink), svg.text(at + 10, foot + 13, label, fill=SOFT, size=7)]
    return svg.picture(WIDTH, foot + 18, says, marks)


def _shade(value: float) -> str:
    if not np.isfinite(value) or abs(value) < 0.2:
        return _NOTHING
    side = WARM if value > 0 else COLD
    return side[0] if abs(value) < 0.5 else side[1] if abs(value) < 1 else side[2]


def course(time: Doubles, probability: Doubles, says: str) -> Markup:
    """A dot a cell, pseudotime across and probability up, with the median of twenty parts of equal size."""
    left, top, wide, tall = 30.0, 8.0, WIDTH - 40, 150.0
    order = np.argsort(time, kind="stable")
    at = np.column_stack([left + wide * time, top + tall * (1 - probability)])
    parts = [part for part in np.array_split(order, 20) if len(part)]
    middles = [
        (left + wide * float(np.median(time[p])), top + tall * (1 - float(np.median(probability[p])))) for p in parts
    ]
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in middles)
    marks = []
    for tick in (0.0, 0.5, 1.0):
        y = top + tall * (1 - tick)
        marks += [
            svg.line(left, y, left + wide, y, FAINT, 0.6),
            svg.text(left - 4, y + 2.6, f"{tick:g}", anchor="end", fill=SOFT),
        ]
        marks.append(svg.text(left + wide * tick, top + tall + 11, f"{tick:g}", anchor="middle", fill=SOFT))
    marks += [_dots(at, "#7fa9c8", 1.8), f'<path d="M{way}" stroke="{ORANGE}" stroke-width="1.6" fill="none"/>']
    marks.append(svg.text(left + wide / 2, top + tall + 21, "pseudotime from the root", anchor="middle", fill=SOFT))
    return svg.picture(WIDTH, top + tall + 26, says, marks)
