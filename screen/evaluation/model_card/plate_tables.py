"""Tables of the model card on plates: how many wells, chosen how, by laboratory, and with how much history."""

import re
from collections.abc import Iterator

from screen.evaluation.model_card.evaluations import Evaluation
from screen.evaluation.printing import figure_text
from screen.metrics.figure import Figure

_METRICS = (
    "r_drug",
    "r_double",
    "selective_precision_top5",
    "rmse_sd",
    "coverage_90",
    "found_top5",
    "selective_found_top5",
)
_KINDS = {
    "screen": "laboratory",
    "plate": "wells, and how they were chosen",
    "history": "what the laboratory measured before",
}
_FOUND = (
    "**found_top5** is the share of a line's true top 5% of drugs that is on the plate or among as many drugs again, "
    "those predicted best after it (without a plate, among the best 32 at once); **selective_found_top5** the same of "
    "the drugs that work better in this line than elsewhere.\n"
)


def plate_tables(evaluation: Evaluation) -> Iterator[str]:
    """Lines of Markdown: a table for each kind of stratum that only plates have; none for other protocols."""
    for kind, title in _KINDS.items():
        rows: dict[tuple[str, str], dict[str, Figure]] = {}
        for one in evaluation.figures:
            if one.stratum_kind == kind and one.stratum_name is not None and one.baseline is None:
                rows.setdefault((one.stratum_name, one.model), {})[one.metric] = one
        if rows and evaluation.protocol.startswith("loop-"):
            yield from _table(title, rows)
            if kind == "plate":
                yield _FOUND


def _table(title: str, rows: dict[tuple[str, str], dict[str, Figure]]) -> Iterator[str]:
    metrics = [metric for metric in _METRICS if any(metric in figures for figures in rows.values())]
    yield f"| {title} | model | {' | '.join(metrics)} |"
    yield f"|---|---|{'---|' * len(metrics)}"
    for (name, model), figures in sorted(rows.items(), key=lambda row: _place(row[0][0])):
        yield f"| {name} | {model} | {' | '.join(figure_text(figures.get(metric)) for metric in metrics)} |"
    yield ""


def _place(name: str) -> list[tuple[int, str]]:
    """Numbers in a name by their size, before words."""
    return [(int(part), "") if part.isdigit() else (10**9, part) for part in re.split(r"(\d+)", name) if part.strip()]
