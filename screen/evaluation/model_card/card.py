"""The model card: what was measured of every model, as Markdown with pictures, from the store alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screen.errors import StoreError
from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.evaluation.model_card.alignment_section import alignment_overview, alignment_picture, alignment_told
from screen.evaluation.model_card.card_picture import Point, forest
from screen.evaluation.model_card.default_rule import RULE, standings
from screen.evaluation.model_entries import entrants
from screen.metrics.figure import ALL, Figure
from screen.settings import Settings
from screen.store import open_store

TITLES = {
    "lines": "Unseen cell lines",
    "drugs": "Unseen drugs",
    "drugs-hard": "Unseen drugs that share neither target nor structure with training",
    "lineages": "Unseen lineages",
    "both-new": "Lines and drugs both unseen",
    "cross-study": "Other screens",
    "patients": "Patients with a known response (zero-shot)",
    "alignment": "Alignment of the domains",
}
COLUMNS: Mapping[str, Sequence[str]] = {
    "lines": ("r_drug", "r_res", "rmse", "r_drug_less_ridge", "precision_top5", "selective_precision_top5"),
    "lineages": ("r_drug", "r_res", "rmse", "r_drug_less_ridge", "precision_top5", "selective_precision_top5"),
    "drugs": ("r_drug", "r_res", "rmse", "r_drug_less_drug-kernel"),
    "drugs-hard": ("r_drug", "r_res", "rmse", "r_drug_less_drug-kernel"),
    "both-new": ("r_drug", "r_res", "rmse", "r_drug_less_drug-kernel"),
    "cross-study": ("r_drug", "r_res", "r_drug_less_ridge"),
}
"""Metrics shown; of protocols not named here, the first six there are."""
_INTRODUCTION = """\
# Model card

Written by `crescreen evaluate card` from the figures in the store; do not edit. For research use only.

Figures are of predictions for what a model has not learned from, pooled over folds, with 95% intervals that resample
whole cell lines, or whole drugs where drugs are new. **r_drug**: mean correlation over lines within a drug.
**r_res**: correlation once what is known without a model is taken off (drug mean for new lines, line mean for new
drugs). **less X**: paired difference to model X. **precision top 5%**: share of a line's list of drugs that belongs
there; *selective*: of drugs that work better in this line than elsewhere, by SD of the drug. `default` is the
model named beside it.
"""
_LIMITS = """\
## Limits

- Cell lines are not patients: no figure on lines says how well a patient's response is told.
- Most of what any model predicts is how potent a drug is everywhere (`drug-mean`) and in a lineage
  (`drug-lineage-mean`).
- The graph embedding of a drug comes from an encoder whose pretraining may have seen assays of these very drugs.
- A constant prediction scores a negative r_drug when folds are pooled: each fold's constant moves against its test
  lines.
