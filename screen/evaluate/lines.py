"""Protocol ``lines``: members predict the cell lines of the fold they were trained without."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from screen.errors import InputError
from screen.evaluate import Row
from screen.records import Floats, TrainingData
from screen.settings import Settings

BLOOD = frozenset({"Lymphoid", "Myeloid"})
"""Part of what a model knows is blood against solid: figures are given with and without these lineages."""


def evaluate_lines(data: TrainingData, vectors: Floats, settings: Settings, work: Path,
                   folds: Mapping[str, int] | None = None) -> list[Row]:
    """Train on the folds and measure beside the rivals, on all lines and on solid tumours alone.

    Parameters
    ----------
    vectors : D x 300, of the library's drugs
    work : folder of finished members
    folds : fold of each cell line, see :func:`read_folds`; lines without one are left out. ``None``: our own
    """
    from screen.expression import fit_frame, shared_genes
    from screen.learn.folds import line_folds
    from screen.learn.invitro import Stratum, evaluation_rows
    from screen.learn.train import fit_ensemble, predict_heldout
    from screen.nn.determinism import one_thread

    if folds is not None:
        data = _only(data, folds)
        given = np.array([folds[line] for line in data.lines.subject_ids], np.intp)
        assigned = np.unique(given, return_inverse=True)[1]
    else:
        assigned = line_folds(data.lineages, settings.training.folds, settings.seed)
    frame = fit_frame(data.lines, data.patients, shared_genes(data.lines, data.patients))
    ensemble = fit_ensemble(data, frame, vectors, assigned, settings, work, lambda label, done, total: None)
    solid = np.array([lineage not in BLOOD for lineage in data.lineages])
    with one_thread():
        heldout = predict_heldout(ensemble, data, settings.training, lambda label, done, total: None)
        return [row for stratum in (Stratum("all", np.ones_like(solid)), Stratum("solid", solid))
                for row in evaluation_rows(heldout, assigned, data.auc, settings.seed, data.indication, stratum)]


def read_folds(path: Path) -> dict[str, int]:
    """Fold of each cell line, from a CSV with columns ``cell_line_id`` and ``test_fold``.

    Raises
    ------
    InputError
        A column is missing, a fold is no number, or a line stands twice.
    """
    try:
        rows = pl.read_csv(path, columns=["cell_line_id", "test_fold"], infer_schema=False)
        folds = dict(zip(rows["cell_line_id"], rows["test_fold"].cast(pl.Int64), strict=True))
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(f"not a table of folds: {str(fault).splitlines()[0]}", where=str(path),
                         remedy="give a CSV with columns cell_line_id and test_fold (0, 1, ...)") from None
    if len(folds) < rows.height or None in folds.values():
        raise InputError("a cell line stands twice or without a fold", where=str(path), remedy="one row a cell line")
    return folds


def _only(data: TrainingData, folds: Mapping[str, int]) -> TrainingData:
    rows = np.array([i for i, line in enumerate(data.lines.subject_ids) if line in folds], np.intp)
    if not rows.size:
        raise InputError("none of the cell lines has a fold", where="folds", remedy="give folds by DepMap id")
    return replace(data, lines=data.lines.take(rows), lineages=tuple(data.lineages[i] for i in rows),
                   auc=data.auc[rows])
