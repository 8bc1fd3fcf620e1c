"""Measured figures as a person reads them: in the terminal, on the model card."""

from collections.abc import Mapping, Sequence

from screen.metrics.figure import ALL, Figure


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


_POSITIVE = {"alignment": "patients", "cells": "sensitive"}


def measured_on(figure: Figure) -> str:
    """On lines the note says it; on patients the note is of one figure, so the counts do."""
    if figure.n_positive is None:
        return figure.note or (f"{figure.n:,} pairs" if figure.n else "")
    positive = "events" if "hazard" in figure.metric else _POSITIVE.get(figure.protocol, "responders")
    return f"n = {figure.n:,}, {figure.n_positive:,} {positive}"


PRINTED = {
    "lines": ("r_drug", "r_res", "selective_precision_top5", "stands_out_precision", "stands_out_chance"),
    "patients": ("auroc",),
    "cells": ("auroc", "auroc_reversed", "ap", "ap_chance", "f1_sensitive", "f1_resistant"),
    "resistance": ("auroc", "f1_resistant", "f1_sensitive"),
}
"""Metrics that a terminal shows of a protocol, in this order; of the others their first two. All are in the export."""
MEANINGS = {
    "r_drug": "correlation within a drug, over what was not seen",
    "r_res": "the same beyond the drug's mean",
    "selective_precision_top5": "right among a line's five percent by what it does beyond elsewhere",
    "stands_out_precision": "right among the drugs that stand out",
    "stands_out_chance": "right by chance",
    "auroc": "how often who responded (or is resistant) scores higher; 0.5 is chance",
    "auroc_reversed": "1 - AUROC: that of the labels the other way round",
    "ap": "average precision of the sensitive",
    "ap_chance": "their share: average precision by chance",
    "f1_resistant": "F1 of the resistant, at one half of a class-balanced model; compare with that of all resistant",
    "f1_sensitive": "F1 of the sensitive",
}
_IN_FULL = ("organoids", "cross-study", "alignment", "cells")
"""Protocols of which a terminal shows every stratum."""
_POOLED = (ALL, "within-drug", "reading", "screen", "plate", "history")


def table_of(figures: Sequence[Figure]) -> list[dict[str, str]]:
    """A row a protocol, stratum and model, a column a metric: what a person reads first.

    Strata that hold everything, of a model itself; rows without any value say why.
    """
    shown = [
        one for one in figures if one.baseline is None and (one.protocol in _IN_FULL or one.stratum_kind in _POOLED)
    ]
    rows: dict[tuple[str, str, str], dict[str, Figure]] = {}
    for one in shown:
        rows.setdefault((one.protocol, one.printed_stratum, one.model), {})[one.metric] = one
    metrics = list(dict.fromkeys(m for (protocol, *_), found in rows.items() for m in _metrics(protocol, found)))
    made = [
        {
            "protocol": protocol,
            "on": stratum,
            "model": model,
            **{metric: figure_text(found.get(metric)) or "-" for metric in metrics},
            "measured on": measured_on(next(iter(found.values()))),
        }
        for (protocol, stratum, model), found in rows.items()
        if any(metric in found for metric in metrics)
    ]
    return [row for row in made if not _repeated(row, made)]


def _repeated(row: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> bool:
    """The default stands there under the name of its model too."""
    named = [other for other in rows if other is not row and not other["model"].startswith("default")]
    return row["model"].startswith("default") and any({**other, "model": row["model"]} == dict(row) for other in named)


def _metrics(protocol: str, found: Mapping[str, Figure]) -> Sequence[str]:
    return [m for m in PRINTED.get(protocol, tuple(found)[:2]) if m in found]


def meanings_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """What the metrics of a table are, a line each."""
    return [f"{metric}: {MEANINGS[metric]}" for metric in (rows[0] if rows else ()) if metric in MEANINGS]
