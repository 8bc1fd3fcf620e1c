"""Measured figures as a person reads them: in the terminal, on the model card."""

from collections.abc import Sequence
from dataclasses import dataclass

from screen.metrics.figure import ALL, Figure

_IN_FULL = ("organoids", "patients", "cross-study", "alignment")
"""Protocols of which a terminal shows every stratum and difference."""
_WHOLE = (ALL, "reading", "screen", "plate", "history")
"""Kinds of strata of the other protocols that hold every line."""


@dataclass(frozen=True)
class FigureLine:
    """One line of the table in the terminal."""

    protocol: str
    stratum: str
    model: str
    metric: str
    figure: str
    """Value and 95% interval."""
    measured_on: str


def lines_of(figures: Sequence[Figure]) -> list[FigureLine]:
    """What goes on a screen: of cell lines the figures of everything, without the differences; patients in full."""
    return [
        FigureLine(one.protocol, one.printed_stratum, one.model, one.printed_metric, figure_text(one), measured_on(one))
        for one in figures
        if one.protocol in _IN_FULL or (one.stratum_kind in _WHOLE and one.baseline is None)
    ]


def figure_text(figure: Figure | None) -> str:
    """``0.369 (0.345 to 0.395)``; empty where nothing was measured."""
    if figure is None:
        return ""
    if figure.value is None:
        return "failed" if (figure.note or "").startswith("failed") else "not evaluable"
    # The squared MMD of similar domains is some thousandths, below 0 by chance; adding 0 removes the sign of a zero.
    value = f"{round(figure.value, 4) + 0.0:.4f}" if figure.metric == "mmd" else f"{figure.value:.3f}"
    span = "" if figure.low is None or figure.high is None else f" ({figure.low:.3f} to {figure.high:.3f})"
    return f"{value}{span}"


def measured_on(figure: Figure) -> str:
    """On lines the note says it; on patients the note is of one figure, so the counts do."""
    if figure.n_positive is None:
        return figure.note or (f"{figure.n:,} pairs" if figure.n else "")
    positive = "events" if "hazard" in figure.metric else "patients" if figure.protocol == "alignment" else "responders"
    return f"n = {figure.n:,}, {figure.n_positive:,} {positive}"
