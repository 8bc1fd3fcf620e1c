"""Areas have their closed form, and GDSC's scale is GDSC's own."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.dose_response.areas import Span, gdsc_auc, mean_viability
from screen.dose_response.hill import Hill
from screen.dose_response.points import Array


def logistic(log_ic50: Array, slope: Array) -> Hill:
    ones = np.ones(len(slope))
    return Hill(ones, ones, log_ic50, slope, ones)


def test_the_closed_form_is_the_integral() -> None:
    curve = Hill(*(np.array([one]) for one in (1.1, 0.8, -0.3, 1.7, 0.0)))
    span = Span(np.array([-2.0]), np.array([1.0]))
    fine = np.linspace(-2, 1, 20001)
    assert mean_viability(curve, span)[0] == pytest.approx(np.trapezoid(curve.at(fine[None, :])[0], fine) / 3, abs=1e-8)


def slope_of(log_ic50: Array, auc: Array, span: Span) -> Array:
    """The slope at which a logistic with this IC50 has this area, by bisection."""
    low, high = np.full(len(auc), np.log(0.05)), np.full(len(auc), np.log(20.0))
    start = gdsc_auc(logistic(log_ic50, np.exp(low)), span)
    for _ in range(60):
        middle = (low + high) / 2
        before = (gdsc_auc(logistic(log_ic50, np.exp(middle)), span) - auc) * (start - auc) > 0
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.asarray(np.exp((low + high) / 2))


@pytest.mark.real
def test_the_scale_is_that_of_published_areas(real_data: Path) -> None:
    """GDSC fits one slope a cell line: the slope from one drug's IC50 and area must give the areas of the others."""
    rows = pl.read_csv(real_data / "dose_response" / "gdsc2_published_fits_7drugs.csv.gz").with_columns(
        log_ic50=pl.col("LN_IC50") / np.log(10), low=pl.col("MIN_CONC").log10(), high=pl.col("MAX_CONC").log10()
    )
    rows = rows.filter(pl.col("AUC").is_between(0.2, 0.9))
    pairs = rows.join(rows, on="COSMIC_ID", suffix="_2").filter(pl.col("DRUG_ID") < pl.col("DRUG_ID_2"))
    assert pairs.height > 300

    def of(name: str) -> Array:
        return pairs[name].to_numpy()

    slope = slope_of(of("log_ic50"), of("AUC"), Span(of("low"), of("high")))
    found = gdsc_auc(logistic(of("log_ic50_2"), slope), Span(of("low_2"), of("high_2")))
    error = np.abs(found - of("AUC_2"))
    assert np.median(error) < 0.002
