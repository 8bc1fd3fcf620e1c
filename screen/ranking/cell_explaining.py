"""Why a model of cells predicts what it does: key genes, and whether its groups have the genes of the true ones."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.cells.group_differences import FEWEST, differences
from screen.cells.module_scores import Agreement, ModuleScores
from screen.models.bundle import Bundle
from screen.models.single_cell.bulk_labels import Cut
from screen.models.single_cell.gene_space import cell_levels
from screen.ranking.cell_model_scoring import require_genes
from screen.ranking.cell_model_steps import caution, predicts_lines
from screen.ranking.cell_sets import CellSetRequest, PatientCells, labels_of, read_cell_set
from screen.ranking.key_genes import ROLES, key_genes, line_differences, predicted_groups
from screen.settings import Settings
from screen.store import cell_explanations, cell_models, open_store
from screen.tasks.cache import Tensors, content_key, intact, read_tensors, store_file
from screen.tasks.files import private_folder
from screen.tasks.progress import Progress, silent
from screen.training.cell_model_data import bulk_lines, levels_over, measured_drug

if TYPE_CHECKING:
    from screen.models.single_cell.gene_attributions import Attributions
    from screen.records import Floats
    from screen.store.cell_models import CellModelRow
    from screen.training.cell_model_data import BulkLines, MeasuredDrug
    from screen.training.cell_model_training import CellModel

Doubles = NDArray[np.float64]

MOST_CELLS = 2_000
"""Cells of a patient that are explained, sampled by the seed."""
_A_FILE = 250
"""Cells whose attributions are a file: what a kill may lose."""


@dataclass(frozen=True, kw_only=True)
class CellExplaining:
    """What is explained."""

    drugs: tuple[str, ...]
    cell_set: CellSetRequest
    model: str = ""
    """Name of the model; '': the one trained last."""
    label_column: str = ""
    """Of the cells, whose groups the predicted ones are held against."""
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CellsExplained:
    """What became of one patient's cells under one model."""

    drug: str
    model: str
    patient_id: str
    cells: int
    key_sensitive: int
    key_resistant: int
    supported: int
    """Key genes in which sensitive and resistant cell lines differ in the same direction."""
    missing: float
    """Share of the logits' differences that attributions lack: completeness."""
    agreement_sensitive: float | None
    """Correlation of the scores of predicted and true genes of sensitive cells; ``None`` without labels."""
    agreement_resistant: float | None
    note: str


def explain_cells(settings: Settings, request: CellExplaining, progress: Progress = silent) -> list[CellsExplained]:
    """Explain the newest model of each drug on cells, patient by patient; a killed call goes on.

    Raises
    ------
    InputError
        No model of a drug, cells that lack its genes, or no such column of labels.
    """
    with open_store(settings.store) as store:
        lines = bulk_lines(store, settings)
        drugs = [measured_drug(store, lines, name) for name in request.drugs]
        rows = [cell_models.newest_cell_model(store, one.drug_id, one.name, request.model) for one in drugs]
        parts = read_cell_set(store, request.cell_set)
    labels = _labels(parts, request)
    done: list[CellsExplained] = []
    for drug, row in zip(drugs, rows, strict=True):
        for part, known in zip(parts, labels, strict=True):
            progress(f"{drug.name}: {part.patient_id}", len(done), len(drugs) * len(parts))
            facts, genes = _explained(settings, row, part, known, lines)
            with open_store(settings.store, write=True) as store:
                cell_explanations.save_explanation(store, row.model_id, part.patient_id, facts, genes)
            done.append(_as_done(drug, row, part, facts, genes))
    return done


def _labels(parts: Sequence[PatientCells], request: CellExplaining) -> list[Doubles | None]:
    if not request.label_column:
        return [None] * len(parts)
    whole = labels_of(parts, request.label_column, request.sensitive)
    return list(np.split(whole, np.cumsum([len(part.taken) for part in parts])[:-1]))


