"""Genes that the models of a cohort rest on, each beside its plain association with the response of cell lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.biomarkers.line_responses import Responses
from screen.biomarkers.many_correlations import many_associations
from screen.metrics.false_discovery import q_values
from screen.resistance.attributions import ATTRIBUTED, FIRST, AttributionTask
from screen.resistance.resistance_models import MODELS, ResistanceModel
from screen.resistance.resistance_tasks import ENCODER, CutData
from screen.tasks.cache import Tensors, WorkPlace, load_or_compute, read_tensors

Array = NDArray[np.float64]
_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class AttributedLines:
    """What the models of a cohort learnt from, with names."""

    cut: CutData
    codes: Tensors
    line_ids: tuple[str, ...]
    """Of the rows of ``cut``."""
    genes: tuple[str, ...]
    """Of its columns."""
    responses: Responses
    places: tuple[int, ...]
    """Columns of the responses: the drugs, in the order of the labels."""
    names: tuple[str, ...]
    """What the drugs are called in the report."""


def attributed_genes(lines: AttributedLines, models: Mapping[str, ResistanceModel], place: WorkPlace) -> pl.DataFrame:
    """The first :data:`screen.resistance.attributions.FIRST` genes of every drug and model.

    Returns
    -------
    drug_id, drug_name, model, gene, rank, share, direction (1 with resistance, -1 with sensitivity), again,
    refit_correlation, association (partial correlation, above 0 with resistance), association_q (over the genes and
    drugs of the call), association_rank (by p, among the genes of the drug).
    """
    if not models:
        return pl.DataFrame(schema=_TYPES)
    able = [model for model in models if model in ATTRIBUTED and _reads_genes(model, lines.codes)]
    tasks = [AttributionTask(model, lines.cut, lines.codes) for model in able]
    found = [read_tensors(file) for file in load_or_compute(tasks, place, "genes that models rest on", _SECONDS)]
    correlation, p = _associations(lines)
    beside = correlation, q_values(p), np.argsort(np.argsort(p, axis=1), axis=1) + 1
    rows = [
        row for model, one in zip(able, found, strict=True) for row in _rows(lines, MODELS[model].name, one, beside)
    ]
    return pl.DataFrame(rows, schema=_TYPES)


def _reads_genes(model: str, codes: Tensors) -> bool:
    """Not where its codes are of a pretrained model's features."""
    representation = MODELS[model].representation
    return representation == "genes" or any(name.startswith(f"{representation}.{ENCODER}") for name in codes)


def _rows(
    lines: AttributedLines, model: str, one: Tensors, beside: tuple[NDArray[Any], ...]
) -> Iterator[dict[str, object]]:
    correlation, q, ranks = beside
    for drug, place in enumerate(lines.places):
        order = np.argsort(-one["share"][drug], kind="stable")[:FIRST]
        for rank, gene in enumerate(order[one["share"][drug, order] > 0].tolist(), start=1):
            yield {
                "drug_id": lines.responses.drugs[place].drug_id,
                "drug_name": lines.names[drug],
                "model": model,
                "gene": lines.genes[gene],
                "rank": rank,
                "share": float(one["share"][drug, gene]),
                "direction": int(one["direction"][drug, gene]),
                "again": float(one["again"][drug, gene]),
                "refit_correlation": _known(one["refit_correlation"][drug]),
                "association": _known(correlation[drug, gene]),
                "association_q": _known(q[drug, gene]),
                "association_rank": int(ranks[drug, gene]),
            }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _associations(lines: AttributedLines) -> tuple[Array, Array]:
    """Partial correlation of each gene with each drug's response, and its p: D x g each."""
    row_of = {line: row for row, line in enumerate(lines.responses.lines)}
    profiles = np.where(lines.cut.measured, lines.cut.profiles, np.nan).astype(np.float64)
    correlation, p = np.full((2, len(lines.places), len(lines.genes)), np.nan)
    for drug, place in enumerate(lines.places):
        here = np.flatnonzero(np.isfinite(lines.cut.labels[:, drug]))
        rows = [row_of[lines.line_ids[row]] for row in here.tolist()]
        covariates, _ = lines.responses.covariates(place, rows)
        found = many_associations(lines.responses.values[rows, place], profiles[here], covariates)
        correlation[drug], p[drug] = found.correlation, found.p
    return correlation, p


_TYPES: Mapping[str, type[pl.DataType]] = {
    **dict.fromkeys(("drug_id", "drug_name", "model", "gene"), pl.String),
    "rank": pl.Int32,
    "share": pl.Float64,
    "direction": pl.Int32,
    **dict.fromkeys(("again", "refit_correlation", "association", "association_q"), pl.Float64),
    "association_rank": pl.Int32,
}
