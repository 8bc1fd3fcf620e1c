"""Steps on single cells that commands and the Python API call."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from screen.errors import StoreError
from screen.ranking.clone_request import CLUSTER, CloneRequest, ClonesScored
from screen.ranking.clone_words import clone_notes, clone_sentence
from screen.settings import Settings
from screen.store import Store, cell_store, open_store, stored_models

if TYPE_CHECKING:
    from screen.cells.cell_matrix import CellMatrix
    from screen.ranking.clone_groups import Groups
    from screen.ranking.clone_scoring import CloneScores


@dataclass(frozen=True, kw_only=True)
class ListedCells:
    """One patient's cells from one file."""

    patient_id: str
    file: str
    dataset: str
    cells_read: int
    cells: int
    """That stay after quality control."""
    malignant: int | None
    """Of those; ``None``: the file does not say."""
    clones: str
    """Column of the file that says them."""


def list_cells(settings: Settings) -> list[ListedCells]:
    """Cells in the store, a row a patient and file, in the order of ingest."""
    with open_store(settings.store) as store:
        rows = cell_store.quality(store).to_dicts()
    return [
        ListedCells(
            patient_id=row["patient_id"],
            file=row["file"],
            dataset=row["dataset"],
            cells_read=row["cells_read"],
            cells=row["cells"],
            malignant=row["malignant"],
            clones=row["clone_column"] or "none: by clustering",
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class ListedCluster:
    """One cluster of a patient's cells."""

    cluster: str
    cells: int
    stability: float | None
    """Mean Jaccard overlap over clusterings of resampled cells."""
    type: str
    """Most frequent cell type."""


def list_clusters(settings: Settings, patient_id: str, cells: str) -> list[ListedCluster]:
    """Cluster a patient's cells; nothing is stored.

    Raises
    ------
    StoreError
        No cells of this patient.
    """
    from screen.ranking.clone_groups import groups_of

    with open_store(settings.store) as store:
        matrix = matrix_of_patient(store, patient_id)
    request = CloneRequest(patient_id=patient_id, cells=cells, by=CLUSTER, min_cells=2)
    found = groups_of(matrix, request, settings.seed)
    if found.none:
        raise StoreError(found.none, where=f"cells clusters {patient_id}", remedy="take all cells: --cells all")
    types = found.taken.cells["cell_type"]
    return [
        ListedCluster(
            cluster=group.name,
            cells=len(group.cells),
            stability=group.stability,
            type=str(types[pl.Series(group.cells)].drop_nulls().mode().sort().first() or ""),
        )
        for group in found.groups
    ]


def score_clones(settings: Settings, request: CloneRequest) -> ClonesScored:
    """Score every drug for every clone of a patient and store it, in place of what was computed before.

    Where no clone has enough cells that is stored, with the reason, for the patient's report to say.

    Raises
    ------
    StoreError
        No cells of this patient, or no model of its indication.
    InputError
        The cells do not fit the model.
    """
    from screen.models.bundle import Bundle
    from screen.ranking.clone_groups import groups_of
    from screen.ranking.clone_scoring import scored

    made: CloneScores | None = None
    with open_store(settings.store) as store:
        found = groups_of(matrix_of_patient(store, request.patient_id), request, settings.seed)
        indication = _indication(store, request.patient_id)
        code = request.model or indication
        if not found.none:
            bundle = Bundle.from_bytes(*stored_models.current_model(store, _required(code, request)))
            made = scored(store, bundle, found, request, settings, code)
    notes = clone_notes(found, made, request, indication)
    stored = _stored(found, made, request, settings, bundle.model_id if made else "", code, notes)
    with open_store(settings.store, write=True) as store, store.transaction():
        cell_store.save_clones(store, request.patient_id, stored)
    return ClonesScored(
        patient_id=request.patient_id,
        cells=len(found.taken),
        clones=len(found.groups),
        model=code if made else "none",
        drugs=made.drugs if made else 0,
        says=str(stored.result["says"]),
        notes=tuple(stored.result["notes"]),
    )


def matrix_of_patient(store: Store, patient_id: str) -> "CellMatrix":
    """The cells of a patient, of several files those of the one read last.

    Raises
    ------
    StoreError
        There is none.
    """
    from screen.cells.blocks import matrix_of

    there = cell_store.blocks_of(store, patient_id)
    return matrix_of(there.blocks, there.genes)


def _indication(store: Store, patient_id: str) -> str:
    return str(store.scalar("SELECT indication FROM patients WHERE patient_id = $id", id=patient_id) or "")


def _required(code: str, request: CloneRequest) -> str:
    if not code:
        raise StoreError(
            f"the indication of {request.patient_id} is not known",
            where=f"cells clones {request.patient_id}",
            remedy="name the model that scores, e.g. --model BRCA, or ingest the cells with --indication",
        )
    return code


def _stored(
    found: "Groups",
    made: "CloneScores | None",
    request: CloneRequest,
    settings: Settings,
    model_id: str,
    code: str,
    notes: list[str],
) -> cell_store.StoredClones:
    facts: dict[str, Any] = {
        "taken": len(found.taken),
        "not_malignant": found.not_malignant,
        "split_by": found.split_by,
        "small": [list(one) for one in found.small],
        **(made.result if made else {}),
    }
    clones = made.clones if made else pl.DataFrame()
    facts["says"] = clone_sentence(found, made)
    facts["notes"] = notes
    return cell_store.StoredClones(
        model_id=model_id,
        indication=code,
        request=asdict(request) | {"seed": settings.seed},
        result=facts,
        clones=clones,
        scores=made.scores if made else pl.DataFrame(),
    )
