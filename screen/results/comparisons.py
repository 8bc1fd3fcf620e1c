"""The comparisons of the paper: sets of drugs against one another, within an organoid and over organoids.

The claim to test is that drugs the model favours (set A) do better than the comparators of today (set C). Within one
organoid the drugs are the units; over several the organoids are, each paired with itself. Tests are exact: every
exchange of labels is counted, or 20,000 of them where there are more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb
from typing import Any

import numpy as np

MOST_EXCHANGES = 20_000
FEWEST_DRUGS = 2
FEWEST_ORGANOIDS = 3
PAIRS = (("A", "C"), ("A", "D"), ("B", "C"), ("B", "D"), ("A", "B"), ("C", "D"))
"""A against C is the paper's claim."""


@dataclass(frozen=True, kw_only=True)
class SetComparison:
    """One set against another."""

    first: str
    second: str
    scope: str
    """An organoid, or ``all``."""
    drugs_first: int
    drugs_second: int
    organoids: int
    difference: float | None
    """Mean area above the curve of the first set less that of the second; above 0 the first does better."""
    low: float | None
    high: float | None
    """95%: bootstrap over drugs within an organoid, Student's t over organoids."""
    p: float | None
    """Two-sided, exact."""
    reading: str


def compare_sets(areas: Mapping[str, Mapping[str, Sequence[float]]]) -> list[SetComparison]:
    """Every pair of sets, in each organoid and over all of them.

    Parameters
    ----------
    areas : organoid -> set -> area above the curve of each of its drugs
    """
    found = []
    for first, second in PAIRS:
        held = {one: sets for one, sets in areas.items() if sets.get(first) and sets.get(second)}
        found += [_within(one, first, second, sets[first], sets[second]) for one, sets in held.items()]
        if len(held) > 1:
            found.append(_over(first, second, held))
    return found


def _within(organoid: str, first: str, second: str, one: Sequence[float], two: Sequence[float]) -> SetComparison:
    about: dict[str, Any] = {"first": first, "second": second, "scope": organoid, "organoids": 1}
    counts: dict[str, Any] = {"drugs_first": len(one), "drugs_second": len(two)}
    difference = float(np.mean(one) - np.mean(two))
    if min(len(one), len(two)) < FEWEST_DRUGS:
        why = f"n too small: {len(one)} and {len(two)} drugs"
        return SetComparison(**about, **counts, difference=difference, low=None, high=None, p=None, reading=why)
    low, high = _bootstrap(np.array(one), np.array(two))
    p = exchange_p(one, two)
    return SetComparison(
        **about,
        **counts,
        difference=difference,
        low=low,
        high=high,
        p=p,
        reading=_reading(first, second, difference, p),
    )


def exchange_p(one: Sequence[float], two: Sequence[float]) -> float:
    """Share of the exchanges of labels whose difference of means is at least as large, both ways."""
    together, count = np.array([*one, *two]), len(one)
    seen = abs(float(np.mean(one) - np.mean(two)))
    if comb(len(together), count) <= MOST_EXCHANGES:
        picks = np.array(list(combinations(range(len(together)), count)))
    else:
        rng = np.random.default_rng(0)
        picks = np.array([rng.permutation(len(together))[:count] for _ in range(MOST_EXCHANGES)])
    sums = together[picks].sum(1)
    means = sums / count - (together.sum() - sums) / (len(together) - count)
    return float(np.mean(np.abs(means) >= seen - 1e-12))


def _bootstrap(one: np.ndarray, two: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    sets = [rng.choice(values, (2000, len(values))).mean(1) for values in (one, two)]
    low, high = np.quantile(sets[0] - sets[1], (0.025, 0.975))
    return float(low), float(high)


def _over(first: str, second: str, held: Mapping[str, Mapping[str, Sequence[float]]]) -> SetComparison:
    from scipy import stats

    paired = np.array([np.mean(sets[first]) - np.mean(sets[second]) for sets in held.values()])
    about: dict[str, Any] = {"first": first, "second": second, "scope": "all", "organoids": len(paired)}
    counts: dict[str, Any] = {
        name: sum(len(sets[key]) for sets in held.values())
        for name, key in (("drugs_first", first), ("drugs_second", second))
    }
    difference = float(paired.mean())
    if len(paired) < FEWEST_ORGANOIDS:
        why = f"n too small: {len(paired)} organoids"
        return SetComparison(**about, **counts, difference=difference, low=None, high=None, p=None, reading=why)
    half = float(stats.t.ppf(0.975, len(paired) - 1) * paired.std(ddof=1) / np.sqrt(len(paired)))
    p = sign_p(paired)
    return SetComparison(
        **about,
        **counts,
        difference=difference,
        low=difference - half,
        high=difference + half,
        p=p,
        reading=_reading(first, second, difference, p),
    )


def sign_p(paired: np.ndarray) -> float:
    """Share of the sign changes whose mean is at least as large, both ways: the exact paired test."""
    if 2 ** len(paired) <= MOST_EXCHANGES:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(paired))))
    else:
        signs = np.random.default_rng(0).choice((-1.0, 1.0), (MOST_EXCHANGES, len(paired)))
    return float(np.mean(np.abs((signs * paired).mean(1)) >= abs(paired.mean()) - 1e-12))


def _reading(first: str, second: str, difference: float, p: float) -> str:
    if p >= 0.05:
        return "no difference shown"
    better, worse = (first, second) if difference > 0 else (second, first)
    return f"set {better} does better than set {worse}"


def correlations(table: Mapping[str, Mapping[str, float]]) -> tuple[list[str], np.ndarray]:
    """Spearman correlation between every two rows over what they share; NaN below four shared.

    Parameters
    ----------
    table : row -> column -> value
    """
    from scipy import stats

    names = list(table)
    found = np.full((len(names), len(names)), np.nan)
    for i, one in enumerate(names):
        for j, other in enumerate(names[: i + 1]):
            shared = [key for key in table[one] if key in table[other]]
            if len(shared) >= 4:
                values = np.array([[table[name][key] for key in shared] for name in (one, other)])
                if np.ptp(values, axis=1).min() > 0:
                    found[i, j] = found[j, i] = float(stats.spearmanr(*values).statistic)
    return names, found
