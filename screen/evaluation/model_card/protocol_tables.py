"""Every protocol of the model card as a table of at most eight models, from the measured figures alone."""

from collections.abc import Iterator, Mapping, Sequence

from screen.evaluation.alignment.alignment_protocol import GENES
from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.evaluation.loop.loop_metrics import METRICS as PLATE_METRICS
from screen.evaluation.loop.loop_protocol import PROTOCOLS as LOOP
from screen.evaluation.model_card.card_words import PROTOCOLS_INTRODUCTION
from screen.evaluation.model_card.cell_tables import PROTOCOL as CELLS
from screen.evaluation.model_card.cell_tables import cells_section
from screen.evaluation.model_card.earlier_card import not_measured_anew
from screen.evaluation.model_card.evaluations import TITLES, Evaluation, largest, ordered
from screen.evaluation.model_card.plate_tables import plate_tables
from screen.evaluation.model_entries import DEFAULT
from screen.evaluation.printing import figure_text, measured_on
from screen.metrics.figure import ALL, Figure

ROWS = 8
"""Of a protocol's table, at most."""
COLUMNS: Mapping[str, Sequence[tuple[str, str | None]]] = {
    "lines": (("r_drug", None), ("r_drug", "ridge"), ("rmse", None), ("selective_precision_top5", None)),
    "lineages": (("r_drug", None), ("r_drug", "ridge"), ("rmse", None), ("selective_precision_top5", None)),
    "drugs": (("r_drug", None), ("r_drug", "drug-kernel"), ("r_res", None), ("rmse", None)),
    "drugs-hard": (("r_drug", None), ("r_drug", "drug-kernel"), ("r_res", None), ("rmse", None)),
    "both-new": (("r_drug", None), ("r_drug", "drug-kernel"), ("r_res", None), ("rmse", None)),
    "cross-study": (("r_drug", None), ("r_drug", "ridge"), ("r_res", None)),
    "cohorts": (
        ("r_drug", None),
        ("r_drug_within_lineage", None),
        ("r_drug_between_lineages", None),
        ("selective_precision_top5", None),
    ),
    **dict.fromkeys(LOOP, tuple((metric, None) for metric in PLATE_METRICS)),
    "patients": (("auroc", None), ("auroc", "other-drugs"), ("auroc", "general-sensitivity")),
}
"""Metric and baseline of each column; the first orders the rows."""
_STRATA = {"patients": "within-drug"}
_NAMED_STRATA = {"cross-study": "unseen lines", "cohorts": "reading"}
"""Protocols with a table for each stratum of a kind: of another screen the lines that training has not."""
_GENERAL = "general-sensitivity"
_ALWAYS = ("ridge", "dsn-adv", "drug-kernel", "drug-lineage-mean", "line-mean", _GENERAL, "tumour-type")
"""Rows that are shown wherever they were measured."""


def protocols_page(evaluations: Sequence[Evaluation], earlier: Sequence[Evaluation] = ()) -> str:
    """The tables as Markdown, a section a protocol.

    Parameters
    ----------
    earlier : of a card of before: shown where a protocol was not measured anew
    """
    parts = [PROTOCOLS_INTRODUCTION]
    for protocol in dict.fromkeys(one.protocol for one in ordered((*evaluations, *earlier))):
        anew = [one for one in evaluations if one.protocol == protocol]
        before = [one for one in earlier if one.protocol == protocol]
        of_protocol = anew or before
        if of_protocol:
            parts.append(_OF_ALL[protocol](of_protocol) if protocol in _OF_ALL else _protocol(protocol, of_protocol))
        if anew and protocol in COLUMNS:
            parts.append(not_measured_anew(largest(anew, protocol), largest(before, protocol), *COLUMNS[protocol][0]))
    return "\n".join(part for part in parts if part)


def _protocol(protocol: str, evaluations: Sequence[Evaluation]) -> str:
    lines = [f"## {TITLES.get(protocol, protocol)}\n"]
    shown = largest(evaluations, protocol)
    if shown is None:
        return ""
    others = [one.how for one in evaluations if one is not shown and one.how]
    about = "; ".join(part for part in (shown.how, shown.data) if part)
    lines.append(f"{about[:1].upper()}{about[1:]}.\n" if about else "")
    lines.append(f"`{shown.command}`{f', evaluation `{shown.key}`' if about else ''}.")
    lines.append(f"Also measured on {', '.join(others)}: among all figures.\n" if others else "")
    return "\n".join([*lines, *_rows(protocol, shown), *plate_tables(shown)])


def _rows(protocol: str, evaluation: Evaluation) -> Iterator[str]:
    """A table of the stratum that holds everything, or one of each named stratum."""
    kinds: list[tuple[str, str | None]] = [(_STRATA.get(protocol, ALL), None)]
    if kind := _NAMED_STRATA.get(protocol):
        found = {one.stratum_name for one in evaluation.figures if one.stratum_kind == kind and one.stratum_name}
        kinds = [(kind, name) for name in sorted(found)]
    for kind, name in kinds:
        figures = [one for one in evaluation.figures if (one.stratum_kind, one.stratum_name) == (kind, name)]
        if figures:
            yield from _table(protocol, evaluation, figures)


