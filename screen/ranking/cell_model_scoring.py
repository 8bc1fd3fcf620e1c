"""Models of single cells applied: a step that commands and the Python API call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from screen.cells.cell_matrix import CellMatrix
from screen.errors import InputError
from screen.expression import GeneIndex
from screen.models.bundle import Bundle
from screen.ranking.cell_model_steps import caution
from screen.ranking.cell_sets import CellSetRequest, PatientCells, read_cell_set
from screen.settings import Settings
from screen.store import cell_models, open_store
from screen.tasks.progress import Progress, silent
from screen.training.cell_model_data import bulk_lines, found_genes, levels_over, measured_drug

if TYPE_CHECKING:
    from screen.training.cell_model_data import MeasuredDrug
    from screen.training.cell_model_training import CellModel

_LEAST_GENES = 0.8
"""Share of a model's genes that cells must have to be scored."""


@dataclass(frozen=True, kw_only=True)
class CellsScored:
    """What became of one patient's cells under one model."""

    drug: str
    model: str
    patient_id: str
    cells: int
    sensitive: int
    """Probability of 0.5 or more."""
    mean: float
    mean_before: float
    """Before transfer."""
    note: str


def score_cells(
    settings: Settings, drugs: Sequence[str], cell_set: CellSetRequest, model: str = "", progress: Progress = silent
) -> list[CellsScored]:
    """Score cells by the newest model of each drug, storing block after block; blocks that are scored stay.

    Raises
    ------
    InputError
        No model of a drug, or cells that lack its genes.
    """
    from screen.training.cell_model_training import opened

    with open_store(settings.store) as store:
        lines = bulk_lines(store, settings)
        known = [measured_drug(store, lines, name) for name in drugs]
        rows = [cell_models.newest_cell_model(store, one.drug_id, one.name, model) for one in known]
        parts = read_cell_set(store, cell_set)
    done: list[CellsScored] = []
    for drug, row in zip(known, rows, strict=True):
        bundle = Bundle.from_bytes(row.manifest, row.weights)
        network = opened(bundle)
        for part in parts:
            progress(f"{drug.name}: {part.patient_id}", len(done), len(known) * len(parts))
            done.append(_scored(settings, drug, row, network, part, lines.index))
    return done


def _scored(
    settings: Settings,
    drug: "MeasuredDrug",
    row: cell_models.CellModelRow,
    network: "CellModel",
    part: PatientCells,
    index: GeneIndex,
) -> CellsScored:
    require_genes(part.matrix, network, index, part.patient_id)
    taken = part.taken_in_blocks()
    with open_store(settings.store) as store:
        there = cell_models.scored_blocks(store, row.model_id, part.source_id, part.patient_id, taken)
    for number, rows in enumerate(part.blocks()):
        if number not in there:
            made = _block(network, part.matrix.take(rows), np.array(taken[number]), index, number)
            with open_store(settings.store, write=True) as store:
                cell_models.save_cell_predictions(store, row.model_id, part.source_id, part.patient_id, made)
    with open_store(settings.store) as store:
        found = cell_models.predictions_of(store, row.model_id, part.source_id, part.patient_id).drop_nulls()
    aligned_with = part.patient_id in row.manifest["patients"]
    notes = [caution(row.manifest), "" if aligned_with else "the model was aligned with cells of others"]
    return CellsScored(
        drug=drug.name,
        model=row.name,
        patient_id=part.patient_id,
        cells=found.height,
        sensitive=int((found["probability"] >= 0.5).sum()),
        mean=round(float(found["probability"].to_numpy().mean()), 6),
        mean_before=round(float(found["before_transfer"].to_numpy().mean()), 6),
        note="; ".join(one for one in notes if one),
    )


def _block(network: "CellModel", cells: CellMatrix, taken: Any, index: GeneIndex, number: int) -> pl.DataFrame:

    rows = np.flatnonzero(taken)
    after, before = network.score(levels_over(cells.take(rows), network.genes, index))
    lists = []
    for scores in (after, before):
        whole: list[float | None] = [None] * len(cells)
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            whole[row] = score
        lists.append(whole)
    kinds: dict[str, Any] = {
        "block": pl.Int32,
        "probability": pl.List(pl.Float32),
        "before_transfer": pl.List(pl.Float32),
    }
    return pl.DataFrame({"block": [number], "probability": [lists[0]], "before_transfer": [lists[1]]}, schema=kinds)


def require_genes(cells: CellMatrix, network: "CellModel", index: GeneIndex, patient: str) -> None:
    """Refuse cells that lack many of a model's genes.

    Raises
    ------
    InputError
        Fewer than four fifths are there.
    """
    found = found_genes(cells, network.genes, index)
    if found < _LEAST_GENES * len(network.genes):
        raise InputError(
            f"the cells of {patient} have {found} of the model's {len(network.genes)} genes",
            where="cells score",
            remedy=f"train a model on these cells: crescreen cells train DRUG --patient {patient}",
        )
