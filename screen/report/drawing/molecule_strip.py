"""Values of molecules on one axis, the controls marked apart."""

from collections.abc import Sequence

from markupsafe import Markup

from screen.report.content.illustrations import DrugIllustration, Molecule
from screen.report.drawing import svg

_LEFT, _RIGHT, _BASE = 20.0, svg.WIDTH - 20, 44.0


def illustration_strip(shown: DrugIllustration) -> Markup:
    """The molecules of a kept illustration: correlations through zero, energies between their ends."""
    marks = shown.says.molecules
    says = f"{len(marks)} molecules, {marks[0].value:.2f} to {marks[-1].value:.2f}" if marks else "no other molecule"
    return molecule_strip(marks, shown.says.axis, says, through_zero=shown.kind == "signature") if marks else Markup()


def molecule_strip(marks: Sequence[Molecule], axis: str, says: str, *, through_zero: bool) -> Markup:
    """Every value at its place; drugs of the same mechanism above, then controls as rings, the others as ticks.

    Parameters
    ----------
    axis : what the values are
    says : the picture in words
    through_zero : the axis holds zero, marked
    """
    values = [mark.value for mark in marks]
    if through_zero:
        low, high = min((*values, 0.0)), max((*values, 0.1))
    else:
        low, high = min(values), max(max(values), min(values) + 0.1)

    def across(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low)

    drawn = [svg.line(_LEFT, _BASE, _RIGHT, _BASE, svg.GREY, 0.7)]
    if through_zero:
        drawn.append(svg.line(across(0), _BASE - 24, across(0), _BASE, svg.FAINT, 0.7))
    drawn += [_mark(mark, across(mark.value)) for mark in marks]
    for value in (low, 0.0, high) if through_zero else (low, high):
        drawn.append(svg.text(across(value), _BASE + 10, f"{value:.2f}", anchor="middle", size=7))
    drawn.append(svg.text(_RIGHT, _BASE + 22, axis, anchor="end", size=7, fill=svg.SOFT))
    return svg.picture(svg.WIDTH, _BASE + 26, says, drawn)


def _mark(mark: Molecule, x: float) -> str:
    if mark.group in ("drug", "same mechanism"):
        return svg.diamond(x, _BASE - 22, svg.ORANGE)
    if mark.group == "control":
        return svg.ring(x, _BASE - 12, 2.6, svg.BLUE)
    return svg.line(x, _BASE - 6, x, _BASE - 1, svg.GREY, 1.2)
