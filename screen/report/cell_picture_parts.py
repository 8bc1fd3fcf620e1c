"""What each picture of single cells shows: the cells, groups and genes that are drawn, and the table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from markupsafe import Markup
from numpy.typing import NDArray

from screen.cells.cell_map import cell_map
from screen.cells.cell_matrix import CellMatrix
from screen.models.single_cell.gene_space import cell_levels
from screen.report.drawing import cell_maps
from screen.report.drawing.cell_maps import Colouring
from screen.report.drawing.clone_dots import clone_dots
from screen.report.file_names import safe_name

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from screen.report.content.clone_section import CloneSection

Doubles = NDArray[np.float64]

GENES_A_ROLE, BINS = 10, 48
DRUGS = 18
"""Of the dot plot."""
FEWEST = 10
"""Cells of a group that is drawn as a violin."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One drug's newest model on the patient's cells."""

    drug: str
    model: str
    model_id: str
    probability: Doubles
    """Length n, NaN where a cell was not taken."""
    before: Doubles


@dataclass(frozen=True, kw_only=True)
class CellPicture:
    """One picture and its table."""

    name: str
    title: str
    says: str
    """Below the picture."""
    drawing: Markup
    table: pl.DataFrame


def map_picture(
    matrix: CellMatrix,
    points: Doubles,
    predictions: Sequence[Prediction],
    labels: tuple[str, Sequence[str | None]] | None,
    time: Doubles | None,
    shown: NDArray[np.intp],
    seed: int,
) -> CellPicture:
    at = cell_map(matrix, points, seed)
    columns: dict[str, tuple[Sequence[Any], bool]] = {
        name: (values, False)
        for name in ("sample", "cell_type", "clone")
        if len(set(values := matrix.cells[name].to_list())) > 1
    }
    if labels:
        columns[labels[0]] = (labels[1], False)
    for one in predictions:
        columns[f"{one.drug}: predicted"] = ([_called(value) for value in one.probability.tolist()], False)
        columns[f"{one.drug}: probability"] = (one.probability.tolist(), True)
        columns[f"{one.drug}: before transfer"] = (one.before.tolist(), True)
    if time is not None:
        columns["pseudotime"] = (time.tolist(), True)
    colourings = [
        Colouring(name, [values[row] for row in shown], numeric) for name, (values, numeric) in columns.items()
    ]
    colourings = colourings or [Colouring("cells", ["cell"] * len(shown), False)]
    table = pl.DataFrame({"cell_id": matrix.cells["cell_id"], "x": at.places[:, 0], "y": at.places[:, 1]})
    more = [pl.Series(name, list(values), strict=False) for name, (values, _) in columns.items()]
    some = (
        f"; {len(shown):,} of {len(matrix):,} cells are drawn"
        if len(shown) < len(matrix)
        else f"; {len(matrix):,} cells"
    )
    says = f"{at.says}{some}. Pale: not known, or not taken. A map shows neighbours; distances across it mean little."
    title = "Where the cells lie"
    drawing = cell_maps.maps(
        at.places[shown], colourings, f"{title}, in {len(colourings)} colourings; the table has the places"
    )
    return CellPicture(
        name="map", title=title, says=says, drawing=drawing, table=table.with_columns(more).fill_nan(None)
    )


def _called(probability: float) -> str | None:
    return None if np.isnan(probability) else "sensitive" if probability >= 0.5 else "resistant"


def violin_picture(matrix: CellMatrix, one: Prediction) -> CellPicture | None:
    name = "clone" if matrix.cells["clone"].n_unique() > 1 else "cell_type"
    table = pl.DataFrame({"group": matrix.cells[name].fill_null("not known"), "p": one.probability}).drop_nans("p")
    groups = table.group_by("group").agg("p").sort(pl.col("p").list.len(), "group", descending=[True, False])
    found = [(group, np.array(p)) for group, p in groups.iter_rows() if len(p) >= FEWEST][:12]
    if not found:
        return None
    rows = [
        {"group": group, "cells": len(p)} | {f"q{q}": float(np.quantile(p, q / 100)) for q in (5, 25, 50, 75, 95)}
        for group, p in found
    ]
    return CellPicture(
        name=_slug(one.drug, "violins"),
        title=f"{one.drug}: probability of sensitivity by {name.replace('_', ' ')}",
        says=f"Model {one.model}, after transfer; orange: the median. Groups under {FEWEST} cells are left out.",
        drawing=cell_maps.violins(found, f"{one.drug}: probabilities of {len(found)} groups; the table has quantiles"),
        table=pl.DataFrame(rows),
    )


