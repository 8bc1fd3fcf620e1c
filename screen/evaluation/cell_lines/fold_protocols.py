"""The protocols on cell lines: each a split of the panel, frozen by seed and content."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from screen.errors import InputError
from screen.evaluation.benchmark_data import Panel
from screen.evaluation.cell_lines import drug_clusters
from screen.evaluation.cell_lines.splits import DRUGS, LINES, Fold, Given, Split, by_drug, by_line, placed
from screen.models import Rows
from screen.models.ensemble.folds import line_folds

FOLDS = 10
"""Of our own splits by line and by drug."""
BOTH = 5
"""Of the split where both are new."""
FEWEST_OF_LINEAGE = 8
"""A lineage of fewer measured lines is not left out by itself."""


def split_of(
    protocol: str, panel: Panel, seed: int, given: Given | None = None, names: Mapping[str, Sequence[str]] | None = None
) -> Split:
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
    raise InputError(
        f"folds by {given.column} do not serve protocol {protocol!r}",
        where=given.name,
        remedy=f"lines takes {LINES}, drugs takes {DRUGS}; the other protocols have folds of their own",
    )


def _lines(panel: Panel, seed: int) -> Split:
    return by_line(
        "lines", f"{FOLDS} folds by line, lineages spread evenly", _dealt(panel, FOLDS, seed), len(panel.drugs)
    )


def _lineages(panel: Panel, seed: int) -> Split:
    rows = panel.measured.tolist()
    counts = {own: sum(panel.lineages[row] == own for row in rows) for own in set(panel.lineages)}
    fold_of = {
        row: panel.lineages[row] if counts[panel.lineages[row]] >= FEWEST_OF_LINEAGE else "few lines" for row in rows
    }
    return by_line(
        "lineages",
        f"one lineage left out at a time; those of under {FEWEST_OF_LINEAGE} lines together",
        fold_of,
        len(panel.drugs),
    )


def _dealt(panel: Panel, folds: int, seed: int) -> dict[int, str]:
    dealt = line_folds([panel.lineages[row] for row in panel.measured], folds, seed)
    return {int(row): str(fold) for row, fold in zip(panel.measured, dealt, strict=True)}


def _drugs(panel: Panel, seed: int) -> Split:
    fold_of = drug_clusters.dealt(_structures(panel), FOLDS, seed)
    return by_drug(
        "drugs",
        f"{FOLDS} folds by drug; what is alike in structure (Tanimoto {drug_clusters.ALIKE}, or one "
        "scaffold) is in one fold",
        dict(enumerate(map(str, fold_of.tolist()))),
        panel.measured,
    )


def _drugs_hard(panel: Panel, seed: int) -> Split:
    linked = drug_clusters.related(panel.library, panel.drugs.fingerprints)
    fold_of = drug_clusters.dealt(drug_clusters.families(panel.library, panel.drugs.fingerprints), FOLDS, seed)
    folds = []
    for fold in range(int(fold_of.max()) + 1):
        test = np.flatnonzero(fold_of == fold)
        train = np.flatnonzero(~linked[test].any(axis=0) & (fold_of != fold))
        folds += [Fold(str(fold), panel.measured, train, panel.measured, test)] if train.size else []
    return Split(
        "drugs-hard",
        f"{FOLDS} folds by drug; training lacks every drug that shares a target or is alike in structure",
        "drugs",
        tuple(folds),
    ).require()


def _both_new(panel: Panel, seed: int) -> Split:
    lines, drugs = _dealt(panel, BOTH, seed), drug_clusters.dealt(_structures(panel), BOTH, seed)
    folds = []
    for fold in range(BOTH):
        asked = np.array([row for row, own in lines.items() if own == str(fold)], np.intp)
        folds.append(
            Fold(
                str(fold),
                np.setdiff1d(panel.measured, asked),
                np.flatnonzero(drugs != fold),
                asked,
                np.flatnonzero(drugs == fold),
            )
        )
    return Split(
        "both-new", f"{BOTH} folds: the lines of one line fold with the drugs of one drug fold", "both", tuple(folds)
    ).require()


def _structures(panel: Panel) -> Rows:
    return drug_clusters.clusters(drug_clusters.alike(panel.library, panel.drugs.fingerprints))


OWN: Mapping[str, Callable[[Panel, int], Split]] = {
    "lines": _lines,
    "drugs": _drugs,
    "drugs-hard": _drugs_hard,
    "lineages": _lineages,
    "both-new": _both_new,
}
"""Protocol -> the split of our own."""
