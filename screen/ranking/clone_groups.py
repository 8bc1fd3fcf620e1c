"""Which of a patient's cells are taken, and how they split into clones."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.cells.cell_matrix import CellMatrix
from screen.cells.clustering import Clusters, cluster
from screen.errors import InputError
from screen.ranking.clone_request import ALL, CLUSTER, MALIGNANT, CloneRequest

_SHOWN = 4


@dataclass(frozen=True)
class Group:
    """One clone."""

    name: str
    cells: NDArray[np.intp]
    """Rows of the cells taken."""
    stability: float | None


@dataclass(frozen=True)
class Groups:
    """The cells taken, and their clones."""

    taken: CellMatrix
    groups: tuple[Group, ...]
    """With enough cells, the largest first."""
    small: tuple[tuple[str, int], ...]
    """Clones with too few cells, and how many they have."""
    split_by: str
    none: str
    """Why there is no clone, in one sentence; '' where there is one."""
    not_malignant: int
    """Of the cells taken, those the file says are not malignant, or does not say."""


def groups_of(matrix: CellMatrix, request: CloneRequest, seed: int) -> Groups:
    """Take cells and split them.

    Raises
    ------
    InputError
        No cell of the types named, or no column of that name.
    """
    rows = taken_rows(matrix, request)
    known = matrix.cells["malignant"]
    unsure = int((~known.fill_null(False)).to_numpy()[rows].sum())
    taken = matrix.take(rows)
    if len(rows) < request.min_cells:
        return Groups(taken, (), (), "", _too_few(matrix, request, len(rows)), unsure)
    labels, stability, split_by = _split(taken, request, seed)
    sizes = Counter(labels)
    order = sorted(sizes, key=lambda name: (-sizes[name], name))
    whose = np.array(labels, dtype=object)
    groups = tuple(
        Group(name, np.flatnonzero(whose == name), stability.get(name))
        for name in order
        if sizes[name] >= request.min_cells
    )
    small = tuple((name, sizes[name]) for name in order if sizes[name] < request.min_cells)
    none = "" if groups else f"None of {len(sizes)} clones has {request.min_cells} cells: none is scored."
    return Groups(taken, groups, small, split_by, none, unsure)


def taken_rows(matrix: CellMatrix, request: CloneRequest) -> NDArray[np.intp]:
    """Rows of the cells requested; InputError where no cell is of a type named."""
    if request.cells == ALL:
        return np.arange(len(matrix))
    if request.cells == MALIGNANT:
        return np.flatnonzero(matrix.cells["malignant"].fill_null(False).to_numpy())
    types = matrix.cells["cell_type"]
    unknown = [one for one in request.types if one not in set(types)]
    if unknown:
        there = ", ".join(sorted({str(one) for one in types if one is not None})) or "none are known"
        raise InputError(f"no cells of type {unknown[0]!r}", where="--cells", remedy=f"there are: {there}")
    return np.flatnonzero(types.is_in(list(request.types)).fill_null(False).to_numpy())


def _too_few(matrix: CellMatrix, request: CloneRequest, taken: int) -> str:
    """Why nothing is scored, in one sentence."""
    patient, least, total = request.patient_id, request.min_cells, len(matrix)
    known = matrix.cells["malignant"]
    few = f", and {total} are too few for a clone of {least}" if total < least else ""
    if request.cells == MALIGNANT and known.null_count() == total:
        return (
            f"Which of the {total} cells of {patient} are malignant is not known (no column says it, no cell type "
            f"names a tumour){few}: no clone is scored."
        )
    if request.cells == MALIGNANT and not taken:
        return f"None of the {total} cells of {patient} is malignant ({_types(matrix)}){few}: no clone is scored."
    return f"{taken} cells of {patient} were taken ({request.cells}), too few for a clone of {least}: none is scored."


def _types(matrix: CellMatrix) -> str:
    counted = Counter(str(one) for one in matrix.cells["cell_type"].drop_nulls())
    shown = [f"{name} {count}" for name, count in counted.most_common(_SHOWN)]
    return "; ".join(shown + (["others"] if len(counted) > _SHOWN else [])) or "by the file's column"


def _split(taken: CellMatrix, request: CloneRequest, seed: int) -> tuple[list[str], dict[str, float], str]:
    clones = taken.cells["clone"]
    if not request.by and clones.null_count() < len(clones):
        return [_name(one) for one in clones], {}, "the file's clone column"
    if request.by and request.by != CLUSTER:
        column = taken.column(request.by)
        if column is None:
            raise InputError(
                f"no column {request.by!r} of cells",
                where="--by",
                remedy=f"cluster, or one of: {', '.join(taken.other.columns) or 'none'}",
            )
        return [_name(one) for one in column], {}, f"column {request.by}"
    found = cluster(taken, seed)
    return *_cluster_names(found), _split_words(found)


def _name(value: object) -> str:
    return "not stated" if value is None else str(value)


def _cluster_names(found: Clusters) -> tuple[list[str], dict[str, float]]:
    names = [f"cluster {number + 1}" for number in range(found.count)]
    return [names[label] for label in found.labels], dict(zip(names, found.stability, strict=True))


def _split_words(found: Clusters) -> str:
    return (
        f"clustering of their expression; {found.count} by prediction strength ("
        + ", ".join(f"{k}: {strength:.2f}" for k, strength in enumerate(found.strengths, 1))
        + ")"
    )
