"""Curves are found where they were planted, their intervals hold what they claim, and flat ones are called flat."""

import numpy as np
import pytest

from screen.dose_response.curves import fit
from screen.dose_response.points import Array

DOSES = np.logspace(-3, 1, 8)


def hill(dose: Array, bottom: float, log_ec50: float, slope: float, top: float = 1.0) -> Array:
    return np.asarray(bottom + (top - bottom) / (1 + 10 ** (slope * (np.log10(dose) - log_ec50))))


def planted(count: int, seed: int, *, sd: float = 0.07, wells: int = 3) -> tuple[list[tuple[Array, Array]], Array]:
    """Curves of ``wells`` wells a dose, noise that shrinks with the signal, a vehicle of 16 wells; their true AAC."""
    rng = np.random.default_rng(seed)
    fine = np.logspace(np.log10(DOSES[0]), np.log10(DOSES[-1]), 4001)
    curves, areas = [], []
    for _ in range(count):
        shape = rng.uniform(0, 0.8), rng.uniform(-3.3, 1.3), float(np.exp(rng.uniform(np.log(0.5), np.log(3))))
        dose = np.repeat(DOSES, wells)
        true = hill(dose, *shape)
        read = true * (1 + 0.5 * sd * rng.standard_normal(len(dose))) + 0.86 * sd * rng.standard_normal(len(dose))
        curves.append((dose, read / (1 + sd * rng.standard_normal(16)).mean()))
        areas.append(1 - np.trapezoid(hill(fine, *shape), np.log10(fine)) / 4)
    return curves, np.array(areas)


def test_a_curve_without_noise_is_found_exactly() -> None:
    shapes = [(0.2, -1.0, 1.3), (0.0, -2.0, 0.8), (0.5, 0.0, 2.5)]
    found = fit([(DOSES, hill(DOSES, *shape)) for shape in shapes])
    for at, (bottom, log_ec50, slope) in enumerate(shapes):
        assert found.choice.codes[at] == "hill3"
        curve = found.choice.curve
        assert curve.log_ec50[at] == pytest.approx(log_ec50, abs=1e-3)
        assert curve.slope[at] == pytest.approx(slope, rel=1e-2)
        assert found.e_inf[at] == pytest.approx(bottom, abs=1e-3)


def test_areas_are_unbiased_and_their_intervals_hold() -> None:
    curves, true = planted(400, seed=11)
    found = fit(curves, vehicle_error=[0.07 / 4] * len(curves))
    assert abs(np.mean(found.aac - true)) < 0.01
    assert 0.92 <= np.mean((found.aac_low <= true) & (true <= found.aac_high)) <= 0.97


def test_flat_curves_are_called_flat() -> None:
    rng = np.random.default_rng(5)
    curves = [(np.repeat(DOSES, 3), 1 + 0.1 * rng.standard_normal(24)) for _ in range(600)]
    found = fit(curves, replicas=0)
    assert np.mean([code == "flat" for code in found.choice.codes]) >= 0.94


def test_each_curve_says_which_it_is_and_why() -> None:
    few = (np.array([0.1, 1.0, 10.0]), np.array([1.0, 0.8, 0.3]))
    top = (DOSES, hill(DOSES, 0.1, 0.0, 2.0, top=1.25))
    rng = np.random.default_rng(1)
    flat = (DOSES, 0.9 + 0.05 * rng.standard_normal(8))
    found = fit([few, top, flat])
    assert found.choice.codes == ("mean", "hill4", "flat")
    assert found.aac[0] == pytest.approx(0.3)
    assert "3 doses" in found.choice.reasons[0]
    assert "no better than a constant" in found.choice.reasons[2]


def test_an_ic50_is_never_beyond_the_doses() -> None:
    shapes = [(0.0, 3.0, 1.0), (0.0, -1.0, 1.5), (0.0, -6.0, 1.0)]
    found = fit([(DOSES, hill(DOSES, *shape)) for shape in shapes], replicas=0)
    assert found.ic50_censored == (">", "", "<")
    assert 10**found.log_ic50 == pytest.approx([10.0, 0.1, 0.001], rel=1e-3)


def test_a_rise_at_the_highest_dose_is_flagged() -> None:
    viability = hill(DOSES, 0.1, -1.0, 1.5)
    hooked = viability.copy()
    hooked[-1] = 0.6
    assert fit([(DOSES, viability), (DOSES, hooked)], replicas=0).hook == (False, True)


def test_a_curve_does_not_depend_on_those_beside_it() -> None:
    curves, _ = planted(6, seed=3)
    together = fit(curves, keys=[f"curve {number}" for number in range(6)])
    alone = fit(curves[4:5], keys=["curve 4"])
    assert alone.aac[0] == pytest.approx(together.aac[4], abs=1e-9)
    assert alone.aac_low[0] == pytest.approx(together.aac_low[4], abs=1e-6)


def test_the_area_is_over_what_is_shared_and_gdsc_s_over_its_own() -> None:
    dose = np.array([0.2, 2.0, 20.0, 200.0])
    found = fit([(dose, hill(dose, 0.0, 0.0, 1.0))], ranges=[(0.01, 10.0)], replicas=0)
    assert 10 ** found.shared.low[0] == pytest.approx(0.2)
    assert 10 ** found.shared.high[0] == pytest.approx(10.0)
    fine = np.logspace(-2, 1, 4001)
    true = np.trapezoid(hill(fine, 0.0, 0.0, 1.0), np.log10(fine)) / 3
    assert found.auc_gdsc[0] == pytest.approx(true, abs=1e-3)