def _table(protocol: str, evaluation: Evaluation, figures: Sequence[Figure]) -> Iterator[str]:
    cells = {(one.model, one.metric, one.baseline): one for one in figures}
    there = {(metric, baseline) for _, metric, baseline in cells}
    columns = [one for one in COLUMNS.get(protocol, sorted(there, key=str)[:4]) if one in there]
    if not columns:
        return
    names = [one for one in dict.fromkeys(one.model for one in figures) if " " not in one]
    names.sort(key=lambda name: -_value(cells.get((name, *columns[0]))))
    texts = {name: tuple(figure_text(cells.get((name, *column))) for column in columns) for name in names}
    absolute = [place for place, (_, baseline) in enumerate(columns) if baseline is None]
    absolute_texts = {name: tuple(row[place] for place in absolute) for name, row in texts.items()}
    # The controls of a plate stand there even where one is no better than another.
    models = names if protocol in LOOP else _shown(absolute_texts)
    heads = [metric + (f" less {baseline}" if baseline else "") for metric, baseline in columns]
    on = measured_on(cells[models[0], *columns[0]])
    yield f"| model ({figures[0].printed_stratum}: {on}) | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(columns)}"
    for model in models:
        named = f"**default** (`{evaluation.default}`)" if model == DEFAULT and evaluation.default else model
        yield f"| {named} | {' | '.join(texts[model])} |"
    yield ""


def _shown(figures: Mapping[str, tuple[str, ...]]) -> list[str]:
    """At most :data:`ROWS` models, best first, of those with the same figures one alone.

    Parameters
    ----------
    figures : model -> its own figures as printed, best first
    """
    once: dict[tuple[str, ...], str] = {}
    for model in sorted(figures, key=_preference):
        if figures[model][0]:
            once.setdefault(figures[model], model)
    always = [name for name in once.values() if name == DEFAULT or name in _ALWAYS]
    rest = [name for name in figures if name in once.values() and name not in always]
    requested_entries = {*always[:ROWS], *rest[: max(ROWS - len(always), 0)]}
    return [name for name in figures if name in requested_entries]


def _preference(model: str) -> tuple[bool, int]:
    """Which of models with the same figures is named."""
    return model != DEFAULT, _ALWAYS.index(model) if model in _ALWAYS else len(_ALWAYS)


def _value(figure: Figure | None) -> float:
    return figure.value if figure is not None and figure.value is not None else -9.0


def _alignment(evaluations: Sequence[Evaluation]) -> str:
    """How well a forest tells cell lines from patients, before alignment and after it, over the indications."""
    before = {one.key: next(iter(one.of("auc_forest", "before").values()), None) for one in evaluations}
    after: dict[str, list[tuple[Figure | None, Figure]]] = {}
    for one in evaluations:
        for model, figure in one.of("auc_forest", "after").items():
            after.setdefault(model, []).append((before[one.key], figure))
    genes = [figure for figure in before.values() if figure is not None]
    if not genes:
        return ""
    ordered = sorted(after.items(), key=lambda item: sum(_value(figure) for _, figure in item[1]) / len(item[1]))
    lines = [
        f"## {TITLES[ALIGNMENT]}\n",
        f"AUC of a random forest that tells cell lines from patients, over {len(genes)} indications: 0.5 would mean "
        "that the domains are one. `ae` and `dsn` are trained without an alignment loss. The last columns count the "
        "indications where the intervals before and after do not overlap. `crescreen evaluate alignment CODE`.\n",
        "| codes of | lowest to highest AUC | told apart less than before | told apart more |",
        "|---|---|---|---|",
        f"| {GENES} (before) | {_range(genes)} | | |",
    ]
    for model, pairs in ordered[: ROWS - 1]:
        changes = [_change(*pair) for pair in pairs]
        lines.append(
            f"| {model} | {_range([aligned for _, aligned in pairs])} | {changes.count(-1)} | {changes.count(1)} |"
        )
    return "\n".join([*lines, ""])


def _range(figures: Sequence[Figure]) -> str:
    values = [one.value for one in figures if one.value is not None]
    return f"{min(values):.3f} to {max(values):.3f}" if values else ""


def _change(before: Figure | None, after: Figure) -> int:
    """-1: told apart less after alignment, 1: more, 0: the intervals overlap; below 0.5 nothing is told apart."""
    if before is None:
        return 0
    (low, high), (after_low, after_high) = (
        [max(end or 0.0, 0.5) for end in (one.low, one.high)] for one in (before, after)
    )
    return (after_low > high) - (after_high < low)


_OF_ALL = {ALIGNMENT: _alignment, CELLS: cells_section}
"""Protocols whose section takes every evaluation, not that with most models."""
