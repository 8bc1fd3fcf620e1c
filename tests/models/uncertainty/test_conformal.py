"""Conformal intervals: they cover what they promise, and per group where groups differ."""

import numpy as np
import pytest

from screen.models.uncertainty.conformal import (
    LEVEL,
    Outcome,
    calibrate,
    cross_covered,
    from_tensors,
    half_widths,
    share,
)
from screen.records import Floats

RNG = np.random.default_rng(0)
L, D = 200, 12
DRUGS = np.array([[f"d{j}" for j in range(D)]])
LINES = np.arange(L)[:, None] % 5
NOISE = np.linspace(0.5, 3, D)
ERRORS = (RNG.standard_normal((L, D)) * NOISE).astype(np.float32)
OUTCOME = Outcome(np.zeros((L, D), np.float32), ERRORS)


def unevenness(inside: Floats) -> float:
    """Mean distance of each drug's own coverage from the nominal one."""
    return float(np.abs(np.nanmean(inside, axis=0) - LEVEL).mean())


def test_the_quantile_counts_the_value_to_come() -> None:
    nine = Outcome(np.zeros((9, 1), np.float32), np.arange(1, 10, dtype=np.float32)[:, None])
    assert calibrate(nine, level=0.9).overall == 9
    assert calibrate(nine, level=0.5).overall == 5


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_coverage_on_lines_held_out_is_the_nominal_one(level: float) -> None:
    inside, _ = cross_covered(OUTCOME, LINES, DRUGS, level)
    found = share(inside, 0, seed=0, draws=200)
    assert abs(found.value - level) < 0.02
    assert found.low < level < found.high


def test_widths_by_drug_follow_the_noise_and_even_the_coverage_out() -> None:
    widths = calibrate(OUTCOME, DRUGS)
    assert np.corrcoef(widths.of(DRUGS)[0], NOISE)[0, 1] > 0.98
    one, _ = cross_covered(OUTCOME, LINES)
    each, _ = cross_covered(OUTCOME, LINES, DRUGS)
    assert unevenness(one) > 0.06 > 0.03 > unevenness(each)


def test_a_spread_that_knows_the_noise_does_the_same_for_drugs_never_seen() -> None:
    spread = np.broadcast_to(NOISE, (L, D)).astype(np.float32)
    with_spread = Outcome(OUTCOME.predicted, ERRORS, spread)
    drugs_out = np.arange(D)[None, :]
    weighted, widths = cross_covered(with_spread, drugs_out)
    plain, _ = cross_covered(OUTCOME, drugs_out)
    assert unevenness(weighted) < 0.5 * unevenness(plain)
    assert np.allclose(widths[0] / NOISE, widths[0, 0] / NOISE[0], rtol=0.05)


def test_nothing_judged_enters_its_own_interval() -> None:
    spoilt = ERRORS.copy()
    spoilt[LINES[:, 0] == 2] = 1e6
    _, widths = cross_covered(Outcome(OUTCOME.predicted, spoilt), LINES)
    _, before = cross_covered(OUTCOME, LINES)
    assert np.array_equal(widths[LINES[:, 0] == 2], before[LINES[:, 0] == 2])
    assert (widths[LINES[:, 0] == 1] > 1e5).all()


def test_a_label_without_residuals_enough_takes_the_width_of_all() -> None:
    thin = ERRORS.copy()
    thin[10:, 0] = np.nan
    widths = calibrate(Outcome(OUTCOME.predicted, thin), DRUGS)
    assert "d0" not in widths.groups
    assert widths.of(np.array(["d0", "never seen", "d1"])).tolist() == pytest.approx(
        [widths.overall, widths.overall, widths.groups["d1"]]
    )


def test_a_bundle_keeps_the_widths() -> None:
    drugs = DRUGS[0].tolist()
    widths = calibrate(OUTCOME, DRUGS)
    again = from_tensors(widths.tensors(drugs), drugs)
    assert np.allclose(half_widths(OUTCOME, again, DRUGS), half_widths(OUTCOME, widths, DRUGS))
    assert again.level == pytest.approx(0.9)


def test_pairs_not_measured_are_neither_covered_nor_missed() -> None:
    holes = ERRORS.copy()
    holes[::2] = np.nan
    inside, widths = cross_covered(Outcome(OUTCOME.predicted, holes), LINES)
    assert np.isnan(inside[::2]).all()
    assert np.isfinite(widths[1::2]).all()
