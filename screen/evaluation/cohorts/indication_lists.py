"""Drugs effective in most of a cohort, predicted and measured by one rule, beside lists that know no profile."""

import math

import numpy as np
from numpy.typing import NDArray

from screen.evaluation.benchmark_data import BenchmarkData
from screen.metrics.top_lists import SHARE
from screen.models import Rows
from screen.records import Floats

LISTED = 10
MEASURED_IN = 0.8
"""Share of a cohort's lines that a drug was measured in, to be listed at all."""
NEAREST = 3
"""Other lineages whose mean response stands for an unseen lineage's: the nearest by mean profile."""


def effective_in_most(response: Floats, drugs: Rows) -> frozenset[int]:
    """The EDI rule on responses (n x D, low = sensitive, NaN where not measured), over some of the drugs.

    A drug is efficient in a line where it is among the line's best ceil(5%); listed are the 10 drugs efficient in most
    lines, ties at the last place all included.
    """
    counts = np.zeros(len(drugs), int)
    for line in response[:, drugs]:
        there = np.flatnonzero(np.isfinite(line))
        best = np.argsort(line[there], kind="stable")[: math.ceil(SHARE * there.size)]
        counts[there[best]] += 1
    last = np.sort(counts)[::-1][min(LISTED, len(counts)) - 1]
    return frozenset(drugs[(counts >= max(last, 1))].tolist())


def lowest(values: Floats, drugs: Rows) -> frozenset[int]:
    """The 10 drugs with the lowest value (length D), as a list that is the same for every line."""
    return frozenset(drugs[np.argsort(values[drugs], kind="stable")[:LISTED]].tolist())


def often_measured(response: Floats) -> Rows:
    """Drugs measured in most of a cohort's lines (n x D)."""
    return np.flatnonzero(np.isfinite(response).mean(axis=0) >= MEASURED_IN)


def precision(listed: frozenset[int], measured: frozenset[int]) -> float:
    """Share of a list that is measured as effective in most."""
    return len(listed & measured) / len(listed)


def nearest_lineages_mean(benchmark: BenchmarkData, training: Rows, cohort: Rows) -> Floats:
    """Mean response over the lines of the lineages whose mean profile correlates best with the cohort's, length D."""
    names: NDArray[np.object_] = np.array([benchmark.lineages[row] for row in training.tolist()], object)
    levels = np.nan_to_num(benchmark.lines.levels)
    centre = levels[benchmark.measured].mean(axis=0)
    profile = levels[cohort].mean(axis=0) - centre
    similarity = {
        str(name): float(np.corrcoef(profile, levels[training[names == name]].mean(axis=0) - centre)[0, 1])
        for name in sorted(set(names.tolist()))
        if (names == name).sum() > 1
    }
    near = sorted(similarity, key=lambda name: -similarity[name])[:NEAREST]
    rows = training[np.isin(names, near)]
    return _means(benchmark.response[rows], benchmark.response[training])


def _means(some: Floats, everything: Floats) -> Floats:
    """Column means; of all training lines where none of some was measured."""
    seen = np.isfinite(some)
    mean = np.nansum(some, axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.asarray(np.where(seen.any(axis=0), mean, np.nanmean(everything, axis=0)), np.float32)