- Where too few lines, drugs, responders or non-responders remain, the table says so and gives no figure.
"""


@dataclass(frozen=True)
class Section:
    """One evaluation."""

    protocol: str
    key: str
    manifest: dict[str, Any]
    rows: tuple[Figure, ...]


def write_card(settings: Settings, out: Path) -> list[Path]:
    """Write the card and its pictures (folder ``reports/gallery/models`` beside it); the files written.

    Raises
    ------
    StoreError
        Nothing was evaluated yet.
    """
    sections = _sections(settings)
    if not sections:
        raise StoreError("nothing was evaluated yet", where=str(settings.store), remedy="run: crescreen evaluate all")
    folder = out.parent / "reports" / "gallery" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    text, written = [_INTRODUCTION, f"## The default\n\n{RULE}\n{_default(sections)}{_standings(sections)}"], [out]
    aligned = {_indication(section): section.rows for section in sections if section.protocol == ALIGNMENT}
    overview = next(section for section in sections if section.protocol == ALIGNMENT) if len(aligned) > 1 else None
    for section in sections:
        if section is overview:
            text.append("\n".join([f"## {TITLES[ALIGNMENT]}\n", *alignment_overview(aligned)]))
        text.append("\n".join(_told(section, explained=overview is not None)))
        for name, says, picture in _pictures(section):
            written.append(folder / f"{section.protocol}-{section.key[:6]}-{name}.svg")
            written[-1].write_text(picture, encoding="utf-8")
            text.append(f"![{says}]({written[-1].relative_to(out.parent)})\n")
    out.write_text("\n".join([*text, _LIMITS]), encoding="utf-8")
    return written


def _sections(settings: Settings) -> list[Section]:
    with open_store(settings.store) as store:
        manifests = store.sql("FROM evaluation_manifests ORDER BY measured").rows(named=True)
        rows = store.sql("""SELECT e.* FROM evaluations e JOIN evaluation_manifests m USING (evaluation_id)
                            WHERE stratum_name IS NULL OR e.protocol = 'cross-study'
                            ORDER BY ALL""").rows(named=True)
    figures = [Figure(**row) for row in rows]
    order = list(TITLES)
    found = [
        Section(
            one["protocol"],
            one["evaluation_id"],
            json.loads(one["manifest"]),
            tuple(figure for figure in figures if figure.evaluation_id == one["evaluation_id"]),
        )
        for one in manifests
    ]
    return sorted(
        found, key=lambda own: (order.index(own.protocol) if own.protocol in order else 99, _indication(own), own.key)
    )


def _indication(section: Section) -> str:
    """Code of the patients that models align with; empty: of all."""
    return str(section.manifest.get("data", {}).get("indication") or "")


def _default(sections: Sequence[Section]) -> str:
    names = sorted(
        {
            str(section.manifest["models"]["default"]["is"])
            for section in sections
            if "is" in section.manifest["models"].get("default", {})
        }
    )
    return f"\nIt is now: {', '.join(f'`{name}`' for name in names)}.\n" if names else ""


def _standings(sections: Sequence[Section]) -> str:
    """What the rule compares."""
    found = standings([row for section in sections for row in section.rows], entrants())
    if not found:
        return ""
    rows = [f"| `{name}` | {figure:.3f} |" for name, figure in found]
    return "\n".join(["", "| model | mean r_drug of both protocols |", "|---|---|", *rows, ""])


def _told(section: Section, *, explained: bool) -> Iterator[str]:
    manifest = section.manifest
    title = TITLES.get(section.protocol, section.protocol)
    if section.protocol == ALIGNMENT:
        yield f"## {title}: {_indication(section)}\n"
        yield from alignment_told(section.rows, manifest, section.key, explained=explained)
        return
    yield f"## {title}\n"
    if "how" in manifest:
        data = manifest["data"]
        yield (
            f"{manifest['how']}; {data['dataset']}, {data['lines']} lines, {data['drugs']} drugs, {data['pairs']:,} "
            f"pairs, {data['genes']} genes. Evaluation `{section.key}`.\n"
        )
    for stratum in sorted({row.printed_stratum for row in section.rows}):
        yield from _table(section, [row for row in section.rows if row.printed_stratum == stratum], stratum)


def _table(section: Section, rows: Sequence[Figure], stratum: str) -> Iterator[str]:
    there = dict.fromkeys(row.printed_metric for row in rows)
    metrics = [name for name in COLUMNS.get(section.protocol, list(there)[:6]) if name in there]
    cells = {(row.model, row.printed_metric): row for row in rows}
    models = sorted({row.model for row in rows}, key=lambda name: -_value(cells.get((name, metrics[0]))))
    seconds = {name: own.get("seconds") for name, own in section.manifest["models"].items()}
    yield f"### {stratum} ({_measured_on(rows[0])})\n"
    yield f"| model | {' | '.join(name.replace('_', ' ') for name in metrics)} | seconds |"
    yield f"|---|{'---|' * (len(metrics) + 1)}"
    for model in models:
        said = " | ".join(_cell(cells.get((model, metric))) for metric in metrics)
        yield f"| {_named(section, model)} | {said} | {'' if seconds.get(model) is None else seconds[model]} |"
    yield ""


def _measured_on(row: Figure) -> str:
    """On lines the note says it; on patients the note is of one figure, so the counts do."""
    if row.n_positive is None:
        return row.note or f"{row.n:,} pairs"
    positive = "events" if "hazard" in row.printed_metric else "responders"
    return f"n = {row.n:,}, {row.n_positive:,} {positive}"


def _named(section: Section, model: str) -> str:
    own = section.manifest["models"].get(model, {})
    return f"**default** ({own['is']})" if "is" in own else model


def _cell(row: Figure | None) -> str:
    if row is None:
        return ""
    if row.value is None:
        return "failed" if (row.note or "").startswith("failed") else "not evaluable"
    span = "" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})"
    return f"{row.value:.3f}{span}"


def _value(row: Figure | None) -> float:
    return float(row.value) if row and row.value is not None else -9.0


def _pictures(section: Section) -> Iterator[tuple[str, str, str]]:
    """Name, what it shows, SVG."""
    if section.protocol == ALIGNMENT:
        picture = alignment_picture(section.rows, section.manifest)
        if picture:
            yield "tsne", f"cell lines and patients of {_indication(section)} before and after alignment", picture
        return
    for metric in ("r_drug", "r_res"):
        picture = forest(_points(section, metric), f"{TITLES.get(section.protocol, section.protocol)}: {metric}")
        if picture:
            yield metric, f"{metric} of each model with its interval", picture


def _points(section: Section, metric: str) -> list[Point]:
    points = [
        Point(_named(section, one.model).replace("*", ""), one.value, one.low, one.high)
        for one in section.rows
        if (one.printed_metric, one.stratum_kind) == (metric, ALL)
        and one.value is not None
        and one.low is not None
        and one.high is not None
    ]
    return sorted(points, key=lambda point: -point.value)
