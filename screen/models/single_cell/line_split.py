"""Cell lines measured with a drug split into training, validation and test; labels cut on the training part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.models.single_cell.bulk_labels import Cut, cut_of
from screen.models.single_cell.configurations import LabelRule

Doubles = NDArray[np.float64]
Rows = NDArray[np.intp]

TEST = 0.2
"""ATSDP-NET 2.2: 80% training and 20% test."""
VALIDATION = 0.2
"""Of the training part, which the papers do not have: passes and orientation are chosen on it."""
FEWEST_LINES, FEWEST_A_CLASS = 40, 3


@dataclass(frozen=True)
class LineSplit:
    """Rows of the lines with a response."""

    training: Rows
    validation: Rows
    test: Rows
    cut: Cut
    labels: Doubles
    """Length L: 1 sensitive, 0 resistant, NaN neither or not measured."""

    def of(self, rows: Rows) -> tuple[Rows, Doubles]:
        """The labelled among some rows, and their labels."""
        there = rows[np.isfinite(self.labels[rows])]
        return there, self.labels[there]


def split_lines(response: Doubles, rule: LabelRule, seed: int, drug: str) -> LineSplit:
    """Split the measured lines, each part with the same share of every fifth of the responses.

    Parameters
    ----------
    response : length L, low = sensitive, NaN where not measured

    Raises
    ------
    StoreError
        Too few lines, or too few of a class in a part.
    """
    rows = np.flatnonzero(np.isfinite(response))
    if len(rows) < FEWEST_LINES:
        raise StoreError(
            f"{drug} was measured on {len(rows)} cell lines with expression, at least {FEWEST_LINES} are needed",
            where="cells train",
            remedy="drugs and their lines are listed by: crescreen export drugs --out drugs.csv",
        )
    rng = np.random.default_rng((seed, 17))
    # Shuffled, then sorted by fifths of the response: every run of consecutive rows is a fair share.
    rows = rng.permutation(rows)
    fifths = np.argsort(np.argsort(response[rows])) * 5 // len(rows)
    rows = rows[np.argsort(fifths, kind="stable")]
    part = _spread(len(rows), TEST)
    test, rest = np.sort(rows[part]), rows[~part]
    part = _spread(len(rest), VALIDATION)
    validation, training = np.sort(rest[part]), np.sort(rest[~part])
    cut = cut_of(response[training], rule)
    made = LineSplit(training, validation, test, cut, cut.labels(response))
    for name, each in (("training", training), ("validation", validation), ("test", test)):
        labels = made.of(each)[1]
        fewest = int(min(labels.sum(), (1 - labels).sum())) if len(labels) else 0
        if fewest < FEWEST_A_CLASS:
            raise StoreError(
                f"of {len(labels)} {name} lines of {drug} only {fewest} are of one class: nothing can be learnt of it",
                where="cells train",
                remedy="take another rule of labels: --line-labels quantiles",
            )
    return made


def _spread(count: int, share: float) -> NDArray[np.bool_]:
    """A share of ``count`` places, evenly spread."""
    marks = np.floor(np.arange(1, count + 1) * share + 0.5) > np.floor(np.arange(count) * share + 0.5)
    return np.asarray(marks, np.bool_)
