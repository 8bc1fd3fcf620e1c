"""Cox regression against another way to compute it."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from screen.biomarkers.cox_model import cox, early_and_late
from screen.errors import InputError

Array = NDArray[np.float64]


def rows(n: int = 400, *, ratio: float = 2.0, cross: bool = False, seed: int = 1) -> pl.DataFrame:
    """Times of two groups, with ties; ``cross``: the hazards change sides after a year."""
    rng = np.random.default_rng(seed)
    group, age = rng.integers(0, 2, n).astype(float), rng.normal(60, 8, n)
    days = rng.exponential(600 / np.where(group == 1, ratio, 1.0))
    if cross:
        late = 365 + rng.exponential(np.where(group == 1, 2000, 250), n)
        days = np.where(days > 365, late, days)
    censored = rng.uniform(100, 2500, n)
    event = days <= censored
    return pl.DataFrame({"days": np.ceil(np.minimum(days, censored) / 7) * 7, "event": event, "x": group, "age": age})


def newton(frame: pl.DataFrame, names: list[str]) -> tuple[Array, Array]:
    """Coefficients and standard errors by Newton's method on Efron's partial likelihood, written out."""
    x = frame.select(names).to_numpy().astype(np.float64)
    x = x - x.mean(axis=0)
    days, event = frame["days"].to_numpy(), frame["event"].to_numpy()
    beta = np.zeros(x.shape[1])
    for _ in range(60):
        score, information = np.zeros_like(beta), np.zeros((len(beta), len(beta)))
        for day in np.unique(days[event]):
            dead, there = event & (days == day), days >= day
            risk, risk_dead = np.exp(x[there] @ beta), np.exp(x[dead] @ beta)
            for step in range(int(dead.sum())):
                part = step / dead.sum()
                total = risk.sum() - part * risk_dead.sum()
                first = risk @ x[there] - part * (risk_dead @ x[dead])
                second = (x[there].T * risk) @ x[there] - part * (x[dead].T * risk_dead) @ x[dead]
                score -= first / total
                information += second / total - np.outer(first, first) / total**2
            score += x[dead].sum(axis=0)
        move = np.linalg.solve(information, score)
        beta += move
        if np.abs(move).max() < 1e-12:
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def test_ratios_and_intervals_are_those_of_the_likelihood() -> None:
    frame = rows()
    beta, errors = newton(frame, ["x", "age"])
    for found, coefficient, error in zip(cox(frame, ["x", "age"]), beta, errors, strict=True):
        assert found.hazard_ratio == pytest.approx(np.exp(coefficient), abs=1e-6)
        assert found.low == pytest.approx(np.exp(coefficient - 1.959963985 * error), abs=1e-6)
        assert found.high == pytest.approx(np.exp(coefficient + 1.959963985 * error), abs=1e-6)


def test_hazards_that_cross_are_found_and_split() -> None:
    straight, crossing = cox(rows(), ["x"])[0], cox(rows(cross=True), ["x"])[0]
    assert straight.ph_p > 0.05 > crossing.ph_p
    _, before, after = early_and_late(rows(cross=True), ["x"])
    assert before is not None
    assert after is not None
    assert before.hazard_ratio > 1.3
    assert after.hazard_ratio < 0.8


def test_a_null_marker_is_found_in_one_of_twenty() -> None:
    p = [cox(rows(150, ratio=1.0, seed=seed), ["x"])[0].p for seed in range(60)]
    assert sum(one < 0.05 for one in p) <= 8  # beyond that by chance in 1 of 1,000


@pytest.mark.parametrize(
    ("frame", "names", "what"),
    [
        (rows(12), ["x", "age"], "not evaluable"),
        (rows().with_columns(x=pl.lit(1.0)), ["x"], "the same for every patient"),
    ],
)
def test_what_cannot_be_fitted(frame: pl.DataFrame, names: list[str], what: str) -> None:
    with pytest.raises(InputError, match=what):
        cox(frame, names)


def test_a_strong_covariate_of_few_patients_converges() -> None:
    rng = np.random.default_rng(4)
    rare = np.zeros(600)
    rare[:15] = 1
    days = rng.exponential(np.where(rare == 1, 60, 4000))
    censored = rng.uniform(100, 2500, 600)
    frame = pl.DataFrame({"days": np.minimum(days, censored).round() + 1, "event": days <= censored, "rare": rare})
    assert cox(frame, ["rare"])[0].hazard_ratio > 10
