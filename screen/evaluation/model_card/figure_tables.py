"""Every figure of the model card on one self-contained HTML page that sorts and filters."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

from screen import resources
from screen.evaluation.model_card.evaluations import TITLES, Evaluation, indication
from screen.evaluation.printing import figure_text, measured_on
from screen.metrics.figure import OF_STUDY, Figure

Cells = Mapping[tuple[str, str, str], Figure]
"""(stratum, model, metric) as printed -> figure."""
_HEAD = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Figures of the models</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'sha256-{hash}'">
<style>
{style}
table {{ table-layout: auto; }}
main {{ max-width: none; margin: 4mm; }}</style></head><body><main>
<h1>Figures of the models</h1>
<p>Every figure of the model card with its 95% interval, for research use only. A heading sorts, the field above a table
filters its rows. Single lineages, pathways, drugs and tumour types are in figures.parquet.</p>
"""


def as_html(evaluations: Sequence[Evaluation]) -> str:
    """One table a protocol: a row for each evaluation, stratum and model, a column for each metric."""
    script = _template("tables.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = [_HEAD.format(hash=digest, style=_template("style.css"))]
    for protocol in dict.fromkeys(one.protocol for one in evaluations):
        parts.append(_table(protocol, [one for one in evaluations if one.protocol == protocol]))
    return "\n".join([*parts, f"</main><script>{script}</script></body></html>\n"])


@lru_cache
def _template(name: str) -> str:
    return (resources.folder("templates") / name).read_text(encoding="utf-8")


def _table(protocol: str, evaluations: Sequence[Evaluation]) -> str:
    cells = {one.key: _cells(one) for one in evaluations}
    metrics = list(dict.fromkeys(metric for by_key in cells.values() for *_, metric in by_key))
    heads = ["indication", "folds and data", "evaluation", "command", "stratum", "measured on", "model", *metrics]
    lines = [
        f"<h2>{escape(TITLES.get(protocol, protocol))} (protocol {escape(protocol)})</h2>",
        '<div class="scroll"><table><thead><tr>',
        *(f'<th scope="col">{escape(head.replace("_", " "))}</th>' for head in heads),
        "</tr></thead><tbody>",
    ]
    for one in evaluations:
        by_key = cells[one.key]
        for stratum, model in dict.fromkeys((stratum, model) for stratum, model, _ in by_key):
            figures = [by_key.get((stratum, model, metric)) for metric in metrics]
            on = next(measured_on(figure) for figure in figures if figure is not None)
            about = "; ".join(part for part in (one.how, one.data) if part)
            words = (indication(one), about, one.key, one.command, stratum, on, model, *map(figure_text, figures))
            lines.append(f"<tr>{''.join(f'<td>{escape(word)}</td>' for word in words)}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def _cells(evaluation: Evaluation) -> Cells:
    return {
        (one.printed_stratum, one.model, one.printed_metric): one
        for one in sorted(evaluation.figures, key=lambda one: (one.printed_stratum, one.model))
        if one.stratum_name is None or one.stratum_kind in OF_STUDY
    }
