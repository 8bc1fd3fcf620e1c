"""Clones and their scores written into a copy of the user's own AnnData file, for scanpy."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from screen.errors import InputError, StoreError
from screen.ranking.cell_steps import matrix_of_patient
from screen.ranking.clone_groups import groups_of
from screen.ranking.clone_request import CloneRequest
from screen.settings import Settings
from screen.store import Store, cell_store, open_store
from screen.tasks.files import draft_of

CLONE, SCORES = "crescreen_clone", "crescreen_scores"


@dataclass(frozen=True, kw_only=True)
class AnnotatedCells:
    """What was written."""

    file: str
    cells: int
    """Of the file."""
    in_clones: int
    """Cells of a clone that was scored."""
    patients: int
    drugs: int


@dataclass(frozen=True)
class _Written:
    """Clones of all patients of a file."""

    clone_of: dict[str, str]
    """Cell -> clone."""
    scores: dict[str, pl.DataFrame]
    """Patient -> rows of ``clone_scores``."""
    whose: dict[str, str]
    """Cell -> patient."""


def annotate_cells(settings: Settings, path: Path, out: Path) -> AnnotatedCells:
    """Copy an AnnData file and add ``obs["crescreen_clone"]``, ``obsm["crescreen_scores"]`` and ``uns["crescreen"]``.

    A cell has the scores of its clone, a column a drug in the order of ``uns["crescreen"]["drug_name"]``; NaN and an
    empty clone where it is in none. Everything else of the file stays as it is, counts included.

    Raises
    ------
    InputError
        No AnnData file, one that was not ingested, or ``out`` of another ending or the file itself.
    StoreError
        No clones were scored for any of its patients.
    """
    if out.suffix != ".h5ad" or out.resolve() == path.resolve():
        raise InputError(
            f"{out.name} is no name for the copy", where="--out", remedy="name another file that ends in .h5ad"
        )
    with open_store(settings.store) as store:
        written = _clones_of_file(store, path)
    names, table = _drugs(written.scores)
    with draft_of(out) as draft:
        shutil.copyfile(path, draft)
        cells, there = _write(draft, written, names, table)
    return AnnotatedCells(file=str(out), cells=cells, in_clones=there, patients=len(written.scores), drugs=len(names))


def _clones_of_file(store: Store, path: Path) -> _Written:
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    rows = store.sql(
        """SELECT DISTINCT q.patient_id FROM cell_quality q JOIN source_files f USING (source_id)
           WHERE f.sha256 = $digest AND f.kind = 'cells-h5ad' ORDER BY 1""",
        digest=digest,
    )
    if rows.is_empty():
        raise InputError(
            "no AnnData file of cells that the store has", where=str(path), remedy=f"run: crescreen ingest {path.name}"
        )
    found = _Written({}, {}, {})
    for patient in rows["patient_id"]:
        made = cell_store.clones_of(store, patient)
        if made is None or not made.model_id:
            continue
        request = dict(made.request)
        seed = int(request.pop("seed"))
        groups = groups_of(matrix_of_patient(store, patient), CloneRequest(**request), seed)
        ids = groups.taken.cells["cell_id"].to_list()
        found.clone_of.update({ids[int(row)]: group.name for group in groups.groups for row in group.cells})
        found.whose.update(dict.fromkeys((ids[int(row)] for group in groups.groups for row in group.cells), patient))
        found.scores[patient] = made.scores
    if not found.scores:
        raise StoreError(
            "no clones were scored for any patient of this file",
            where=str(path),
            remedy=f"run: crescreen cells clones {rows['patient_id'][0]}",
        )
    return found


def _drugs(scores: dict[str, pl.DataFrame]) -> tuple[list[tuple[str, str]], dict[tuple[str, str], Any]]:
    """Drugs (id, name) by id, and (patient, clone) -> scores in that order."""
    every = pl.concat([one.select("drug_id", "drug_name") for one in scores.values()]).unique().sort("drug_id")
    names = list(every.rows())
    place = {drug: column for column, (drug, _) in enumerate(names)}
    table = {}
    for patient, rows in scores.items():
        for (clone,), mine in rows.group_by("clone"):
            line = np.full(len(names), np.nan, np.float32)
            line[[place[drug] for drug in mine["drug_id"]]] = mine["score"].to_numpy()
            table[patient, str(clone)] = line
    return names, table


def _write(
    draft: Path, written: _Written, names: list[tuple[str, str]], table: dict[tuple[str, str], Any]
) -> tuple[int, int]:
    import h5py
    from anndata.io import read_elem, write_elem

    with h5py.File(draft, "r+") as file:
        obs = read_elem(file["obs"])
        clones = [written.clone_of.get(str(cell), "") for cell in obs.index]
        obs[CLONE] = clones
        obs[CLONE] = obs[CLONE].astype("category")
        scores = np.full((len(clones), len(names)), np.nan, np.float32)
        for row, (cell, clone) in enumerate(zip(obs.index, clones, strict=True)):
            if clone:
                scores[row] = table[written.whose[str(cell)], clone]
        about = {
            "drug_id": np.array([one for one, _ in names], dtype=object),
            "drug_name": np.array([one for _, one in names], dtype=object),
            "says": json.dumps({"obsm": SCORES, "score": "probability of sensitivity of the cell's clone"}),
        }
        write_elem(file, "obs", obs)
        write_elem(file, f"obsm/{SCORES}", scores)
        write_elem(file, "uns/crescreen", about)
    return len(clones), sum(bool(one) for one in clones)
