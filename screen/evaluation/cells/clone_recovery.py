"""Clones by clustering beside groups of cells whose truth a column of the file says: lines mixed, genotypes, barcodes.

A true group is found where one cluster holds four fifths of it and consists of it to four fifths. With a model named,
both are scored by the ordinary road: what the clustering costs shows as another best class of drugs, or as another
share of cells that a drug covers.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.biomarkers.line_responses import responses_of
from screen.cells.clustering import purity
from screen.errors import InputError, StoreError
from screen.evaluation.cells.measured_classes import OF_A_CLASS, MeasuredClasses, measured_classes
from screen.models.bundle import Bundle
from screen.ranking.cell_steps import matrix_of_patient
from screen.ranking.clone_groups import Groups, groups_of
from screen.ranking.clone_request import ALL, CLUSTER, CloneRequest
from screen.ranking.clone_scoring import EVERY, scored
from screen.settings import Settings
from screen.store import Store, cell_store, open_store, stored_models

if TYPE_CHECKING:
    from screen.cells.cell_matrix import CellMatrix

FOUND = 0.8
"""Share of a true group in one cluster, and of that cluster in the group, from which on the group is found."""


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """One patient's clusters beside the truth."""

    patient_id: str
    cells: int
    groups: int
    """True ones of at least the least cells."""
    smallest: float
    """Share of the cells in the smallest of them."""
    clusters: int
    found: int
    """Of the true groups."""
    agreement: float
    """Adjusted Rand index over cells."""
    same_class: int | None
    """Found groups whose best class of drugs is that of their cluster; ``None``: no model was named."""
    right_class: int | None
    """Found groups that are cell lines whose cluster's best class is the one that was measured best in the line."""
    right_majority: int | None
    """The same of the class that is best in most other lines, whatever the cells."""
    measured: int | None
    """Found groups that are cell lines with a measured best class; ``None``: no model, or no responses."""
    coverage_apart: float | None
    """Mean over drugs of the distance between the shares of cells covered by clusters and by true groups."""


def clone_recovery(
    settings: Settings, column: str, patients: tuple[str, ...] = (), model: str = "", min_cells: int = 20
) -> list[Recovered]:
    """Compare clusters with the groups of a column.

    Parameters
    ----------
    patients : ids; empty: every patient whose cells have the column
    model : indication of the model that scores both; '': none

    Raises
    ------
    InputError
        No patient has the column.
    StoreError
        No cells of a patient, or no model of that indication.
    """
    with open_store(settings.store) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, model)) if model else None
        known = _measured(store, settings) if model else None
        wanted = patients or tuple(dict.fromkeys(cell_store.quality(store)["patient_id"].to_list()))
        made = []
        for patient in wanted:
            matrix = matrix_of_patient(store, patient)
            if patients or matrix.column(column) is not None:
                made.append(_one(store, matrix, patient, column, bundle, known, settings, model, min_cells))
    if not made:
        raise InputError(
            f"no patient's cells have a column {column!r}",
            where="--truth",
            remedy="name a column of the file, e.g. --truth cell_line",
        )
    return made


def _one(
    store: Store,
    matrix: "CellMatrix",
    patient: str,
    column: str,
    bundle: Bundle | None,
    known: MeasuredClasses | None,
    settings: Settings,
    model: str,
    least: int,
) -> Recovered:
    ask = {"patient_id": patient, "cells": ALL, "min_cells": least, "model": model}
    requests = [CloneRequest(by=by, **ask) for by in (CLUSTER, column)]  # type: ignore[arg-type]
    clusters, truth = (groups_of(matrix, request, settings.seed) for request in requests)
    pairs = _pairs(clusters, truth)
    same = apart = right = None
    if bundle is not None and clusters.groups and truth.groups:
        both = [
            scored(store, bundle, groups, request, settings, model)
            for groups, request in zip((clusters, truth), requests, strict=True)
        ]
        classes = _classes(store)
        best = [_best_classes(one.scores, classes) for one in both]
        same = sum(best[0][cluster] == best[1][group] for group, cluster in pairs.items())
        right = _right(pairs, best[0], known) if known else None
        covered = [one.result["covered"] for one in both]
        apart = float(np.mean([abs(covered[0][drug] - covered[1][drug]) for drug in covered[0]]))
    labels = [_label_of(one, len(matrix)) for one in (clusters, truth)]
    return Recovered(
        patient_id=patient,
        cells=len(matrix),
        groups=len(truth.groups),
        smallest=min((len(group.cells) for group in truth.groups), default=0) / len(matrix),
        clusters=len(clusters.groups),
        found=len(pairs),
        agreement=purity(labels[0].tolist(), labels[1].tolist()),
        same_class=same,
        measured=right[0] if right else None,
        right_class=right[1] if right else None,
        right_majority=right[2] if right else None,
        coverage_apart=apart,
    )


def _measured(store: Store, settings: Settings) -> MeasuredClasses | None:
    """Best classes by measured responses; ``None`` where the store has none."""
    try:
        return measured_classes(responses_of(store, settings), _classes(store))
    except StoreError:
        return None


def _right(pairs: dict[str, str], best: dict[str, str], known: MeasuredClasses) -> tuple[int, int, int]:
    """Found groups with a measured best class, in how many the cluster's is that one, and in how many the majority."""
    there = {group: cluster for group, cluster in pairs.items() if group in known.best}
    majority = known.majority(there)
    right = sum(best.get(cluster) == known.best[group] for group, cluster in there.items())
    return len(there), right, sum(known.best[group] == majority for group in there)


def _pairs(clusters: Groups, truth: Groups) -> dict[str, str]:
    """True groups that are found, and their cluster."""
    found = {}
    for group in truth.groups:
        mine = set(group.cells.tolist())
        for cluster in clusters.groups:
            both = len(mine.intersection(cluster.cells.tolist()))
            if both >= FOUND * len(mine) and both >= FOUND * len(cluster.cells):
                found[group.name] = cluster.name
    return found


def _label_of(groups: Groups, cells: int) -> NDArray[np.int64]:
    labels = np.full(cells, -1, np.int64)
    for number, group in enumerate(groups.groups):
        labels[group.cells] = number
    return labels


def _classes(store: Store) -> dict[str, str]:
    """Drug -> its pathway, where several drugs share it."""
    rows = store.sql("SELECT drug_id, pathway FROM drugs WHERE pathway IS NOT NULL AND pathway <> ''").rows()
    sizes = Counter(pathway for _, pathway in rows)
    return {drug: pathway for drug, pathway in rows if sizes[pathway] >= OF_A_CLASS}


def _best_classes(scores: pl.DataFrame, classes: dict[str, str]) -> dict[str, str]:
    """Clone -> the class whose drugs stand highest among the reference patients, on average; by score without them."""
    rows = scores.filter(pl.col("clone") != EVERY).with_columns(
        place=pl.col("selective").fill_null(pl.col("score")),
        pathway=pl.col("drug_id").replace_strict(classes, default="", return_dtype=pl.String),
    )
    held: defaultdict[str, dict[str, float]] = defaultdict(dict)
    averaged = (
        rows.filter(pl.col("pathway") != "").group_by("clone", "pathway").agg(place=pl.mean("place"), drugs=pl.len())
    )
    for clone, pathway, place, drugs in averaged.sort("clone", "pathway").rows():
        if drugs >= OF_A_CLASS:
            held[clone][pathway] = place
    return {clone: max(sorted(places), key=places.__getitem__) for clone, places in held.items()}
