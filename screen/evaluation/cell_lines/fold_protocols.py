"""The protocols on cell lines: each a split of the benchmark data, frozen by seed and content."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from screen.errors import InputError
from screen.evaluation.benchmark_data import BenchmarkData
from screen.evaluation.cell_lines import drug_clusters
from screen.evaluation.cell_lines.splits import DRUGS, LINES, Fold, Split, UserFolds, by_drug, by_line, fold_of_rows
from screen.models import Rows
from screen.models.ensemble.folds import line_folds

FOLDS = 10
"""Of our own splits by line and by drug."""
BOTH = 5
"""Of the split where both are new."""
FEWEST_OF_LINEAGE = 8
"""A lineage of fewer measured lines is not left out by itself."""


def split_of(
    protocol: str,
    benchmark: BenchmarkData,
    seed: int,
    user_folds: UserFolds | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
) -> Split:
    """The folds of a protocol, our own or the user's.

    Parameters
    ----------
    user_folds : folds from a file, for ``lines`` and ``drugs``
    names : drug id -> keys of all its names, by which a file may call it

    Raises
    ------
    InputError
        The protocol takes no such folds.
    """
    if user_folds is None:
        return SPLITS[protocol](benchmark, seed)
    if protocol == "lines" and user_folds.column == LINES:
        subjects = {row: [benchmark.lines.subject_ids[row]] for row in benchmark.measured.tolist()}
        found = fold_of_rows(user_folds, [subjects.get(row, []) for row in range(len(benchmark.lines))])
        further = benchmark.measured.size - len(found)
        how = f"folds of {user_folds.name}{f'; {further} lines that it does not name only train' if further else ''}"
        return by_line("lines", how, found, len(benchmark.drugs), benchmark.measured)
    if protocol == "drugs" and user_folds.column == DRUGS:
        found = fold_of_rows(user_folds, [(names or {}).get(drug, ()) for drug in benchmark.drugs.drug_ids])
        return by_drug("drugs", f"folds of {user_folds.name}", found, benchmark.measured)
    raise InputError(
        f"folds by {user_folds.column} do not serve protocol {protocol!r}",
        where=user_folds.name,
        remedy=f"lines takes {LINES}, drugs takes {DRUGS}; the other protocols have folds of their own",
    )


def _lines(benchmark: BenchmarkData, seed: int) -> Split:
    return by_line(
        "lines",
        f"{FOLDS} folds by line, lineages spread evenly",
        _line_folds(benchmark, FOLDS, seed),
        len(benchmark.drugs),
    )


def few_line_folds(benchmark: BenchmarkData, seed: int) -> Split:
    """Five folds by line, where each pair of folds needs a model of its own."""
    how = f"{BOTH} folds by line, lineages spread evenly"
    return by_line("lines", how, _line_folds(benchmark, BOTH, seed), len(benchmark.drugs))


def _lineages(benchmark: BenchmarkData, seed: int) -> Split:
    rows = benchmark.measured.tolist()
    counts = {lineage: sum(benchmark.lineages[row] == lineage for row in rows) for lineage in set(benchmark.lineages)}
    fold_of = {
        row: benchmark.lineages[row] if counts[benchmark.lineages[row]] >= FEWEST_OF_LINEAGE else "few lines"
        for row in rows
    }
    return by_line(
        "lineages",
        f"one lineage left out at a time; those of under {FEWEST_OF_LINEAGE} lines together",
        fold_of,
        len(benchmark.drugs),
    )


def _line_folds(benchmark: BenchmarkData, folds: int, seed: int) -> dict[int, str]:
    assign_folds = line_folds([benchmark.lineages[row] for row in benchmark.measured], folds, seed)
    return {int(row): str(fold) for row, fold in zip(benchmark.measured, assign_folds, strict=True)}


def _drugs(benchmark: BenchmarkData, seed: int) -> Split:
    fold_of = drug_clusters.assign_folds(_structures(benchmark), FOLDS, seed)
    return by_drug(
        "drugs",
        f"{FOLDS} folds by drug; what is similar in structure (Tanimoto {drug_clusters.SIMILAR}, or one "
        "scaffold) is in one fold",
        dict(enumerate(map(str, fold_of.tolist()))),
        benchmark.measured,
    )


def _drugs_hard(benchmark: BenchmarkData, seed: int) -> Split:
    linked = drug_clusters.related(benchmark.library, benchmark.drugs.fingerprints)
    fold_of = drug_clusters.assign_folds(
        drug_clusters.families(benchmark.library, benchmark.drugs.fingerprints), FOLDS, seed
    )
    folds = []
    for fold in range(int(fold_of.max()) + 1):
        test = np.flatnonzero(fold_of == fold)
        train = np.flatnonzero(~linked[test].any(axis=0) & (fold_of != fold))
        folds += [Fold(str(fold), benchmark.measured, train, benchmark.measured, test)] if train.size else []
    return Split(
        "drugs-hard",
        f"{FOLDS} folds by drug; training lacks every drug that shares a target or is similar in structure",
        "drugs",
        tuple(folds),
    ).require()


def _both_new(benchmark: BenchmarkData, seed: int) -> Split:
    lines, drugs = _line_folds(benchmark, BOTH, seed), drug_clusters.assign_folds(_structures(benchmark), BOTH, seed)
    folds = []
    for fold in range(BOTH):
        test = np.array([row for row, line_fold in lines.items() if line_fold == str(fold)], np.intp)
        folds.append(
            Fold(
                str(fold),
                np.setdiff1d(benchmark.measured, test),
                np.flatnonzero(drugs != fold),
                test,
                np.flatnonzero(drugs == fold),
            )
        )
    return Split(
        "both-new", f"{BOTH} folds: the lines of one line fold with the drugs of one drug fold", "both", tuple(folds)
    ).require()


def _structures(benchmark: BenchmarkData) -> Rows:
    return drug_clusters.clusters(drug_clusters.similar(benchmark.library, benchmark.drugs.fingerprints))


SPLITS: Mapping[str, Callable[[BenchmarkData, int], Split]] = {
    "lines": _lines,
    "drugs": _drugs,
    "drugs-hard": _drugs_hard,
    "lineages": _lineages,
    "both-new": _both_new,
}
"""Protocol -> the split of our own."""