def gene_picture(matrix: CellMatrix, one: Prediction, genes: pl.DataFrame) -> CellPicture | None:
    keys = genes.filter(pl.col("key_gene") & pl.col("gene").is_in(list(matrix.genes)))
    keys = keys.sort("supported", descending=True, maintain_order=True)
    table = pl.concat([keys.filter(pl.col("role") == role).head(GENES_A_ROLE) for role in ("sensitive", "resistant")])
    rows = np.flatnonzero(np.isfinite(one.probability))
    if table.is_empty() or len(rows) < BINS:
        return None
    order = rows[np.argsort(-one.probability[rows], kind="stable")]
    place = {gene: column for column, gene in enumerate(matrix.genes)}
    levels = _levels(matrix, order)[:, [place[gene] for gene in table["gene"]]].toarray().astype(np.float64)
    scaled = (levels - levels.mean(axis=0)) / np.maximum(levels.std(axis=0), 1e-9)
    bins = np.array_split(np.arange(len(order)), BINS)
    values = np.array([scaled[part].mean(axis=0) for part in bins]).T
    split = sum(float(np.median(one.probability[order[part]])) >= 0.5 for part in bins)
    names = [f"{gene}{'' if sure else ' ?'}" for gene, sure in table.select("gene", "supported").iter_rows()]
    return CellPicture(
        name=_slug(one.drug, "key-genes"),
        title=f"{one.drug}: key genes",
        says=f"Cells in {BINS} parts by their probability, highest left; up to {GENES_A_ROLE} genes whose attributions "
        "are higher in cells predicted sensitive, then as many of resistant ones. ?: not supported by cell lines. "
        "These genes were chosen by the predictions that they are shown against.",
        drawing=cell_maps.gene_heat_map(
            names, values, split, f"levels of {len(names)} key genes; the table has figures"
        ),
        table=table.drop("model_id", "patient_id"),
    )


def _levels(matrix: CellMatrix, rows: NDArray[np.intp]) -> "csr_matrix":
    some = matrix.take(rows)
    return cell_levels(some.values, some.totals)


def course_picture(one: Prediction, time: Doubles, root: str, shown: NDArray[np.intp]) -> CellPicture | None:
    from scipy.stats import spearmanr

    there = np.flatnonzero(np.isfinite(time) & np.isfinite(one.probability))
    if len(there) < BINS:
        return None
    found = spearmanr(time[there], one.probability[there])
    drawn = np.intersect1d(there, shown)
    says = (
        f"Diffusion pseudotime from {root} ({len(there):,} cells that neighbours join with it), Spearman's r "
        f"{float(found.statistic):.2f}. An order by similarity: no time was measured, and cells are no independent "
        "patients."
    )
    return CellPicture(
        name=_slug(one.drug, "pseudotime"),
        title=f"{one.drug}: probability along pseudotime",
        says=says,
        drawing=cell_maps.course(time[drawn], one.probability[drawn], f"{one.drug}: {says}"),
        table=pl.DataFrame({"pseudotime": time[there], "probability": one.probability[there]}),
    )


def dot_picture(section: "CloneSection") -> CellPicture:
    """Clones by drugs, as the report of clones has them."""
    drugs = section.drugs[:DRUGS]
    rows = [
        {"drug_id": drug.drug_id, "drug_name": drug.name, "clone": one.clone, "share": row.share, "score": one.score}
        for drug in drugs
        for one, row in zip(drug.scores, section.clones, strict=True)
    ]
    return CellPicture(
        name="clones",
        title="Drugs by clone",
        says=f"Scores of whole clones by the stored model {section.model}, no model of single cells. Area: the clone's "
        "share of the cells; ink: the score; a ring: below 0.50.",
        drawing=clone_dots(section.clones, drugs),
        table=pl.DataFrame(rows),
    )


def _slug(drug: str, what: str) -> str:
    return safe_name(what, drug)
