"""What a card of before holds, for protocols and models that were not measured anew; always said to be of before."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.evaluation.model_card.evaluations import Evaluation, from_table
from screen.evaluation.model_entries import DEFAULT
from screen.evaluation.printing import figure_text

_BEFORE = "of an earlier version"
_NAMED = ("dsn-adv", "dsn-mmd", "none", "pair-mlp", "random-forest", "boosting")
"""Models slow to fit, whose figures of before are shown until they are measured again."""


def earlier_evaluations(file: Path) -> list[Evaluation]:
    """The evaluations in ``figures.parquet`` of a card of before; what was the default then stands under its own name.

    Raises
    ------
    InputError
        It is no such table.
    """
    try:
        found = from_table(pl.read_parquet(file))
    except (OSError, KeyError, TypeError, pl.exceptions.PolarsError) as fault:
        raise InputError(
            f"no figures of a card: {str(fault).splitlines()[0]}",
            where=str(file),
            remedy="give figures.parquet of a card: crescreen evaluate card",
        ) from None
    return [_of_before(one) for one in found]


def _of_before(evaluation: Evaluation) -> Evaluation:
    if evaluation.how.startswith(_BEFORE):
        return evaluation
    figures = tuple(one for one in evaluation.figures if one.model != DEFAULT)
    return replace(evaluation, how=f"{_BEFORE}: {evaluation.how}".removesuffix(": "), default=None, figures=figures)


def not_measured_anew(anew: Evaluation | None, before: Evaluation | None, metric: str, baseline: str | None) -> str:
    """A sentence with the figures of before of models that are not among those of now, and ridge's beside them."""
    if anew is None or before is None:
        return ""
    now, then = anew.of(metric, baseline=baseline), before.of(metric, baseline=baseline)
    named = [f"`{name}` {figure_text(then[name])}" for name in _NAMED if name in then and name not in now]
    beside = [f"`{name}` had {figure_text(then[name])}" for name in ("ridge", "drug-kernel") if name in then]
    if not named:
        return ""
    return (
        f"Not measured anew, {metric} {_BEFORE} ({before.data}), where {beside[0] if beside else ''}"
        f": {', '.join(named)}.\n"
    )
