"""How much a tumour divides, from the genes of published signatures (``db/biomarkers/proliferation.csv``).

Most genes that go with a bad outcome do so because dividing cells have more of them (Venet et al. 2011, PLoS Comput
Biol 7:e1002240; Smith & Sheltzer 2022, Cell Reports 38:110569): a prognostic marker must say more than this score.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from screen import resources
from screen.biomarkers.marker_matrix import EXPRESSION, MarkerMatrix

Array = NDArray[np.float64]

FEWEST = 3
"""Genes of the list that must be measured."""


@dataclass(frozen=True)
class Proliferation:
    """The score of some patients."""

    score: Array
    """n: mean of the standardised genes, itself standardised; NaN where a patient's expression is not known."""
    genes: tuple[str, ...]
    members: dict[int, Array]
    """Place of a marker that is a gene of the score -> the score without it."""


@lru_cache
def signature() -> tuple[str, ...]:
    """Genes of the list."""
    with (resources.folder("db") / "biomarkers" / "proliferation.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(row["gene"] for row in csv.DictReader(stream))


def proliferation_of(markers: MarkerMatrix) -> Proliferation | None:
    """The score over the genes of the list that are measured; None where they are fewer than three."""
    listed = set(signature())
    places = [
        place
        for place, (name, kind) in enumerate(zip(markers.features, markers.kinds, strict=True))
        if kind == EXPRESSION and name in listed
    ]
    if len(places) < FEWEST:
        return None
    return Proliferation(
        _mean(markers.values[:, places]),
        tuple(markers.features[place] for place in places),
        {place: _mean(markers.values[:, [other for other in places if other != place]]) for place in places},
    )


def _mean(levels: Array) -> Array:
    known = np.isfinite(levels).all(axis=1)
    score = np.full(len(levels), np.nan)
    mean = levels[known].mean(axis=1)
    spread = mean.std(ddof=1) if len(mean) > 1 else 0.0
    score[known] = (mean - mean.mean()) / (spread if spread > 0 else 1.0)
    return score
