"""Which markers of cell lines go with their response to one drug, adjusted; how stable that is; what chance gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.biomarkers.line_responses import Responses
from screen.biomarkers.many_correlations import ManyAssociations, many_associations, permuted_p
from screen.biomarkers.marker_matrix import FEWEST_LINES, MarkerMatrix
from screen.metrics.false_discovery import q_values

Array = NDArray[np.float64]

FEWEST = 30
"""Cell lines with a response and a lineage, below which a drug is not tested."""
FOLDS, SEEDS, PERMUTATIONS = 5, 5, 20
Q = 0.05


@dataclass(frozen=True)
class DrugAssociation:
    """One drug over all markers; arrays of m."""

    lines: int
    adjusted_for: tuple[str, ...]
    found: ManyAssociations
    n: NDArray[np.int64]
    """Cell lines in whom the marker is known."""
    altered: NDArray[np.int64]
    """Of them, altered; -1 for expression."""
    by_chance: tuple[int, ...]
    """Findings at q <= .05 within the drug, each time with permuted responses."""
    rows: tuple[int, ...]
    """Of the responses' lines, those analysed."""
    covariates: Array
    response: Array


def associate(responses: Responses, place: int, markers: MarkerMatrix, seed: int) -> DrugAssociation | None:
    """Regress one drug's responses on every marker; None where too few lines have one.

    Parameters
    ----------
    place : the drug's column
    markers : of the responses' lines, in their order
    """
    measured = np.isfinite(responses.values[:, place]) & np.isfinite(markers.values).any(axis=1)
    rows = [int(row) for row in np.flatnonzero(measured)]
    if len(rows) < FEWEST:
        return None
    response = responses.values[rows, place]
    covariates, names = responses.covariates(place, rows)
    values = _tested(markers, rows)
    found = many_associations(response, values, covariates)
    chance = permuted_p(response, values, covariates, PERMUTATIONS, seed)
    known = np.isfinite(values)
    expressed = np.array(markers.kinds) == "expression"
    return DrugAssociation(
        lines=len(rows),
        adjusted_for=names,
        found=found,
        n=known.sum(axis=0),
        altered=np.where(expressed, -1, (values == 1).sum(axis=0)),
        by_chance=tuple(int((q_values(one) <= Q).sum()) for one in chance),
        rows=tuple(rows),
        covariates=covariates,
        response=response,
    )


def _tested(markers: MarkerMatrix, rows: list[int]) -> Array:
    """The markers of some lines; an alteration that too few of them have, or lack, is unknown throughout."""
    values = markers.values[rows].copy()
    altered = np.array(markers.kinds) != "expression"
    rare = ((values == 1).sum(axis=0) < FEWEST_LINES) | ((values == 0).sum(axis=0) < FEWEST_LINES)
    values[:, altered & rare] = np.nan
    return values


def stability(one: DrugAssociation, markers: MarkerMatrix, chosen: NDArray[np.int64], most: float, seed: int) -> Array:
    """Share of refits, each without a fold of the lines, that find a marker again: the same sign and p <= ``most``.

    Parameters
    ----------
    chosen : places of the markers
    most : largest p that counts, that of the whole analysis
    """
    values = _tested(markers, list(one.rows))[:, chosen]
    sign = np.sign(one.found.slope[chosen])
    again = np.zeros(len(chosen))
    for number in range(SEEDS):
        fold = np.random.default_rng([seed, number]).permutation(len(one.rows)) % FOLDS
        for left_out in range(FOLDS):
            rest = fold != left_out
            found = many_associations(one.response[rest], values[rest], one.covariates[rest])
            again += (np.sign(found.slope) == sign) & (found.p <= most)
    return again / (FOLDS * SEEDS)
