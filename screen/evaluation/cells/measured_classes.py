"""Which class of drugs works best in a cell line by what was measured: the truth a predicted best class is held to.

A line's place for a drug is the share of the other lines that respond less; a class's is the mean over its drugs.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.biomarkers.line_responses import Responses

Doubles = NDArray[np.float64]

OF_A_CLASS = 3
"""Drugs of a pathway from which on it is a class, and of those measured in a line."""


@dataclass(frozen=True)
class MeasuredClasses:
    """Best classes of cell lines."""

    best: dict[str, str]
    """Line -> class."""

    def majority(self, without: Collection[str]) -> str:
        """The class that is best in most lines, some left out: what would be named without a look at the cells."""
        counts = Counter(name for line, name in self.best.items() if line not in without)
        return min(counts, key=lambda name: (-counts[name], name)) if counts else ""


def measured_classes(responses: Responses, classes: Mapping[str, str]) -> MeasuredClasses:
    """The best class of each line with three measured drugs of some class.

    Parameters
    ----------
    classes : drug_id -> class
    """
    places = _places(responses.values)
    columns: dict[str, list[int]] = {}
    for column, drug in enumerate(responses.drugs):
        if drug.drug_id in classes:
            columns.setdefault(classes[drug.drug_id], []).append(column)
    names = sorted(columns)
    means = np.full((len(places), len(names)), -np.inf)
    for number, name in enumerate(names):
        mine = places[:, columns[name]]
        there = np.isfinite(mine).sum(axis=1)
        rows = np.flatnonzero(there >= OF_A_CLASS)
        means[rows, number] = np.nanmean(mine[rows], axis=1)
    known = np.isfinite(means).any(axis=1)
    best = [names[column] for column in means.argmax(axis=1)] if names else []
    found = {line: name for line, name, there in zip(responses.lines, best, known, strict=False) if there}
    return MeasuredClasses(found)


def _places(values: Doubles) -> Doubles:
    """Of each line and drug: the share of the measured lines with a higher value, those that respond less."""
    from scipy.stats import rankdata

    made = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        rows = np.flatnonzero(np.isfinite(values[:, column]))
        if len(rows) > 1:
            made[rows, column] = (len(rows) - rankdata(values[rows, column])) / (len(rows) - 1)
    return made
