"""Cells that a model is aligned with or scores: of some patients, or of all patients of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from screen.cells.blocks import matrix_of
from screen.cells.cell_matrix import CellMatrix
from screen.errors import InputError
from screen.ranking.clone_groups import taken_rows
from screen.ranking.clone_request import MALIGNANT, CloneRequest
from screen.store import Store, cell_models

Rows = NDArray[np.intp]
FEWEST_CELLS = 50


@dataclass(frozen=True, kw_only=True)
class CellSetRequest:
    """Which cells."""

    patients: tuple[str, ...] = ()
    file: str = ""
    """Name of a file or of its data set: all its patients."""
    cells: str = MALIGNANT
    """``malignant``, ``all``, or names of cell types, comma between."""

    def __post_init__(self) -> None:
        if bool(self.patients) == bool(self.file):
            raise InputError(
                "name patients or a file of cells, one of the two",
                where="--patient, --file",
                remedy="patients and files are listed by: crescreen cells list",
            )


@dataclass(frozen=True)
class PatientCells:
    """One patient's cells from one file."""

    patient_id: str
    source_id: str
    matrix: CellMatrix
    taken: Rows
    sizes: tuple[int, ...] = field(default=())
    """Cells of each block."""

    def blocks(self) -> list[Rows]:
        """Rows of the matrix, block by block."""
        return np.split(np.arange(len(self.matrix)), np.cumsum(self.sizes)[:-1])

    def taken_in_blocks(self) -> list[list[bool]]:
        """Whether each cell is taken, block by block."""
        marks = np.zeros(len(self.matrix), np.bool_)
        marks[self.taken] = True
        return [marks[rows].tolist() for rows in self.blocks()]


def read_cell_set(store: Store, request: CellSetRequest) -> list[PatientCells]:
    """The cells, patient by patient; patients none of whose cells are taken are left out.

    Raises
    ------
    StoreError
        No cells of a patient.
    InputError
        No such file or type, or fewer than 50 cells are taken.
    """
    whose = (
        cell_models.cells_of_file(store, request.file)
        if request.file
        else [(one, cell_models.source_of(store, one)) for one in dict.fromkeys(request.patients)]
    )
    found = [_read(store, patient, source, request.cells) for patient, source in whose]
    taken = [one for one in found if len(one.taken)]
    total = sum(len(one.taken) for one in taken)
    if total < FEWEST_CELLS:
        everyone = sum(len(one.matrix) for one in found)
        raise InputError(
            f"{total} of {everyone} cells are {request.cells}, at least {FEWEST_CELLS} are needed",
            where="--cells",
            remedy="take others by their types, or all: --cells all",
        )
    return taken


def _read(store: Store, patient: str, source: str, cells: str) -> PatientCells:
    stored = cell_models.blocks_from(store, source, patient)
    matrix = matrix_of(stored.blocks, stored.genes)
    rows = taken_rows(matrix, CloneRequest(patient_id=patient, cells=cells))
    sizes = tuple(int(one) for one in stored.blocks["cell_ids"].list.len())
    return PatientCells(patient, source, matrix, rows, sizes)


def labels_of(parts: Sequence[PatientCells], column: str, sensitive: Sequence[str]) -> NDArray[np.float64]:
    """Labels of the cells taken: 1 where a column has one of some values, 0 where another, NaN where it is empty.

    Raises
    ------
    InputError
        No such column, or one of the classes is empty.
    """
    found = []
    for part in parts:
        values = part.matrix.column(column)
        if values is None:
            there = [*part.matrix.other.columns, *part.matrix.cells.columns[1:]]
            raise InputError(
                f"no column {column!r} of cells", where="--labels", remedy=f"there are: {', '.join(there[:12])}"
            )
        texts = [None if one is None else str(one) for one in values]
        every = [np.nan if one is None or not one.strip() else float(one in sensitive) for one in texts]
        found.append(np.array(every)[part.taken])
    labels = np.concatenate(found)
    if not (np.nansum(labels) and np.nansum(1 - labels)):
        columns = [values for part in parts if (values := part.matrix.column(column)) is not None]
        seen = sorted({str(one) for values in columns for one in values.drop_nulls()})
        raise InputError(
            f"column {column!r} has one class alone for sensitive = {', '.join(sensitive)}",
            where="--labels",
            remedy=f"its values are: {', '.join(seen[:8])}",
        )
    return labels
