"""Whether a plate lay in the reader as its layout says: turned by 180 degrees or mirrored, the controls tell."""

from collections.abc import Callable, Mapping

import numpy as np

from screen.errors import InputError
from screen.results.layouts import Layout
from screen.results.readers.plate_read import Place, PlateRead, well_name

_TURNS: Mapping[str, Callable[[Place, int, int], Place]] = {
    "turned by 180 degrees": lambda place, rows, cols: (rows + 1 - place[0], cols + 1 - place[1]),
    "mirrored from left to right": lambda place, rows, cols: (place[0], cols + 1 - place[1]),
    "mirrored from top to bottom": lambda place, rows, cols: (rows + 1 - place[0], place[1]),
}
_GROUPS = {"vehicle": "alive", "untreated": "alive", "positive": "dead", "blank": "dead"}
SEPARATED = 2.5
"""Standard deviations between live and dead controls from which an orientation is told by them."""
FARTHER = 1.0
"""Standard deviations by which another orientation must set them farther apart than the plate as read."""
_FEWEST = 3


def refuse_turned(read: PlateRead, layout: Layout, where: str) -> None:
    """Refuse a plate whose controls fit better turned or mirrored.

    Raises
    ------
    InputError
        With the orientation in which they fit.
    """
    as_is = _fit(read, layout, lambda place, _rows, _cols: place)
    turned = {how: _fit(read, layout, turn) for how, turn in _TURNS.items()}
    how = max(turned, key=lambda one: turned[one])
    if turned[how] >= SEPARATED and turned[how] - as_is >= FARTHER:
        raise InputError(
            f"plate {read.plate or layout.plate or where!r} fits its layout better {how}: its live and dead controls "
            f"lie {turned[how]:.1f} standard deviations apart so, {max(as_is, 0.0):.1f} as read",
            where=where,
            remedy="turn the plate in the reader's export, or give the layout as the plate lay (--layout)",
        )


def refuse_cut(read: PlateRead, layout: Layout, where: str) -> None:
    """Refuse a plate that ends before its layout does: another format, or an export cut off.

    Raises
    ------
    InputError
        The plate has fewer rows or columns than the layout uses, or no number from some row on.
    """
    used = [place for place, well in layout.wells.items() if well.role not in ("unused", "blank")]
    if not used:
        return
    measured = np.flatnonzero(np.isfinite(read.values).any(axis=1))
    last_row, last_col = max(row for row, _ in used), max(col for _, col in used)
    reached = int(measured.max()) + 1 if len(measured) else 0
    if reached < last_row or read.values.shape[1] < last_col:
        row = well_name(max(reached, 1), 1).removesuffix("1")
        raise InputError(
            f"plate {read.plate or layout.plate or where!r} holds numbers up to row {row} of {read.values.shape[1]} "
            f"columns; its layout goes on to well {well_name(last_row, last_col)}",
            where=where,
            remedy="export the whole plate again, or name the layout it was made from (--plan, --layout)",
        )


def _fit(read: PlateRead, layout: Layout, turn: Callable[[Place, int, int], Place]) -> float:
    """Distance of the means of live and dead controls over their scatter; 0 where either is missing."""
    rows, cols = read.values.shape
    groups: dict[str, list[float]] = {"alive": [], "dead": []}
    for place, well in layout.wells.items():
        group = _GROUPS.get(well.role)
        if group and place[0] <= rows and place[1] <= cols:
            row, col = turn(place, rows, cols)
            groups[group].append(float(read.values[row - 1, col - 1]))
    alive, dead = (np.array([value for value in one if np.isfinite(value)]) for one in groups.values())
    wells = len(alive) + len(dead)
    if min(len(alive), len(dead)) < _FEWEST:
        return 0.0
    squares = ((alive - alive.mean()) ** 2).sum() + ((dead - dead.mean()) ** 2).sum()
    scatter = float(np.sqrt(squares / (wells - 2)))
    return float(alive.mean() - dead.mean()) / scatter if scatter > 0 else 0.0
