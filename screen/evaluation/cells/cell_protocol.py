"""``evaluate cells``: models of single cells against a column of labels, over seeds, beside simpler ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen import __version__
from screen.evaluation import evaluation_id
from screen.evaluation.cells.cell_figures import PROTOCOL, figures_of_model
from screen.evaluation.cells.cell_predictors import SeedScores, bulk_baseline, majority, network_scores
from screen.evaluation.cells.cell_request import BASELINES, KINDS, CellEvaluation
from screen.metrics.figure import Figure
from screen.models.single_cell.configurations import configuration
from screen.ranking.cell_model_steps import joint_space
from screen.ranking.cell_sets import PatientCells, labels_of, read_cell_set
from screen.ranking.clone_groups import groups_of
from screen.ranking.clone_request import CloneRequest
from screen.settings import Settings
from screen.store import Store, audit, cell_store, open_store, runs
from screen.tasks.cache import content_key
from screen.tasks.progress import Progress, silent
from screen.training.cell_model_data import bulk_lines, measured_drug

if TYPE_CHECKING:
    from screen.models.single_cell.bulk_to_cells import TransferData
    from screen.training.cell_model_data import BulkLines, MeasuredDrug

Doubles = NDArray[np.float64]

LINE_COLUMN = "cell_line"
"""Column of simulated cells: the lines that they are of, which must not train what is measured on them."""
CLONES = "clone-pseudobulk"
NO_CLONES = "no clones scored; run: crescreen cells clones PATIENT"


def evaluate_cells(settings: Settings, request: CellEvaluation, progress: Progress = silent) -> list[Figure]:
    """Measure, store and return the figures; predictions that are finished are not computed again.

    Raises
    ------
    InputError, StoreError
        No such cells, column, drug or model; labels of one class alone.
    """
    from screen.models.single_cell.bulk_to_cells import TransferData

    rows = {name: configuration(name, **request.changes) for name in request.models}
    with open_store(settings.store) as store:
        lines = bulk_lines(store, settings)
        drug = measured_drug(store, lines, request.drug)
        parts = read_cell_set(store, request.cell_set)
        everyone = labels_of(parts, request.label_column, request.sensitive)
        clone = clone_scores(store, parts, drug, settings.seed)
    response, excluded = without_lines_of_cells(lines, drug.drug_id, parts)
    known = np.isfinite(everyone)
    labels, space = everyone[known], joint_space(lines, parts)
    data = TransferData(drug.drug_id, space.genes, space.lines, response, space.cells[known])
    first = next(iter(rows.values()))
    seeds = range(settings.seed, settings.seed + request.seeds)
    simple = _baselines(data, first, list(seeds), len(labels), None if clone is None or excluded else clone[known])
    base = _base(request, drug, data, labels, excluded)
    figures: list[Figure] = []
    for name, made in rows.items():
        found = []
        for number, seed in enumerate(seeds):
            progress(f"{name}, seed {number + 1} of {request.seeds}", number, request.seeds)
            found.append(network_scores(data, labels, made, seed, request.folds, settings, silent))
        figures += figures_of_model(name, labels, found, base, simple)
    for name, scores in simple.items():
        figures += figures_of_model(name, labels, scores, base, {})
    if CLONES not in simple:
        why = f"the stored model may have been trained on {excluded} of these lines" if excluded else NO_CLONES
        figures.append(replace(base, model=CLONES, metric="auroc", note=f"not evaluable: {why}"))
    return _stored(settings, request, figures, base, rows)


def without_lines_of_cells(lines: "BulkLines", drug_id: str, parts: Sequence[PatientCells]) -> tuple[Doubles, int]:
    """Responses of the lines without those that the cells are of (column ``cell_line``), and how many those were.

    A line without a response trains nothing, the autoencoder included.
    """
    columns = [values for part in parts if (values := part.matrix.column(LINE_COLUMN)) is not None]
    excluded = {str(one) for values in columns for one in values.drop_nulls()}
    response = lines.response(drug_id)
    mine = np.array([line in excluded for line in lines.line_ids], np.bool_) & np.isfinite(response)
    return np.where(mine, np.nan, response), int(mine.sum())


def clone_scores(store: Store, parts: Sequence[PatientCells], drug: "MeasuredDrug", seed: int) -> Doubles | None:
    """The default model's score of each taken cell's clone; ``None`` where clones of a patient were not all scored.

    A cell of a clone that was too small to be scored has the score of all the patient's cells.
    """
    found = []
    for part in parts:
        stored = cell_store.clones_of(store, part.patient_id)
        if stored is None or stored.scores.is_empty():
            return None
        mine = stored.scores.filter(pl.col("drug_id") == drug.drug_id)
        scores = dict(mine.select("clone", "score").iter_rows())
        if not scores:
            return None
        names = ("patient_id", "cells", "by", "min_cells", "model")
        request = CloneRequest(**{name: stored.request[name] for name in names})
        groups = groups_of(part.matrix, request, int(stored.request.get("seed", seed)))
        of_cell = dict.fromkeys(part.matrix.cells["cell_id"].to_list(), scores.get("all", np.nan))
        ids = groups.taken.cells["cell_id"].to_list()
        for group in groups.groups:
            of_cell |= {ids[row]: scores.get(group.name, np.nan) for row in group.cells.tolist()}
        taken = part.matrix.cells["cell_id"].gather(part.taken.tolist())
        found.append(np.array([of_cell[one] for one in taken.to_list()], np.float64))
    scores_of_all = np.concatenate(found)
    return scores_of_all if np.isfinite(scores_of_all).all() else None


def _baselines(
    data: "TransferData", made: Any, seeds: Sequence[int], cells: int, clone: Doubles | None
) -> dict[str, list[SeedScores]]:
    simple = {name: [bulk_baseline(name, data, made, seed) for seed in seeds] for name in BASELINES[:2]}
    simple["all-majority"] = [majority(data, made, seed, cells) for seed in seeds]
    if clone is not None:
        scores = clone.astype(np.float32)
        simple[CLONES] = [SeedScores(scores, scores)] * len(seeds)
    return simple


def _base(
    request: CellEvaluation, drug: "MeasuredDrug", data: "TransferData", labels: Doubles, excluded: int
) -> Figure:
    words = [request.label_column, request.sensitive, request.folds, data.genes]
    key = content_key(words, [data.cells.data, labels, data.lines, data.response])
    how = f"{request.folds} folds of cells" if request.folds else "cells aligned without labels"
    note = (
        f"{request.label_kind}: {KINDS[request.label_kind]}; sensitive: {request.label_column} = "
        f"{', '.join(request.sensitive)}; {how}; mean over {request.seeds} seeds"
    ) + (f"; {excluded} cell lines that the cells are of left out of training" if excluded else "")
    return Figure(
        protocol=PROTOCOL,
        model="",
        metric="",
        stratum_kind="cells",
        stratum_name=f"{drug.name}, set {key[:6]}",
        n=len(labels),
        n_positive=int(labels.sum()),
        note=note,
    )


def _stored(
    settings: Settings, request: CellEvaluation, figures: list[Figure], base: Figure, rows: dict[str, Any]
) -> list[Figure]:
    manifest = {
        "protocol": PROTOCOL,
        "on": base.stratum_name,
        "command": f"cells --drug '{request.drug}' --labels '{request.label_column}={','.join(request.sensitive)}'",
        "label_kind": request.label_kind,
        "seeds": request.seeds,
        "folds": request.folds,
        "seed": settings.seed,
        "version": __version__,
        "models": {name: {"says": made.says, "settings": made.settings()} for name, made in rows.items()},
    }
    key = evaluation_id(PROTOCOL, base.stratum_name, request.seeds, settings.seed, request.changes)
    with open_store(settings.store, write=True) as store, store.transaction():
        runs.save_evaluation(store, key, PROTOCOL, manifest, figures)
        audit.record(store, "evaluate", protocol=PROTOCOL, evaluation_id=key, rows=len(figures))
    return [replace(figure, evaluation_id=key) for figure in figures]
