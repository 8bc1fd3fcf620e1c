"""Alignment in the model card: how well the domains are told apart before and after, and where the profiles lie."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from screen.evaluation.alignment.alignment_protocol import GENES, MEASURED
from screen.metrics.figure import Figure
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, ORANGE, SOFT, WIDTH

METRICS: Mapping[str, str] = {"auc_logistic": "AUC, logistic", "auc_forest": "AUC, forest", "mmd": "MMD", "kl": "KL"}
CLASSIFIERS = ("logistic", "forest")
_READ = """\
A classifier whose AUC is 0.5 cannot tell cell lines from patients; MMD and KL near 0 say that both lie alike. `ae` and
`dsn` are the twins that nothing aligns: an adversary or MMD is worth what it does beyond them. The last columns say
whether a classifier tells the domains better or worse after alignment than before, where the intervals do not overlap;
an AUC below 0.5 counts as 0.5, for there too nothing is told.
"""
_CAUTION = "Each panel is laid out on its own: axes and distances between panels mean nothing, mixing does.\n"
_ACROSS, _ROOM, _DOT, _HALF, _LAYERS = 3, 14.0, 2.2, 1.5, 8
Place = tuple[float, float]


def alignment_told(
    rows: Sequence[Figure], manifest: Mapping[str, Any], key: str, *, explained: bool = False
) -> Iterator[str]:
    """Lines of Markdown of one indication, its heading left out.

    Parameters
    ----------
    rows : strata ``before`` and ``after`` of one evaluation
    key : of the evaluation
    explained : whether how to read it stands above already
    """
    cells = {(row.stratum_kind, row.model, row.metric): row for row in rows}
    models = [name for name in MEASURED if ("after", name, "mmd") in cells]
    patients = rows[0].n_positive or 0
    yield f"{rows[0].n - patients:,} lines, {patients:,} patients. Evaluation `{key}`.\n"
    if not explained:
        yield _READ
    yield f"| codes of | {' | '.join((*METRICS.values(), *(f'{name} tells' for name in CLASSIFIERS)))} |"
    yield f"|---|{'---|' * (len(METRICS) + len(CLASSIFIERS))}"
    yield f"| {GENES} (before) | {' | '.join(_cell(cells['before', models[0], metric]) for metric in METRICS)} | | |"
    for model in models:
        said = [_cell(cells["after", model, metric]) for metric in METRICS]
        said += [_change(*(cells[when, model, f"auc_{name}"] for when in ("before", "after"))) for name in CLASSIFIERS]
        yield f"| {model} | {' | '.join(said)} |"
    yield ""
    if _places(manifest) and not explained:
        yield _CAUTION


def alignment_overview(indications: Mapping[str, Sequence[Figure]]) -> Iterator[str]:
    """Lines of Markdown: how well a forest tells the domains, every model beside every indication.

    Parameters
    ----------
    indications : code -> rows as of :func:`alignment_told`
    """
    forest = {
        (code, row.stratum_kind, row.model): f"{row.value:.2f}"
        for code, rows in indications.items()
        for row in rows
        if row.metric == "auc_forest" and row.value is not None
    }
    before = {code: value for (code, stratum, _), value in forest.items() if stratum == "before"}
    yield "AUC of a forest that tells cell lines from patients, by indication; its intervals and the rest are below.\n"
    yield f"| codes of | {' | '.join(indications)} |"
    yield f"|---|{'---|' * len(indications)}"
    yield f"| {GENES} (before) | {' | '.join(before[code] for code in indications)} |"
    for model in MEASURED:
        own = [forest.get((code, "after", model), "") for code in indications]
        if any(own):
            yield f"| {model} | {' | '.join(own)} |"
    yield f"\n{_READ}\n{_CAUTION}"


def _cell(row: Figure) -> str:
    span = "" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})"
    # MMD of domains alike is some thousandths, below 0 by chance; adding 0 takes the sign off a nought.
    value = row.value or 0.0
    figure = f"{round(value, 4) + 0.0:.4f}" if row.metric == "mmd" else f"{value:.3f}"
    return f"{figure}{span}"


def _change(before: Figure, after: Figure) -> str:
    """Below 0.5 a classifier tells nothing, so that nothing is better or worse there."""
    (low, high), (after_low, after_high) = (
        [max(end or 0.0, 0.5) for end in (one.low, one.high)] for one in (before, after)
    )
    if after_low > high:
        return "better"
    return "worse" if after_high < low else "overlap"


def _places(manifest: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """Of the models that have any: earlier versions kept none."""
    models = manifest["models"]
    return {name: models[name]["places"] for name in (GENES, *MEASURED) if "places" in models.get(name, {})}


def alignment_picture(rows: Sequence[Figure], manifest: Mapping[str, Any]) -> str:
    """Small multiples of the profiles' places, patients as orange diamonds; empty where none were kept."""
    places = _places(manifest)
    if not places:
        return ""
    patients, code = np.asarray(manifest["shown_patients"], bool), manifest["data"]["indication"]
    side = (WIDTH - (_ACROSS - 1) * _ROOM) / _ACROSS
    height = (side + _ROOM + 4) * -(-len(places) // _ACROSS) + 16
    marks = [
        _dots([(4, 6)]),
        svg.text(9, 9, f"cell lines ({(~patients).sum()} shown)", fill=SOFT),
        _diamonds([(112, 6)]),
        svg.text(117, 9, f"patients of {code} ({patients.sum()} shown)", fill=SOFT),
    ]
    forest = {(row.stratum_kind, row.model): row.value for row in rows if row.metric == "auc_forest"}
    forest["after", GENES] = next(value for (stratum, _), value in forest.items() if stratum == "before")
    for number, (name, own) in enumerate(places.items()):
        left, top = number % _ACROSS * (side + _ROOM), number // _ACROSS * (side + _ROOM + 4) + 28
        marks.append(svg.text(left, top - 5, f"{name} (before)" if name == GENES else name, weight="bold"))
        marks.append(
            svg.text(left + side, top - 5, f"forest's AUC {forest['after', name]:.3f}", anchor="end", fill=SOFT)
        )
        at = np.asarray(own) / 1000 * (side - 4) + (left + 2, top)
        marks += _layers([(float(x), float(y)) for x, y in at], patients)
    says = f"Cell lines and patients of {code} by t-SNE, before alignment and by the codes of {len(places) - 1} models"
    return str(svg.picture(WIDTH, height, says, marks)) + "\n"


def _layers(at: Sequence[Place], patients: np.ndarray[Any, np.dtype[np.bool_]]) -> Iterator[str]:
    """Lines and patients by turns, so that neither hides the other; in an order that says nothing of who is who."""
    for layer in np.array_split(np.random.default_rng(0).permutation(len(at)), _LAYERS):
        for mark, shown in ((_dots, layer[~patients[layer]]), (_diamonds, layer[patients[layer]])):
            if len(shown):
                yield mark([at[one] for one in shown])


def _dots(at: Sequence[Place]) -> str:
    """One path for all: a third of the bytes of a mark each."""
    return (
        f'<path d="{"".join(f"M{x:.1f} {y:.1f}h.01" for x, y in at)}" stroke="{BLUE}" stroke-width="{_DOT}" '
        'stroke-linecap="round" fill="none"/>'
    )


def _diamonds(at: Sequence[Place]) -> str:
    h = _HALF
    return f'<path d="{"".join(f"M{x:.1f} {y - h:.1f}l{h} {h}-{h} {h}-{h}-{h}z" for x, y in at)}" fill="{ORANGE}"/>'
