"""Models of single cells in the card's tables: a table a drug and set, each model after and before transfer."""

from collections.abc import Iterator, Sequence

from screen.evaluation.cells.cell_figures import BEFORE
from screen.evaluation.model_card.evaluations import TITLES, Evaluation
from screen.evaluation.printing import figure_text, measured_on
from screen.metrics.figure import Figure

PROTOCOL = "cells"
_HEADS = ("model", "AUROC", "before transfer", "after less before", "average precision", "F1 of sensitive at 0.5")


def cells_section(evaluations: Sequence[Evaluation]) -> str:
    """The section as Markdown; empty without an evaluation."""
    if not evaluations:
        return ""
    about = "Means over seeds with the 95% interval of that mean: what hangs on the seed, not on which cells there are."
    parts = [f"## {TITLES[PROTOCOL]}\n", f"{about}\n"]
    for one in evaluations:
        parts += ["\n".join([*_table(one), ""])]
    return "\n".join(parts)


def _table(evaluation: Evaluation) -> Iterator[str]:
    found = {(one.model, one.metric, one.baseline): one for one in evaluation.figures}
    names = [one.model for one in evaluation.figures if one.metric == "auroc" and one.baseline is None]
    names = sorted({name for name in names if not name.endswith(BEFORE)}, key=lambda name: (-_value(found, name), name))
    first = next(one for one in evaluation.figures if one.value is not None)
    yield f"{first.stratum_name} ({measured_on(first)}). {first.note}. `{evaluation.command}`.\n"
    yield f"| {' | '.join(_HEADS)} |"
    yield f"|---|{'---|' * (len(_HEADS) - 1)}"
    for name in names:
        cells = (
            found.get((name, "auroc", None)),
            found.get((name + BEFORE, "auroc", None)),
            found.get((name, "auroc", name + BEFORE)),
            found.get((name, "ap", None)),
            found.get((name, "f1_sensitive", None)),
        )
        yield f"| {name} | {' | '.join(figure_text(one) for one in cells)} |"


def _value(found: dict[tuple[str, str, str | None], Figure], name: str) -> float:
    value = found[name, "auroc", None].value
    return -1.0 if value is None else value
