"""How often the analysis of markers errs, on patients and lines made up.

python -m tests.biomarkers.simulations     # 20,000 genes, 500 simulations: about two minutes of a core
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.biomarkers.many_correlations import many_associations
from screen.biomarkers.many_cox import many_cox
from screen.metrics.false_discovery import q_values

Array = NDArray[np.float64]
Q = 0.05


@dataclass(frozen=True)
class Followed:
    """Patients with one marker that shortens survival whatever the treatment, among null markers."""

    days: Array
    event: NDArray[np.bool_]
    markers: Array
    """n x g; the first is prognostic, and predictive where that was asked for."""
    treated: Array
    age: Array


def followed(seed: int, *, n: int = 240, genes: int = 50, interaction: float = 0.0) -> Followed:
    """One simulated cohort; treatment helps, and more often goes to the younger.

    Parameters
    ----------
    interaction : what the first marker adds to the log hazard of the treated
    """
    rng = np.random.default_rng([seed, 17])
    markers, age = rng.normal(size=(n, genes)), rng.normal(60, 10, n)
    treated = (rng.random(n) < 1 / (1 + np.exp((age - 60) / 20))).astype(float)
    risk = 0.7 * markers[:, 0] - 0.5 * treated + 0.02 * (age - 60) + interaction * markers[:, 0] * treated
    day, censored = rng.exponential(800 * np.exp(-risk)), rng.uniform(200, 2500, n)
    return Followed(np.ceil(np.minimum(day, censored)), day <= censored, markers, treated, age)


def predictive_q(one: Followed) -> Array:
    """q of the treatment x marker interaction of each marker."""
    terms = [one.markers, one.markers * one.treated[:, None]]
    return q_values(many_cox(one.days, one.event, terms, np.column_stack([one.treated, one.age])).p)


def prognostic_q(one: Followed) -> Array:
    """q of each marker, adjusted for age."""
    return q_values(many_cox(one.days, one.event, [one.markers], one.age[:, None]).p)


def called_predictive(times: int, interaction: float = 0.0) -> tuple[float, float]:
    """Share of simulations in which the first marker is called predictive, and in which it is found prognostic."""
    cohorts = [followed(seed, interaction=interaction) for seed in range(times)]
    predictive = np.mean([predictive_q(one)[0] <= Q for one in cohorts])
    return float(predictive), float(np.mean([prognostic_q(one)[0] <= Q for one in cohorts]))


def null_findings(genes: int, seed: int = 1) -> tuple[int, int]:
    """Null genes found prognostic, and found associated with a response."""
    one = followed(seed, n=300, genes=genes)
    rng = np.random.default_rng([seed, 3])
    response, covariates = rng.normal(size=300), rng.normal(size=(300, 5))
    found = q_values(many_associations(response, one.markers[:, 1:], covariates).p)
    return int((prognostic_q(one)[1:] <= Q).sum()), int((found <= Q).sum())


def main() -> None:
    """Print the figures of the documentation."""
    genes, times = 20_000, 500
    prognostic, associated = null_findings(genes)
    sys.stdout.write(f"nulls, {genes} genes: {prognostic} found prognostic, {associated} found associated\n")
    predictive, found = called_predictive(times)
    sys.stdout.write(f"prognostic only, {times} simulations: found {found:.1%}, called predictive {predictive:.1%}\n")
    predictive, _ = called_predictive(times, interaction=-1.4)
    sys.stdout.write(f"predictive, {times} simulations: found {predictive:.1%}\n")


if __name__ == "__main__":
    main()