def _explained(
    settings: Settings, row: "CellModelRow", part: PatientCells, known: Doubles | None, lines: "BulkLines"
) -> tuple[dict[str, Any], pl.DataFrame]:
    from screen.training.cell_model_training import opened

    network = opened(Bundle.from_bytes(row.manifest, row.weights))
    require_genes(part.matrix, network, lines.index, part.patient_id)
    rng = np.random.default_rng((settings.seed, 97))
    count = len(part.taken)
    some = np.arange(count) if count <= MOST_CELLS else np.sort(rng.choice(count, MOST_CELLS, replace=False))
    cells = part.matrix.take(part.taken[some])
    levels = levels_over(cells, network.genes, lines.index)
    sensitive, split = predicted_groups(network.score(levels)[0])
    found = _attributions(settings, row, network, network.scaled(levels))
    in_lines = line_differences(lines.over(network.genes), lines.response(row.drug_id), Cut(**row.manifest["cut"]))
    sound = predicts_lines(row.manifest)
    genes = key_genes(network.genes, found.values, levels, sensitive, in_lines, sound=sound)
    scored = ModuleScores(everything := cell_levels(cells.values, cells.totals))
    lists = _lists(differences(everything, sensitive))
    facts: dict[str, Any] = {
        "cells": len(some),
        "cells_taken": count,
        "predicted_sensitive": int(sensitive.sum()),
        "split": split,
        "missing": round(found.error, 6),
        "steps": found.steps,
        "caution": caution(row.manifest),
        "lists": {role: [cells.genes[i] for i in one] for role, one in lists.items()},
        "agreement": {},
    }
    if known is not None:
        facts |= _against(scored, everything, lists, known[some], rng)
    return facts, genes


def _attributions(settings: Settings, row: "CellModelRow", network: "CellModel", scaled: "Floats") -> "Attributions":
    """Integrated gradients in files of some hundred cells each: those that are there are read."""
    from safetensors.numpy import save

    from screen.models.single_cell.gene_attributions import Attributions, attributions

    folder = private_folder(settings.work / "cells")
    found, files = [], []
    for start in range(0, len(scaled), _A_FILE):
        part = scaled[start : start + _A_FILE]
        file = folder / f"explain-{content_key([row.model_id, str(row.manifest)], [part])}.safetensors"
        if not intact(file):
            made = attributions(network.after, part, network.orientation)
            content: Tensors = {"values": made.values, "differences": made.differences, "steps": np.array([made.steps])}
            store_file(file, save(content))
        found.append(read_tensors(file))
        files.append(file)
    whole = Attributions(
        np.concatenate([one["values"] for one in found]),
        np.concatenate([one["differences"] for one in found]),
        max(int(one["steps"][0]) for one in found),
    )
    for file in (*files, *(file.with_name(f".{file.name}.sha256") for file in files)):
        file.unlink(missing_ok=True)
    return whole


def _lists(found: Any) -> dict[str, NDArray[np.intp]]:
    return {role: genes for role, first in zip(ROLES, (True, False), strict=True) if len(genes := found.top(first))}


def _against(
    scored: ModuleScores, levels: Any, mine: dict[str, NDArray[np.intp]], known: Doubles, rng: np.random.Generator
) -> dict[str, Any]:
    """The lists of the true groups, and how the scores of the predicted ones follow theirs."""
    seen = np.flatnonzero(np.isfinite(known))
    true = known[seen] == 1
    if min(true.sum(), (~true).sum()) < FEWEST:
        return {"labelled": len(seen)}
    theirs = _lists(differences(levels[seen], true))
    agreement: dict[str, Agreement] = {
        role: scored.agreement(mine[role], theirs[role], rng) for role in ROLES if role in mine and role in theirs
    }
    return {"labelled": len(seen), "agreement": {role: asdict(one) for role, one in agreement.items()}}


def _as_done(
    drug: "MeasuredDrug", row: "CellModelRow", part: PatientCells, facts: dict[str, Any], genes: pl.DataFrame
) -> CellsExplained:
    keys = genes.filter("key_gene")["role"].to_list()
    agreement = {role: one["correlation"] for role, one in facts["agreement"].items()}
    notes = [facts["caution"], f"groups {facts['split']}" if "median" in facts["split"] else ""]
    if not predicts_lines(row.manifest):
        notes.append("no gene is called key")
    notes += [f"{role}: p {one['p']:.3f} against random lists" for role, one in facts["agreement"].items()]
    return CellsExplained(
        drug=drug.name,
        model=row.name,
        patient_id=part.patient_id,
        cells=facts["cells"],
        key_sensitive=keys.count(ROLES[0]),
        key_resistant=keys.count(ROLES[1]),
        supported=int(genes["supported"].sum()),
        missing=facts["missing"],
        agreement_sensitive=agreement.get(ROLES[0]),
        agreement_resistant=agreement.get(ROLES[1]),
        note="; ".join(one for one in notes if one),
    )
