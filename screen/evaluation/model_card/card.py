"""Write the model card from a store: the page, a table a protocol, every figure as parquet and HTML, pictures."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from screen.errors import StoreError
from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.evaluation.model_card.alignment_picture import draw_alignment
from screen.evaluation.model_card.card_page import page
from screen.evaluation.model_card.card_picture import ForestPoint, forest
from screen.evaluation.model_card.default_rule import standings
from screen.evaluation.model_card.earlier_card import earlier_evaluations
from screen.evaluation.model_card.evaluations import TITLES, Evaluation, as_table, indication, stored_evaluations
from screen.evaluation.model_card.figure_tables import as_html
from screen.evaluation.model_card.protocol_tables import protocols_page
from screen.evaluation.model_entries import all_entries
from screen.settings import Settings
from screen.store import open_store

PROTOCOLS = "protocols.md"
"""The tables, in the folder of all figures."""


def write_card(settings: Settings, out: Path, figures: Path | None = None, earlier: Path | None = None) -> list[Path]:
    """Write the page to ``out``, and beside it a folder with all tables, figures and pictures; the files written.

    Parameters
    ----------
    figures : the folder; ``None``: ``models`` in the folder of ``out``
    earlier : ``figures.parquet`` of a card of before, for what the store has not measured; it is said to be of before

    Raises
    ------
    StoreError
        Nothing was evaluated yet.
    """
    with open_store(settings.store) as store:
        evaluations = stored_evaluations(store)
        manifests = dict(store.sql("SELECT evaluation_id, manifest FROM evaluation_manifests").iter_rows())
    if not evaluations:
        raise StoreError("nothing was evaluated yet", where=str(settings.store), remedy="run: crescreen evaluate all")
    found = {one.key for one in evaluations}
    folder = figures or out.parent / "models"
    folder.mkdir(parents=True, exist_ok=True)
    before = earlier_evaluations(earlier) if earlier else []
    written = write_figures([*evaluations, *(one for one in before if one.key not in found)], folder)
    tables = folder / PROTOCOLS
    tables.write_text(protocols_page(evaluations, before), encoding="utf-8")
    written.append(tables)
    for one in evaluations:
        for name, picture in _pictures(one, json.loads(manifests[one.key])):
            written.append(folder / f"{one.protocol}-{one.key[:6]}-{name}.svg")
            written[-1].write_text(picture, encoding="utf-8")
    ranking = standings([figure for one in evaluations for figure in one.figures], all_entries())
    out.write_text(page(evaluations, ranking, links(folder, out.parent), before), encoding="utf-8")
    return [out, *written]


def write_figures(evaluations: Sequence[Evaluation], folder: Path) -> list[Path]:
    """Every figure as ``figures.parquet`` and ``figures.html``."""
    parquet, html = folder / "figures.parquet", folder / "figures.html"
    as_table(evaluations).write_parquet(parquet)
    html.write_text(as_html(evaluations), encoding="utf-8")
    return [parquet, html]


def links(folder: Path, base: Path) -> dict[str, str]:
    """What the page links: text -> address relative to its own folder."""
    to = Path(os.path.relpath(folder, base)).as_posix()
    return {
        "the models compared, protocol by protocol": f"{to}/{PROTOCOLS}",
        "every figure on one page that sorts and filters": f"{to}/figures.html",
        "the same for programs": f"{to}/figures.parquet",
        "pictures of the intervals and of the alignment": to,
    }


def _pictures(evaluation: Evaluation, manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and SVG."""
    if evaluation.protocol == ALIGNMENT:
        picture = draw_alignment(evaluation.figures, manifest, indication(evaluation))
        if picture:
            yield "tsne", picture
        return
    for metric in ("r_drug", "r_res"):
        title = TITLES.get(evaluation.protocol, evaluation.protocol)
        picture = forest(_points(evaluation, metric), f"{title}: {metric}")
        if picture:
            yield metric, picture


def _points(evaluation: Evaluation, metric: str) -> list[ForestPoint]:
    points = [
        ForestPoint(f"default ({evaluation.default})" if name == "default" else name, one.value, one.low, one.high)
        for name, one in evaluation.of(metric).items()
        if one.value is not None and one.low is not None and one.high is not None
    ]
    return sorted(points, key=lambda point: -point.value)
