"""Pictures of an illustration: wells in the plane of two components, pathways as bars, similarity beside chance."""

from collections.abc import Sequence

from markupsafe import Markup

from screen.mechanism.preranked import Enriched
from screen.mechanism.signature_records import Illustration
from screen.mechanism.similar import Similar
from screen.mechanism.two_drugs import Components
from screen.report.content import glossary
from screen.report.content.illustrations import Group, Molecule
from screen.report.drawing import svg
from screen.report.drawing.molecule_strip import molecule_strip

AXIS = "Spearman correlation with the signature"
_INKS = (svg.BLUE, svg.ORANGE, svg.GREY)


def plane(found: Components) -> Markup:
    """Wells by their first two components; the larger a dot, the higher the dose of its drug."""
    left, right, top, low = 40.0, svg.WIDTH - 130, 10.0, 216.0
    xs, ys = [p.x for p in found.points], [p.y for p in found.points]

    def across(x: float) -> float:
        return left + 8 + (right - left - 16) * (x - min(xs)) / ((max(xs) - min(xs)) or 1.0)

    def down(y: float) -> float:
        return low - 8 - (low - top - 16) * (y - min(ys)) / ((max(ys) - min(ys)) or 1.0)

    groups = list(dict.fromkeys(p.group for p in found.points))
    most = {g: max((p.dose or 0.0 for p in found.points if p.group == g), default=0.0) for g in groups}
    marks = [svg.line(left, low, right, low, svg.INK, 0.8), svg.line(left, low, left, top, svg.INK, 0.8)]
    for p in sorted(found.points, key=lambda p: -groups.index(p.group)):
        size = 2.2 + (2.6 * (p.dose or 0.0) / most[p.group] if most[p.group] else 0.0)
        marks.append(svg.circle(across(p.x), down(p.y), size, _INKS[groups.index(p.group) % 3]))
    share = [*found.explained, 0.0, 0.0]
    marks.append(svg.text(right, low + 12, f"component 1, {share[0]:.0%} of the variance", anchor="end", fill=svg.SOFT))
    marks.append(svg.text(left + 4, top + 4, f"component 2, {share[1]:.0%}", fill=svg.SOFT))
    for i, group in enumerate(groups):
        y = top + 10 + 13 * i
        count = sum(p.group == group for p in found.points)
        marks += [
            svg.circle(right + 14, y - 2.5, 3.2, _INKS[i % 3]),
            svg.text(right + 22, y, f"{glossary.short(group, 20)}, {count} wells"),
        ]
    return svg.picture(svg.WIDTH, low + 18, f"{len(found.points)} wells of {', '.join(groups)} by components", marks)


def bars(up: Sequence[Enriched], down: Sequence[Enriched]) -> Markup:
    """Normalised enrichment scores, those up to the right; pale where the FDR is 5% or more."""
    rows = [*up, *reversed(down)]
    step, middle, span = 13.0, 360.0, 100.0
    most = max((abs(row.nes or 0.0) for row in rows), default=1.0) or 1.0
    height = step * len(rows) + 18
    marks = [svg.line(middle, 2, middle, height - 16, svg.GREY, 0.7)]
    for i, row in enumerate(rows):
        nes, y = row.nes or 0.0, step * i + 4
        long = span * abs(nes) / most
        ink = (svg.ORANGE if nes > 0 else svg.BLUE) if row.fdr < 0.05 else svg.FAINT
        marks += [
            svg.text(250, y + 7, glossary.short(row.name.replace("_", " "), 46), anchor="end", size=7),
            svg.box(middle if nes > 0 else middle - long, y, long, 8, ink),
            svg.text(svg.WIDTH, y + 7, f"FDR {row.fdr:.2g}", anchor="end", size=7, fill=svg.SOFT),
        ]
    marks.append(svg.text(middle, height - 4, "normalised enrichment score", anchor="middle", size=7, fill=svg.SOFT))
    return svg.picture(svg.WIDTH, height, "; ".join(f"{row.name} {row.nes or 0:.2f}" for row in rows), marks)


def strip(found: Illustration) -> Markup:
    """Correlations of every drug's signature with this one's; drugs of the same mechanism above, controls marked."""
    marks = marks_of(found)
    low, high = min((*(m.value for m in marks), 0.0)), max((*(m.value for m in marks), 0.1))
    says = f"correlations of {len(marks)} drugs, {low:.2f} to {high:.2f}"
    return molecule_strip(marks, AXIS, says, through_zero=True)


def marks_of(found: Illustration) -> tuple[Molecule, ...]:
    """Every other drug of the cell line by the correlation of its signature."""

    def group(row: Similar) -> Group:
        if row.shared:
            return "same mechanism"
        return "control" if row.drug in found.control else "other"

    return tuple(Molecule(row.drug, row.correlation, group(row)) for row in found.similar)
