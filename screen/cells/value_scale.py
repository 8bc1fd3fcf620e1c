"""What the values of a file of cells are: counts, or logarithms of them, taken once or twice; brought to linear values.

A logarithm is recognised by what it does to known facts: a whole cell's normalised values sum to one number, a cell's
smallest value is one molecule, a published table has two decimals, TPM sum to a million and never more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from screen.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Doubles = NDArray[np.float64]
Undo = tuple[Callable[[Doubles], Doubles], ...]

_SAMPLED = 300
_CONSTANT = 0.01
"""Relative spread of row sums under which they are one number."""
_WHOLE_NUMBERS = 0.98
"""Share of values that must be whole for the values to be whole numbers."""
_MOST_TPM, _LEAST_TPM = 1.02e6, 1e5
_USUAL_SUM = 1e4
_FEW = 20
"""Molecules of a gene in a cell up to which rounding leaves whole numbers recognisable."""
_LOGS: tuple[tuple[str, Callable[[Doubles], Doubles]], ...] = (
    ("the natural logarithm of 1 + ", np.expm1),
    ("log2 of 1 + ", lambda x: np.exp2(x) - 1),
)
_LARGEST = 30.0
"""No logarithm of a read count or of TPM is larger."""


@dataclass(frozen=True)
class Scale:
    """How values become linear."""

    unit: str
    """``counts``, ``cpm`` or ``tpm``."""
    undo: Undo
    """Functions to apply to the values, in order."""
    factor: float
    """By which the linear values are then multiplied; for counts from normalised values, of the cell's total."""
    says: str


def recognise_scale(values: "csr_matrix", totals: Doubles | None, where: str) -> Scale:
    """The scale of a file's values.

    Parameters
    ----------
    values : n x g as they are in the file, none negative
    totals : length n, molecules counted in each cell, where the file says so beside the values

    Raises
    ------
    InputError
        Negative values; or a logarithm of which nothing tells the base.
    """
    step = max(1, values.shape[0] // _SAMPLED)
    sample, known = values[::step], None if totals is None else totals[::step]
    if sample.data.size and sample.data.min() < 0:
        raise InputError(
            "negative values: scaled for a principal component analysis, no counts",
            where=where,
            remedy="write the counts into the file: adata.layers['counts'] = counts",
        )
    if _whole(sample.data.astype(np.float64)):
        return Scale("counts", (), 1.0, "counts")
    largest = float(sample.data.max(initial=0))
    logs = _LOGS if largest <= _LARGEST else ()
    found = _normalised(sample, known, (), "")
    for name, undo in logs:
        found = found or _normalised(sample, known, (undo,), name)
    for name, undo in logs:
        found = found or _twice(sample, known, (name, undo))
    if found is not None:
        return found
    raise InputError(
        "values that are no counts, and nothing tells how they were normalised or which logarithm was taken",
        where=where,
        remedy="name the unit, e.g. --unit log2tpm1, or write the counts into the file as a layer called counts",
    )


def linear(values: "csr_matrix", scale: Scale, totals: Doubles | None) -> "csr_matrix":
    """The values of a file in the unit of its scale; float32, zeros stay zeros."""
    made = values.astype(np.float64)
    for undo in scale.undo:
        made.data = undo(made.data)
    if scale.unit == "counts" and scale.undo:
        assert totals is not None
        each = np.repeat(totals / scale.factor, np.diff(made.indptr))
        made.data = np.round(made.data * each)
    elif scale.factor != 1.0:
        made.data *= scale.factor
    made.eliminate_zeros()
    return made.astype(np.float32)


def _normalised(sample: "csr_matrix", totals: Doubles | None, undo: Undo, name: str) -> Scale | None:
    """Counts over their sum, times a number: by equal row sums, or by one molecule being the smallest value."""
    rows = _undone(sample, undo)
    there = np.array([bool(row.size) for row in rows])
    if not there.any():
        return None
    filled = [row for row in rows if row.size]
    multiples = sum(_multiples(row) for row in filled) >= 0.9 * len(filled)
    if totals is not None and multiples:
        target = np.array([row.min() for row in filled]) * totals[there]
        middle = float(np.median(target))
        if np.mean(np.abs(target - middle) < 0.02 * middle) > 0.9:
            says = f"{name}counts per {middle:,.0f}, brought back to counts by the cells' totals"
            return Scale("counts", undo, middle, says)
    sums = np.array([row.sum() for row in filled])
    if sums.std() < _CONSTANT * sums.mean():
        unit = "tpm" if not multiples and abs(sums.mean() - 1e6) < 2e4 else "cpm"
        says = f"{name}values that sum to {sums.mean():,.0f} a cell, read as {unit.upper()}"
        return Scale(unit, undo, 1e6 / float(sums.mean()), says)
    if multiples:
        says = f"{name}counts per an unstated sum, taken as the usual 10,000; read as CPM"
        return Scale("cpm", undo, 1e6 / _USUAL_SUM, says)
    return None


def _twice(sample: "csr_matrix", totals: Doubles | None, log: tuple[str, Callable[[Doubles], Doubles]]) -> Scale | None:
    """A logarithm of a logarithm: of one that is recognised, or of a published table of log TPM with two decimals."""
    name, undo = log
    once = undo(sample.data.astype(np.float64))
    decimals = _whole(once * 100) and not _whole(once)
    for inner, second in _LOGS:
        if once.max() > _LARGEST:
            break
        found = _normalised(
            sample, totals, (undo, second), f"{name}({inner}x), a logarithm taken twice, both undone; x: "
        )
        if found is not None:
            return found
        sums = np.array([row.sum() for row in _undone(sample, (undo, second))])
        middle = float(np.median(sums))
        if decimals and middle > _LEAST_TPM and sums.max() <= _MOST_TPM:
            says = f"{name}({inner}TPM), a logarithm taken twice, both undone; TPM of these genes sum to {middle:,.0f}"
            return Scale("tpm", (undo, second), 1.0, says)
    return None


def _undone(sample: "csr_matrix", undo: Undo) -> list[Doubles]:
    """The values of each cell, those above zero, with logarithms undone."""
    made = []
    for start, end in zip(sample.indptr[:-1], sample.indptr[1:], strict=True):
        row = sample.data[start:end].astype(np.float64)
        for one in undo:
            row = one(row)
        made.append(row[row > 0])
    return made


def _multiples(row: Doubles) -> bool:
    """Whether a cell's values are whole multiples of its smallest, to the three decimals that files have."""
    ratios = row / row.min()
    low = ratios[ratios < _FEW]
    return bool((np.abs(low - np.round(low)) < 0.01 + 0.002 * low).mean() >= _WHOLE_NUMBERS)


def _whole(values: Doubles) -> bool:
    return bool(values.size) and bool((np.abs(values - np.round(values)) < 0.02).mean() >= _WHOLE_NUMBERS)
