"""The protocols on cell lines: each a split of the panel, frozen by seed and content."""

from collections.abc import Callable, Mapping, Sequence

from screen.errors import InputError
from screen.evaluate.panel import Panel
from screen.evaluate.splits import DRUGS, LINES, Given, Split, by_drug, by_line, placed
from screen.learn.folds import line_folds

FOLDS = 10
"""Of our own splits by line and by drug."""
FEWEST_OF_LINEAGE = 8
"""A lineage of fewer measured lines is not left out by itself."""


def split_of(protocol: str, panel: Panel, seed: int, given: Given | None = None,
             names: Mapping[str, Sequence[str]] | None = None) -> Split:
    """The folds of a protocol, our own or the user's.

    Parameters
    ----------
    given : folds from a file, for ``lines`` and ``drugs``
    names : drug id -> keys of all its names, by which a file may call it

    Raises
    ------
    InputError
        The protocol takes no such folds.
    """
    if given is None:
        return OWN[protocol](panel, seed)
    if protocol == "lines" and given.column == LINES:
        own = {row: [panel.lines.subject_ids[row]] for row in panel.measured.tolist()}
        found = placed(given, [own.get(row, []) for row in range(len(panel.lines))])
        return by_line("lines", f"folds of {given.name}", found, len(panel.drugs))
    if protocol == "drugs" and given.column == DRUGS:
        found = placed(given, [(names or {}).get(drug, ()) for drug in panel.drugs.drug_ids])
        return by_drug("drugs", f"folds of {given.name}", found, panel.measured)
    raise InputError(f"folds by {given.column} do not serve protocol {protocol!r}", where=given.name,
                     remedy=f"lines takes {LINES}, drugs takes {DRUGS}; the other protocols have folds of their own")


def _lines(panel: Panel, seed: int) -> Split:
    return by_line("lines", f"{FOLDS} folds by line, lineages spread evenly", _dealt(panel, FOLDS, seed),
                   len(panel.drugs))


def _lineages(panel: Panel, seed: int) -> Split:
    rows = panel.measured.tolist()
    counts = {own: sum(panel.lineages[row] == own for row in rows) for own in set(panel.lineages)}
    fold_of = {row: panel.lineages[row] if counts[panel.lineages[row]] >= FEWEST_OF_LINEAGE else "few lines"
               for row in rows}
    return by_line("lineages", f"one lineage left out at a time; those of under {FEWEST_OF_LINEAGE} lines together",
                   fold_of, len(panel.drugs))


def _dealt(panel: Panel, folds: int, seed: int) -> dict[int, str]:
    dealt = line_folds([panel.lineages[row] for row in panel.measured], folds, seed)
    return {int(row): str(fold) for row, fold in zip(panel.measured, dealt, strict=True)}


OWN: Mapping[str, Callable[[Panel, int], Split]] = {"lines": _lines, "lineages": _lineages}
"""Protocol -> the split of our own."""
