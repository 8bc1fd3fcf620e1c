"""Cell lines of several data sets on one scale: what each platform says of a gene, standardised over its lines.

A z-score within a sample orders the genes of one line, one across samples the lines of one gene; an array and a
sequencer do not share a unit at all. What they share is which lines have more of a gene than other lines. So each gene
of each data set is standardised over the lines of that data set, and a line measured in several has the mean of what
they say. A gene that the data set of a line lacks is missing there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from screen.records import Floats, Profiles

JOINED_UNIT = "zscore"
"""Of joined profiles: standard deviations of a gene over the cell lines of a data set."""
OUTLIER = 4.0
"""Standard deviations beyond which a value counts no further."""
FEWEST_LINES = 20
"""A data set of fewer cell lines has no standard deviation worth the name."""
_COMPARED = 50
"""Genes in common from which profiles of one line are compared."""


@dataclass(frozen=True)
class JoinedLines:
    """Cell lines over the genes of all data sets."""

    profiles: Profiles
    """Each line once, by id; NaN where no data set has the gene of the line."""
    disagreeing: tuple[str, ...]
    """Lines whose profiles are another line's as much as their own: the first data set that has them is taken."""


def join_lines(parts: Sequence[Profiles]) -> JoinedLines:
    """Bring cell lines of several data sets to one scale.

    A line's profile in one data set should resemble its profile in another more than any other line's there. Where it
    does not, one of the two is of other cells: only the profile of the data set that comes first is then taken.

    Parameters
    ----------
    parts : data sets, each line once in each, genes under approved symbols
    """
    scaled = [replace(part, levels=_standardised(part.levels), unit=JOINED_UNIT) for part in parts]
    disagreeing: set[str] = set()
    for number, part in enumerate(scaled):
        for other in scaled[:number]:
            wrong = mismatched(other, part)
            disagreeing |= wrong
            part = part.take([row for row, line in enumerate(part.subject_ids) if line not in wrong])
        scaled[number] = part
    return JoinedLines(_together(scaled), tuple(sorted(disagreeing)))


def mismatched(one: Profiles, other: Profiles) -> set[str]:
    """Lines of both data sets whose profile in the first is nearer to another line's in the second than to their own.

    Nearness is the correlation over the genes in common, each standardised over the lines in common.
    """
    place, column = _places(other.subject_ids), _places(other.genes)
    rows = [row for row, line in enumerate(one.subject_ids) if line in place]
    genes = [gene for gene, name in enumerate(one.genes) if name in column]
    if len(rows) < FEWEST_LINES or len(genes) < _COMPARED:
        return set()
    theirs = [place[one.subject_ids[row]] for row in rows]
    across = _rows_scaled(_standardised(one.levels[np.ix_(rows, genes)]))
    beside = _rows_scaled(_standardised(other.levels[np.ix_(theirs, [column[one.genes[gene]] for gene in genes])]))
    nearest = (across @ beside.T).argmax(axis=1)
    return {one.subject_ids[row] for number, row in enumerate(rows) if nearest[number] != number}


def _together(parts: Sequence[Profiles]) -> Profiles:
    """The mean over the data sets of what each says, lines by id and genes by name."""
    lines = sorted({line for part in parts for line in part.subject_ids})
    genes = sorted({gene for part in parts for gene in part.genes})
    row, column = _places(lines), _places(genes)
    total = np.zeros((len(lines), len(genes)), np.float32)
    measured = np.zeros(total.shape, np.uint8)
    first: dict[str, tuple[Profiles, int]] = {}
    for part in parts:
        first = {line: (part, number) for number, line in enumerate(part.subject_ids)} | first
        cells = np.ix_([row[line] for line in part.subject_ids], [column[gene] for gene in part.genes])
        there = np.isfinite(part.levels)
        total[cells] += np.where(there, part.levels, 0)
        measured[cells] += there
    levels = np.where(measured > 0, total / np.maximum(measured, 1), np.nan).astype(np.float32)
    taken = [first[line] for line in lines]
    return Profiles(
        parts[0].domain,
        tuple(lines),
        tuple(part.sample_ids[number] for part, number in taken),
        tuple(part.source_ids[number] for part, number in taken),
        tuple(part.datasets[number] for part, number in taken),
        tuple(genes),
        levels,
        JOINED_UNIT,
    )


def _standardised(levels: Floats) -> Floats:
    """n x g, each gene to mean 0 and standard deviation 1 over its measured lines; a constant gene is 0."""
    there = np.isfinite(levels)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, levels, 0).sum(axis=0, dtype=np.float64) / count
    apart = np.where(there, levels - mean, 0)
    spread = np.sqrt(np.square(apart).sum(axis=0) / count)
    scores = np.clip(apart / np.where(spread > 0, spread, np.inf), -OUTLIER, OUTLIER)
    return np.where(there, scores, np.nan).astype(np.float32)


def _rows_scaled(levels: Floats) -> NDArray[np.float32]:
    """Profiles with mean 0 and length 1; a missing gene is at the mean."""
    plain = np.nan_to_num(levels)
    centred = plain - plain.mean(axis=1, keepdims=True)
    length = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    return np.asarray(centred / np.where(length > 0, length, np.inf), np.float32)


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
