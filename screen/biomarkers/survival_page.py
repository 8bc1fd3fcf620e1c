"""A survival analysis written to a file: its curve as SVG, a page as HTML or PDF, its data as JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from screen import resources
from screen.biomarkers.kaplan_meier import Curve
from screen.biomarkers.survival_analysis import Survival
from screen.biomarkers.survival_text import median
from screen.errors import InputError
from screen.report.drawing import svg
from screen.report.formats.pdf import print_page
from screen.tasks.files import draft_of

_LEFT, _RIGHT, _TOP, _HEIGHT, _ROW = 120.0, 492.0, 14.0, 190.0, 12.0
_INKS = (svg.BLUE, svg.ORANGE, svg.GREEN)
FORMATS = (".html", ".pdf", ".svg", ".json")


def write_survival(found: Survival, out: Path) -> None:
    """Write one file, by its ending.

    Raises
    ------
    InputError
        An ending that is none of ``FORMATS``.
    """
    if out.suffix not in FORMATS:
        raise InputError(
            f"cannot write {out.suffix or 'a file without an ending'!r}",
            where=str(out),
            remedy=f"end the name with {', '.join(FORMATS)}",
        )
    with draft_of(out) as draft:
        if out.suffix == ".svg":
            draft.write_text(str(picture(found)), encoding="utf-8")
        elif out.suffix == ".json":
            draft.write_text(_data(found), encoding="utf-8")
        elif out.suffix == ".html":
            draft.write_text(_page(found, styled=True), encoding="utf-8")
        else:
            draft.write_bytes(print_page(_page(found, styled=False), _data(found), f"{out.stem}.json").content)


def _data(found: Survival) -> str:
    return json.dumps(asdict(found), indent=1, sort_keys=True) + "\n"


def _page(found: Survival, *, styled: bool) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = resources.folder("templates")
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (folder / "style.css").read_text(encoding="utf-8") if styled else ""
    return made.get_template("survival.html").render(s=found, curve=picture(found), median=median, style=Markup(style))


def picture(found: Survival) -> Markup:
    """The curves with the numbers at risk beneath."""
    last = found.axis[-1] or 1.0

    def across(year: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(year, last) / last

    marks = [*_axes(found, across)]
    for place, curve in enumerate(found.groups):
        ink = _INKS[place % len(_INKS)]
        marks.append(_steps(curve, last, across, ink))
        y = _TOP + _HEIGHT + 38 + _ROW * place
        marks.append(svg.text(2, y, curve.group[:28], fill=ink, weight="bold", size=7))
        marks += [
            svg.text(across(year), y, str(count), anchor="middle", size=7)
            for year, count in zip(found.axis, curve.at_risk, strict=True)
        ]
    height = _TOP + _HEIGHT + 44 + _ROW * len(found.groups)
    says = f"Kaplan-Meier curves of {found.endpoint}: " + "; ".join(
        f"{curve.group}, {curve.n} patients, median {median(curve)} years" for curve in found.groups
    )
    return svg.picture(svg.WIDTH, height, says, marks)


def _down(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)


def _axes(found: Survival, across: Callable[[float], float]) -> Sequence[str]:
    marks = [
        svg.line(_LEFT, _down(0), _RIGHT, _down(0), svg.INK, 0.8),
        svg.line(_LEFT, _down(0), _LEFT, _down(1), svg.INK, 0.8),
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        marks.append(svg.line(_LEFT - 3, _down(share), _LEFT, _down(share), svg.INK, 0.8))
        marks.append(svg.text(_LEFT - 6, _down(share) + 2.5, f"{share:.0%}", anchor="end", size=7))
    marks.append(svg.line(_LEFT, _down(0.5), _RIGHT, _down(0.5), svg.FAINT, 0.6))
    for year in found.axis:
        marks.append(svg.line(across(year), _down(0), across(year), _down(0) + 3, svg.INK, 0.8))
        marks.append(svg.text(across(year), _down(0) + 12, f"{year:g}", anchor="middle", size=7))
    marks.append(svg.text(_RIGHT, _down(0) + 22, "years", anchor="end", size=7, fill=svg.SOFT))
    marks.append(svg.text(2, _down(0) + 26, "at risk", size=7, fill=svg.SOFT))
    marks.append(svg.text(2, _TOP + 6, f"{found.endpoint}, share without event", size=7, fill=svg.SOFT))
    return marks


def _steps(curve: Curve, last: float, across: Callable[[float], float], ink: str) -> str:
    points = [(across(0), _down(1))]
    before = 1.0
    for year, share in zip(curve.years, curve.survival, strict=True):
        if year > last:
            break
        points += [(across(year), _down(before)), (across(year), _down(share))]
        before = share
    points.append((across(last if curve.years[-1] > last else curve.years[-1]), _down(before)))
    path = " L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{ink}" stroke-width="1.4"/>'
