"""Alignment in the model card: how well the domains are told apart before and after, and where the profiles lie."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from screen.evaluate import Row
from screen.evaluate.aligned import GENES, MEASURED
from screen.report import drawing as draw
from screen.report.drawing import BLUE, ORANGE, SOFT, WIDTH

METRICS: Mapping[str, str] = {"auc_logistic": "AUC, logistic", "auc_forest": "AUC, forest", "mmd": "MMD", "kl": "KL"}
_READ = """\
Cell lines and patients told apart by their profiles (first row) and by the codes of each model. A classifier's AUC of
0.5 says that it cannot; a logistic one falls below where both domains were brought to the same means. `ae` and `dsn`
are the twins that nothing aligns: an adversary or MMD is worth what it does beyond them. The last column compares the
forest's intervals before and after.
"""
_ACROSS, _ROOM, _DOT = 3, 14.0, 1.1


def alignment_told(rows: Sequence[Row], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Lines of Markdown of one indication."""
    cells = {(row["stratum"], row["model"], row["metric"]): row for row in rows}
    models = [name for name in MEASURED if ("after", name, "mmd") in cells]
    patients = rows[0]["n_positive"]
    yield f"### {manifest['data']['indication']} ({rows[0]['n'] - patients} lines, {patients} patients)\n"
    yield _READ
    yield f"| codes of | {' | '.join(METRICS.values())} | forest, after against before |"
    yield f"|---|{'---|' * (len(METRICS) + 1)}"
    yield f"| {GENES} (before) | {' | '.join(_cell(cells['before', models[0], metric]) for metric in METRICS)} | |"
    for model in models:
        said = " | ".join(_cell(cells["after", model, metric]) for metric in METRICS)
        change = _change(cells["before", model, "auc_forest"], cells["after", model, "auc_forest"])
        yield f"| {model} | {said} | {change} |"
    yield ""


def _cell(row: Row) -> str:
    span = "" if row["low"] is None else f" ({row['low']:.3f} to {row['high']:.3f})"
    return f"{row['value']:.3f}{span}"


def _change(before: Row, after: Row) -> str:
    if after["low"] > before["high"]:
        return "better told apart"
    return "less told apart" if after["high"] < before["low"] else "no difference"


def alignment_picture(manifest: Mapping[str, Any]) -> str:
    """Small multiples of the profiles' places, patients as orange diamonds; empty where none were kept."""
    places = {name: manifest["models"][name]["places"] for name in (GENES, *MEASURED) if name in manifest["models"]}
    if not places:
        return ""
    side = (WIDTH - (_ACROSS - 1) * _ROOM) / _ACROSS
    height = (side + _ROOM + 4) * -(-len(places) // _ACROSS) + 16
    code = manifest["data"]["indication"]
    marks = [draw.circle(4, 6, 2.2, BLUE), draw.text(9, 9, "cell lines", fill=SOFT),
             _patient(62, 6, 2.4), draw.text(67, 9, f"patients of {code}", fill=SOFT)]
    for number, (name, own) in enumerate(places.items()):
        left = number % _ACROSS * (side + _ROOM)
        top = number // _ACROSS * (side + _ROOM + 4) + 28
        marks.append(draw.text(left, top - 5, f"{name} (before)" if name == GENES else name, weight="bold"))
        for (x, y), patient in zip(own, manifest["shown_patients"], strict=True):
            at = left + 2 + x / 1000 * (side - 4), top + y / 1000 * (side - 4)
            marks.append(_patient(*at, 1.5) if patient else draw.circle(*at, _DOT, BLUE))
    says = f"Cell lines and patients of {code} by t-SNE, before alignment and by the codes of {len(places) - 1} models"
    return str(draw.picture(WIDTH, height, says, marks)) + "\n"


def _patient(x: float, y: float, half: float) -> str:
    return draw.shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], ORANGE)
