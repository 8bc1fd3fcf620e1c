"""Where cell lines and patients lie before alignment and after it: small multiples of t-SNE, one a model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from screen.evaluation.alignment.alignment_protocol import GENES, MEASURED
from screen.metrics.figure import Figure
from screen.report.drawing import svg
from screen.report.drawing.svg import BLUE, ORANGE, SOFT, WIDTH

_ACROSS, _ROOM, _DOT, _HALF, _LAYERS = 3, 14.0, 2.2, 1.5, 8
Place = tuple[float, float]


def _places(manifest: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """Of the models that have any: earlier versions kept none."""
    models = manifest["models"]
    return {name: models[name]["places"] for name in (GENES, *MEASURED) if "places" in models.get(name, {})}


def draw_alignment(figures: Sequence[Figure], manifest: Mapping[str, Any], code: str) -> str:
    """Small multiples of the profiles' places, patients as orange diamonds; empty where none were kept."""
    places = _places(manifest)
    if not places:
        return ""
    patients = np.asarray(manifest["shown_patients"], bool)
    side = (WIDTH - (_ACROSS - 1) * _ROOM) / _ACROSS
    height = (side + _ROOM + 4) * -(-len(places) // _ACROSS) + 16
    marks = [
        _dots([(4, 6)]),
        svg.text(9, 9, f"cell lines ({(~patients).sum()} shown)", fill=SOFT),
        _diamonds([(112, 6)]),
        svg.text(117, 9, f"patients of {code} ({patients.sum()} shown)", fill=SOFT),
    ]
    forest = {(row.stratum_kind, row.model): row.value for row in figures if row.metric == "auc_forest"}
    forest["after", GENES] = next(value for (stratum, _), value in forest.items() if stratum == "before")
    for number, (name, points) in enumerate(places.items()):
        left, top = number % _ACROSS * (side + _ROOM), number // _ACROSS * (side + _ROOM + 4) + 28
        marks.append(svg.text(left, top - 5, f"{name} (before)" if name == GENES else name, weight="bold"))
        marks.append(
            svg.text(left + side, top - 5, f"forest's AUC {forest['after', name]:.3f}", anchor="end", fill=SOFT)
        )
        at = np.asarray(points) / 1000 * (side - 4) + (left + 2, top)
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
